//! A shop with a bank of its own.
use serde_json::{Value, json};
use std::{path::PathBuf, time::Duration};
use testbank::{Config, Serving};
use tokio::net::TcpListener;

pub const SECRET: &str = "sk_test";
pub const WEBHOOK_SECRET: &str = "whsec_test";

pub struct Shop {
    pub bank: Serving,
    pub desk: Desk,
}

/// What a caller needs of a bank, wherever it runs.
#[derive(Clone)]
pub struct Desk {
    pub url: String,
    client: reqwest::Client,
}

/// Status and body; `Err` when there was no answer.
pub type Heard = Result<(u16, Value), reqwest::Error>;

pub fn book() -> PathBuf {
    platform_test::folder().join("bank.db")
}

/// Nothing slow happens by itself in a test, unless it is told to.
pub fn config(book: PathBuf) -> Config {
    let hour = Duration::from_secs(3600);
    Config { slow: hour, late: hour, ..Config::new(book, SECRET, WEBHOOK_SECRET) }
}

pub async fn open(config: Config) -> Shop {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let bank = testbank::serve(listener, config).await.unwrap();
    let desk = Desk::at(bank.url());
    Shop { bank, desk }
}

pub async fn shop() -> Desk {
    let Shop { mut bank, desk } = open(config(book())).await;
    tokio::spawn(async move { bank.ended().await });
    desk
}

impl Desk {
    pub fn at(url: &str) -> Desk {
        // Without a pool a broken connection is nobody else's.
        let client = reqwest::Client::builder().pool_max_idle_per_host(0).redirect(reqwest::redirect::Policy::none());
        Desk { url: url.to_string(), client: client.build().unwrap() }
    }
    pub fn raw(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method.parse().unwrap(), format!("{}{path}", self.url))
    }
    pub async fn send(&self, method: &str, path: &str, key: &str, body: Value) -> Heard {
        let request = self.raw(method, path).bearer_auth(SECRET);
        let request = if key.is_empty() { request } else { request.header("idempotency-key", key) };
        let answer = request.body(body.to_string()).send().await?;
        let status = answer.status().as_u16();
        let text = answer.text().await?;
        Ok((status, serde_json::from_str(&text).unwrap_or(Value::String(text))))
    }
    /// A call that must be answered with 200.
    pub async fn yes(&self, method: &str, path: &str, key: &str, body: Value) -> Value {
        let (status, body) = self.send(method, path, key, body).await.unwrap();
        assert_eq!(status, 200, "{method} {path}: {body}");
        body
    }
    /// A call that must be refused: status and code.
    pub async fn no(&self, path: &str, key: &str, body: Value) -> (u16, String) {
        let (status, body) = self.send("POST", path, key, body).await.unwrap();
        (status, body["code"].as_str().unwrap_or_else(|| panic!("{path}: {body}")).to_string())
    }

    pub async fn try_authorize(&self, attempt: &str, card: &str) -> Heard {
        self.send("POST", "/v1/payments", &format!("{attempt}/authorize"), payment(attempt, card)).await
    }
    pub async fn authorize(&self, attempt: &str, card: &str) -> Value {
        let (status, body) = self.try_authorize(attempt, card).await.unwrap();
        assert_eq!(status, 200, "{body}");
        body
    }
    pub async fn taken(&self, attempt: &str, card: &str) -> Value {
        let id = text(&self.authorize(attempt, card).await["id"]);
        self.yes("POST", &format!("/v1/payments/{id}/capture"), &format!("{attempt}/capture"), json!({"amount": 1000}))
            .await
    }
    pub async fn payment(&self, id: &Value) -> Value {
        self.yes("GET", &format!("/v1/payments/{}", text(id)), "", Value::Null).await
    }
    pub async fn advance(&self) -> i64 {
        self.yes("POST", "/test/advance", "", Value::Null).await["happened"].as_i64().unwrap()
    }
}

/// 10.00 EUR of `pay_1`.
pub fn payment(attempt: &str, card: &str) -> Value {
    json!({"reference": "pay_1", "attempt": attempt, "amount": 1000, "currency": "EUR", "card_token": card, "return_url": null})
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_string()
}
