//! Souk as its clients see it: HTTP on one connection that is kept.
use axum::body::Body;
use http::{Method, Request, header};
use http_body_util::BodyExt;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use kernel::Timestamp;
use platform::secret::Secret;
use serde_json::{Value, json};
use std::{fmt, time::Duration};

/// What is refused for now is asked again so often, with a doubling pause.
const TRIES: u32 = 8;
const PAUSE: Duration = Duration::from_millis(20);

pub struct Api {
    client: Client<HttpConnector, Body>,
    url: String,
    operator: String,
    carrier: Secret,
}

/// Who asks.
#[derive(Clone, Debug)]
pub enum As<'a> {
    Operator,
    Bearer(&'a str),
}

/// What is asked, beside who asks.
pub struct Ask<'a> {
    pub method: Method,
    pub path: String,
    /// Idempotency-Key.
    pub key: Option<String>,
    pub if_match: Option<&'a str>,
    pub body: Value,
}

#[derive(Clone, Debug)]
pub struct Answer {
    pub etag: Option<String>,
    pub body: Value,
}

/// A no, by its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct No {
    pub code: String,
    pub why: String,
}

impl fmt::Display for No {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.code, self.why)
    }
}

impl No {
    pub fn of(code: &str, why: impl fmt::Display) -> No {
        No { code: code.into(), why: why.to_string() }
    }
}

impl Answer {
    /// A text of the answer.
    pub fn text(&self, name: &str) -> Result<String, No> {
        text(&self.body, name)
    }
}

pub fn text(value: &Value, name: &str) -> Result<String, No> {
    value[name].as_str().map(str::to_string).ok_or_else(|| No::of("unreadable", format!("an answer without {name}")))
}

pub fn list<'a>(value: &'a Value, name: &str) -> Result<&'a Vec<Value>, No> {
    value[name].as_array().ok_or_else(|| No::of("unreadable", format!("an answer without {name}")))
}

impl Ask<'_> {
    pub fn get(path: String) -> Ask<'static> {
        Ask { method: Method::GET, path, key: None, if_match: None, body: Value::Null }
    }
    pub fn post(path: impl Into<String>, key: Option<String>, body: Value) -> Ask<'static> {
        Ask { method: Method::POST, path: path.into(), key, if_match: None, body }
    }
}

impl Api {
    pub fn at(url: &str, operator: &str, carrier: Secret) -> Api {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Api { client, url: url.into(), operator: operator.into(), carrier }
    }

    /// What is not decided, contended or away is asked again under the same key.
    pub async fn ask(&self, who: As<'_>, ask: &Ask<'_>) -> Result<Answer, No> {
        let token = match who {
            As::Operator => self.operator.as_str(),
            As::Bearer(token) => token,
        };
        let body = if ask.body.is_null() { String::new() } else { ask.body.to_string() };
        self.send(ask, &body, |request| request.header(header::AUTHORIZATION, format!("Bearer {token}"))).await
    }

    /// As the simulated carrier, by its signature.
    pub async fn told(&self, event: &str, tracking: &str, kind: &str, at: Timestamp) -> Result<(), No> {
        let body = json!({ "id": event, "tracking": tracking, "type": kind, "at": at }).to_string();
        let signature = shipping::signature::sign(&self.carrier, at.0.div_euclid(1_000_000), body.as_bytes());
        let ask = Ask::post("/hooks/v1/shipping/simulated", None, Value::Null);
        let name = shipping::signature::HEADER;
        self.send(&ask, &body, |request| request.header(name, signature.clone())).await.map(drop)
    }

    /// A token that lets an operator act as somebody for some minutes of business time.
    pub async fn acting_as(&self, user: &str, vendor: Option<&str>, reason: &str) -> Result<String, No> {
        let mut body = json!({ "user": user, "reason": reason });
        if let Some(vendor) = vendor {
            body["vendor"] = json!(vendor);
        }
        self.ask(As::Operator, &Ask::post("/admin/v1/act-as", None, body)).await?.text("access_token")
    }

    async fn send(
        &self,
        ask: &Ask<'_>,
        body: &str,
        shows: impl Fn(http::request::Builder) -> http::request::Builder,
    ) -> Result<Answer, No> {
        let mut tries = 1;
        loop {
            let mut request = Request::builder().method(&ask.method).uri(format!("{}{}", self.url, ask.path));
            request = shows(request);
            if let Some(key) = &ask.key {
                request = request.header("idempotency-key", key);
            }
            if let Some(version) = ask.if_match {
                request = request.header(header::IF_MATCH, version);
            }
            if !body.is_empty() {
                request = request.header(header::CONTENT_TYPE, "application/json");
            }
            match self.once(request.body(Body::from(body.to_string()))).await {
                Err(Again::For(no)) if tries < TRIES => tracing::info!(path = ask.path, %no, "will ask again"),
                Err(Again::For(no) | Again::Never(no)) => return Err(no),
                Ok(answer) => return Ok(answer),
            }
            tokio::time::sleep(PAUSE * 2u32.pow(tries - 1)).await;
            tries += 1;
        }
    }

    async fn once(&self, request: http::Result<Request<Body>>) -> Result<Answer, Again> {
        let request = request.map_err(|e| Again::Never(No::of("unspeakable", e)))?;
        let lost = |e: &dyn fmt::Display| Again::For(No::of("unreachable", e));
        let (head, body) = self.client.request(request).await.map_err(|e| lost(&e))?.into_parts();
        let bytes = body.collect().await.map_err(|e| lost(&e))?.to_bytes();
        let (status, body) = (head.status.as_u16(), serde_json::from_slice(&bytes).unwrap_or(Value::Null));
        if head.status.is_success() {
            let etag = head.headers.get(header::ETAG).and_then(|tag| tag.to_str().ok()).map(str::to_string);
            return Ok(Answer { etag, body });
        }
        let said = |name: &str| body[name].as_str().map(str::to_string);
        let no = No { code: said("code").unwrap_or(status.to_string()), why: said("detail").unwrap_or_default() };
        match status {
            429 | 503 | 504 => Err(Again::For(no)),
            409 if head.headers.contains_key(header::RETRY_AFTER) => Err(Again::For(no)),
            _ => Err(Again::Never(no)),
        }
    }
}

/// Whether asking again may help.
enum Again {
    For(No),
    Never(No),
}
