//! A blocking HTTP/1.1 client with one kept connection: a request costs one write and mostly one read, so that the generator is not
//! what is measured.
use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

const PATIENCE: Duration = Duration::from_secs(30);
const CHUNK: usize = 16 * 1024;

pub struct Http {
    stream: TcpStream,
    address: String,
    inbox: Vec<u8>,
}

pub struct Reply {
    pub status: u16,
    pub etag: String,
    pub body: String,
}

impl Http {
    pub fn to(address: &str) -> Http {
        let stream = TcpStream::connect(address).expect("connected");
        stream.set_nodelay(true).expect("no delay");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        Http { stream, address: address.to_string(), inbox: Vec::with_capacity(CHUNK) }
    }
    /// `headers`: whole lines, each with its end.
    pub fn send(&mut self, (method, path): (&str, &str), headers: &str, json: &str) -> Reply {
        let length = json.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n{headers}\r\n{json}",
            self.address
        );
        self.stream.write_all(request.as_bytes()).expect("sent");
        self.reply()
    }
    fn reply(&mut self) -> Reply {
        self.inbox.clear();
        let head = loop {
            match self.inbox.windows(4).position(|four| four == b"\r\n\r\n") {
                Some(at) => break at,
                None => self.more(),
            }
        };
        let text = String::from_utf8_lossy(&self.inbox[..head]).to_ascii_lowercase();
        let header = |name: &str| {
            let line = text.lines().find(|line| line.starts_with(name) && line[name.len()..].starts_with(": "));
            line.map(|line| line[name.len() + 2..].to_string())
        };
        let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        let length: usize = header("content-length").and_then(|l| l.parse().ok()).expect("a length");
        while self.inbox.len() < head + 4 + length {
            self.more();
        }
        let body = String::from_utf8_lossy(&self.inbox[head + 4..head + 4 + length]).into_owned();
        Reply { status, etag: header("etag").unwrap_or_default(), body }
    }
    fn more(&mut self) {
        let filled = self.inbox.len();
        self.inbox.resize(filled + CHUNK, 0);
        let got = self.stream.read(&mut self.inbox[filled..]).expect("an answer");
        assert!(got > 0, "the connection was closed before an answer");
        self.inbox.truncate(filled + got);
    }
}

impl Reply {
    /// The first text of this name; what is asked for stands at the beginning of what is shown.
    pub fn text(&self, name: &str) -> &str {
        let sought = format!("\"{name}\":\"");
        let from = self.body.find(&sought).unwrap_or_else(|| panic!("no {name} in {}", self.body)) + sought.len();
        let rest = &self.body[from..];
        &rest[..rest.find('"').expect("an end")]
    }
    /// Itself, if it has this status.
    pub fn expect(self, status: u16) -> Reply {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }
}
