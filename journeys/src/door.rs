//! A door to knock at: a router in this process, or an address.
use axum::{Router, body::Body};
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;
use tower::ServiceExt;

#[derive(Clone)]
#[expect(clippy::large_enum_variant, reason = "a test has a handful of doors")]
pub enum Door {
    Here(Router),
    There(Client<HttpConnector, Body>, String),
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Got {
    pub status: StatusCode,
    pub location: Option<String>,
    pub etag: Option<String>,
    pub replayed: bool,
    /// Seconds; who is told so may ask again and hear something else.
    pub retry_after: Option<u32>,
    pub text: String,
}

impl Got {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_string()
    }
    /// The answer, if it has this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self.json()
    }
}

impl Door {
    pub fn at(url: &str) -> Door {
        Door::There(Client::builder(TokioExecutor::new()).build_http(), url.to_string())
    }
    /// `None` when no whole answer came: nobody knows what happened.
    pub async fn send(&self, request: Request<Body>) -> Option<Got> {
        let response = match self {
            Door::Here(router) => router.clone().oneshot(request).await.ok()?,
            Door::There(client, url) => {
                let (mut head, body) = request.into_parts();
                head.uri = format!("{url}{}", head.uri).parse().ok()?;
                client.request(Request::from_parts(head, body)).await.ok()?.map(Body::new)
            }
        };
        let (head, body) = response.into_parts();
        let text = String::from_utf8(body.collect().await.ok()?.to_bytes().to_vec()).ok()?;
        let header = |name: &str| head.headers.get(name).and_then(|l| l.to_str().ok()).map(str::to_string);
        let (location, etag) = (header("location"), header("etag"));
        let retry_after = header("retry-after").and_then(|seconds| seconds.parse().ok());
        Some(Got {
            status: head.status,
            location,
            etag,
            replayed: head.headers.contains_key("idempotency-replayed"),
            retry_after,
            text,
        })
    }
}
