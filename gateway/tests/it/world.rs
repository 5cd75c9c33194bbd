//! A service `lamps` that says back what it was sent.
use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderMap, Response, StatusCode},
    response::IntoResponse,
};
use http_body_util::BodyExt;
use platform::{
    actor::{Actor, Role, Table},
    clock::SystemClock,
    context::Seal,
    http::{Answer, Nothing, RawCall, Read, Routes, View},
    module::Opening,
    net::{Net, Offered, Plan},
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};
use tower::{ServiceExt, util::BoxCloneSyncService};

pub struct Lamps;

#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct Lamp {}
impl View for Lamp {}

async fn read(_: &Lamps, call: Read<String>) -> Answer<Lamp> {
    call.show(Ok::<_, platform::store::StoreError>(None::<()>), |()| Lamp {})
}
async fn hear(_: &Lamps, call: RawCall) -> Answer<Nothing> {
    call.answer(Ok::<_, platform::store::StoreError>(()), |()| Nothing)
}

pub fn routes() -> Routes<Lamps> {
    platform::routes! {
        /// One lamp.
        get  "/store/v1/lamps/{lamp}" open() => read;
        /// Puts one out.
        delete "/store/v1/lamps/{lamp}" allow("lamp.drop") => read;
        /// The factory calls.
        post "/hooks/v1/lamps/factory" => hear;
    }
}

pub const POLICY: Table = Table(&[("lamp.drop", &[Role::Customer])]);

pub fn seal() -> Seal {
    Seal::of(b"a secret of the tests")
}

/// What the service saw of a request, and some answers of its own.
async fn echo(request: Request) -> axum::response::Response {
    let (head, body) = request.into_parts();
    if head.uri.path().ends_with("/sleepy") {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
    let shown: BTreeMap<String, String> =
        head.headers.iter().map(|(n, v)| (n.to_string(), v.to_str().unwrap_or("?").to_string())).collect();
    let body = body.collect().await.unwrap().to_bytes();
    let said = json!({ "method": head.method.as_str(), "uri": head.uri.path_and_query().unwrap().as_str(), "head": shown,
        "body": String::from_utf8_lossy(&body) });
    let own = [("etag", "\"7\""), ("location", "/store/v1/lamps/x"), ("retry-after", "3")];
    (StatusCode::ACCEPTED, own, said.to_string()).into_response()
}

/// The gateway before the service here.
pub fn here() -> Router {
    gateway::router(&[lamps()], gateway::Visitors::sealed(seal())).unwrap()
}

pub fn lamps() -> Offered {
    let door = BoxCloneSyncService::new(Router::new().fallback(echo));
    Offered { name: "lamps", specs: routes().specs(), door }
}

/// The gateway before the service at an address; `None`: nobody listens there.
pub async fn there(address: &str) -> Router {
    let mut net = Net::new(Plan {
        here: vec!["gateway".into()],
        addresses: [("lamps".to_string(), address.to_string())].into(),
        settings: BTreeMap::new(),
        store: String::new(),
        opening: Opening::Serve,
        seal: seal(),
        policy: Arc::new(POLICY),
        clock: Arc::new(SystemClock),
        reads: &[],
    });
    net.host("lamps", routes, async |_| unreachable!("it runs elsewhere")).await.unwrap();
    gateway::router(&net.offered, gateway::Visitors::sealed(seal())).unwrap()
}

pub async fn listening() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(echo)).await });
    at
}

pub struct Got {
    pub status: u16,
    pub head: HeaderMap,
    pub body: Value,
}

impl Got {
    /// A header as the service saw it.
    pub fn seen(&self, name: &str) -> Option<&str> {
        self.body["head"][name].as_str()
    }
    /// Who the service believes is asking.
    pub fn actor(&self) -> Actor {
        seal().read(self.seen("souk-actor").unwrap(), "lamps").unwrap()
    }
}

pub async fn send(gateway: &Router, line: &str, head: &[(&str, &str)], body: &str) -> Got {
    let (method, uri) = line.split_once(' ').unwrap();
    let request =
        head.iter().fold(axum::http::Request::builder().method(method).uri(uri), |r, (n, v)| r.header(*n, *v));
    let response = gateway.clone().oneshot(request.body(Body::from(body.to_string())).unwrap()).await.unwrap();
    read_all(response).await
}

async fn read_all(response: Response<Body>) -> Got {
    let (head, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() };
    Got { status: head.status.as_u16(), head: head.headers, body }
}
