//! Souks as processes of their own, to be killed.
use crate::{Door, SECRET};
use platform::{grpc::Transport, module::Opening};
use platform_test::{Engine, folder, stores};
use souk::{
    settings::Settings,
    wiring::{GATEWAY, SERVICES},
};
use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
};
use uuid::Uuid;

const BANK: &str = "SOUK_PAYMENT__BANK_URL";
const DOOR: &str = "SOUK_HTTP_ADDR";

/// What several processes share.
#[derive(Clone)]
pub struct Site {
    pub folder: PathBuf,
    pub store: String,
    more: Vec<(String, String)>,
}

pub struct Process {
    child: Child,
    pub door: Door,
}

/// A free port that no outgoing connection of this machine is given, so that a process that was killed finds it free again.
pub fn kept_port() -> u16 {
    let (low, high) = (20_000, 32_000);
    let any = Uuid::now_v7().as_u128() as u16;
    let ports = (0..high - low).map(|n| low + any.wrapping_add(n) % (high - low));
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    ports.into_iter().find(is_free).expect("a port")
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port()
}

/// The program as Cargo built it beside this one, which may be a test in the folder `deps`.
fn program() -> PathBuf {
    let own = std::env::current_exe().expect("a program");
    let folder = own.parent().expect("a folder");
    let folder = if folder.ends_with("deps") { folder.parent().expect("target") } else { folder };
    let program = folder.join("souk");
    assert!(program.exists(), "{} is not there: cargo build -p souk", program.display());
    program
}

impl Site {
    pub async fn new(engine: Engine) -> Site {
        let folder = folder();
        let store = match engine {
            Engine::Sqlite => format!("sqlite://{}/{{service}}.db", folder.display()),
            Engine::Postgres => stores(engine, SERVICES).await,
        };
        let site = Site { folder, store, more: vec![] };
        let migrated = site.run(&["migrate"]);
        assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
        site
    }
    pub fn with(&self, name: &str, value: impl ToString) -> Site {
        let mut site = self.clone();
        site.more.push((name.to_string(), value.to_string()));
        site
    }
    pub fn command(&self) -> Command {
        let mut command = Command::new(program());
        // What the tests themselves are told is no setting of the program's.
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SOUK_") && name != "SOUK_LOG") {
            command.env_remove(name);
        }
        command.env("SOUK_DATA_DIR", &self.folder).env("SOUK_STORE_URL", &self.store).env("SOUK_SECRET", SECRET);
        command.env("SOUK_HTTP_ADDR", "127.0.0.1:0").envs(self.more.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null());
        command
    }
    pub fn run(&self, args: &[&str]) -> Output {
        self.command().args(args).output().expect("souk runs")
    }
    pub fn clean(&self) {
        let output = self.run(&["check"]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
    }
    /// Everything in one process; ready when this returns.
    pub fn serve(&self) -> Process {
        self.start(&[])
    }
    /// A way in for a test that speaks as a service would.
    pub async fn transport(&self, callee: &'static str) -> Transport {
        let known = self.more.iter().filter(|(name, _)| name.starts_with("SOUK_NET__")).cloned();
        let own = [("SOUK_SECRET", SECRET), ("SOUK_STORE_URL", self.store.as_str())];
        let env = known.chain(own.map(|(name, value)| (name.to_string(), value.to_string())));
        let settings = Settings::of(None, env, &[GATEWAY.to_string()]).expect("settings");
        let net = souk::net(&settings, Opening::Serve).await.expect("a net");
        net.transport("order", callee).expect("an address")
    }
    /// Each service in a process of its own, and the gateway in the last.
    pub fn serve_many(&self) -> (Site, Vec<Process>) {
        let groups: Vec<Vec<&str>> = SERVICES.iter().map(|name| vec![*name]).chain([vec![GATEWAY]]).collect();
        self.serve_groups(&groups)
    }
    /// The site with the addresses of all, and its processes.
    pub fn serve_groups(&self, groups: &[Vec<&str>]) -> (Site, Vec<Process>) {
        let ports: Vec<u16> = groups.iter().map(|_| free_port()).collect();
        let mut known = self.clone();
        for (group, port) in groups.iter().zip(&ports) {
            for name in group.iter().filter(|name| **name != GATEWAY) {
                known = known.with(&format!("SOUK_NET__{}", name.to_uppercase()), format!("http://127.0.0.1:{port}"));
            }
        }
        let start =
            |(group, port): (&Vec<&str>, &u16)| known.with("SOUK_GRPC_ADDR", format!("127.0.0.1:{port}")).start(group);
        let processes = groups.iter().zip(&ports).map(start).collect();
        (known, processes)
    }
    /// The site with the address of its test bank and of its own door, which are to be the same after every start.
    pub fn with_ports(&self) -> Site {
        let bank = format!("http://127.0.0.1:{}", kept_port());
        self.with(BANK, bank).with(DOOR, format!("127.0.0.1:{}", kept_port()))
    }
    /// The test bank of a site with ports, in a process of its own; its book stays in the folder.
    pub fn serve_bank(&self) -> Process {
        let bank = self.setting(BANK).strip_prefix("http://").expect("an address").to_string();
        let webhook = format!("http://{}{}", self.setting(DOOR), souk::bank::HOOK);
        self.started(&["testbank", "--addr", &bank, "--webhook", &webhook])
    }
    /// Its own door, as `host:port`, of a site with ports.
    pub fn address(&self) -> &str {
        self.setting(DOOR)
    }
    fn setting(&self, name: &str) -> &str {
        let set = self.more.iter().find(|(known, _)| known == name);
        set.map(|(_, value)| value.as_str()).unwrap_or_else(|| panic!("no {name}: with_ports()"))
    }
    fn start(&self, targets: &[&str]) -> Process {
        match targets {
            [] => self.started(&["serve"]),
            targets => self.started(&["serve", "--target", &targets.join(",")]),
        }
    }
    fn started(&self, args: &[&str]) -> Process {
        let mut command = self.command();
        command.args(args).stdout(Stdio::piped());
        let mut child = command.spawn().expect("souk starts");
        let mut line = String::new();
        let _ = BufReader::new(child.stdout.take().expect("stdout")).read_line(&mut line);
        let url = line.trim().strip_prefix("ready ").unwrap_or_else(|| panic!("not ready: {line}")).to_string();
        Process { child, door: Door::at(&url) }
    }
}

impl Process {
    pub fn id(&self) -> u32 {
        self.child.id()
    }
    /// kill -9: nothing is flushed, nobody is told.
    pub fn kill(mut self) {
        self.end();
    }
    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}
