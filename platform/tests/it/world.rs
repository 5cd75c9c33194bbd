//! The lamps in this process, or in another one behind a listener.
use crate::{
    lamps::{self, Lamps},
    rpc::{READS, Rpc, Service},
    shelf::Shelf,
};
use axum::{body::Body, http::HeaderMap, serve::ListenerExt};
use http_body_util::BodyExt;
use kernel::{UserId, VendorId};
use platform::{
    actor::{Actor, Role, Table},
    clock::SystemClock,
    context::Seal,
    grpc::{Breaker, Limits, Transport},
    http::Routes,
    module::{Module, Opening},
    net::{Net, Plan},
};
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc};
use tonic::Status;
use tower::{ServiceExt, util::BoxCloneSyncService};

pub const POLICY: Table =
    Table(&[("lamp.make", &[Role::Anonymous, Role::Customer]), ("lamp.change", &[Role::VendorAdmin])]);

pub struct World {
    pub shelf: Arc<Shelf>,
    pub lamps: Arc<Lamps>,
    pub rpc: Arc<Rpc>,
    /// As the caller's process sees it.
    pub net: Net,
    /// The gRPC door without a client stack before it.
    pub bare: Transport,
}

pub struct Got {
    pub status: u16,
    pub head: HeaderMap,
    pub bytes: bytes::Bytes,
}

impl Got {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_string()
    }
    pub fn is_replayed(&self) -> bool {
        self.head.get("idempotency-replayed").is_some_and(|v| v == "true")
    }
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.get(name).and_then(|v| v.to_str().ok())
    }
}

#[derive(Clone, Copy)]
pub enum Where {
    Here,
    There,
}

pub fn seal() -> Seal {
    Seal::of(b"a secret of the tests")
}

fn plan(here: &[&str], addresses: &[(&str, &str)]) -> Plan {
    Plan {
        here: here.iter().map(|name| name.to_string()).collect(),
        addresses: addresses.iter().map(|(name, at)| (name.to_string(), at.to_string())).collect(),
        settings: BTreeMap::new(),
        store: String::new(),
        opening: Opening::Serve,
        seal: seal(),
        policy: Arc::new(POLICY),
        clock: Arc::new(SystemClock),
        reads: READS,
    }
}

pub async fn world(place: Where) -> World {
    let shelf = Arc::new(Shelf::default());
    let lamps = Arc::new(Lamps {
        shelf: shelf.clone(),
        made: Default::default(),
        gate: Default::default(),
        heard: Default::default(),
    });
    let rpc = Arc::new(Rpc { shelf: shelf.clone(), seen: Default::default() });
    let mut net = Net::new(plan(&[], &[]));
    let (app, store, calls) = (lamps.clone(), shelf.clone(), rpc.clone());
    let build = async move |deps: platform::module::Deps<'_>| {
        let rest = lamps::routes().bind(app, store.clone(), deps.door.clone());
        Ok(Module::new("lamps", store).grpc(Service(calls)).rest(rest))
    };
    net.host("lamps", lamps::routes, build).await.unwrap();
    let (net, bare) = match place {
        Where::Here => {
            let inner = bare(net.internal().map_request(|r: http::Request<tonic::body::Body>| r.map(Body::new)));
            (net, inner)
        }
        Where::There => {
            let at = listen(net.internal()).await;
            let channel = tonic::transport::Endpoint::from_shared(at.clone()).unwrap().connect_lazy();
            (elsewhere(&at).await, bare(channel))
        }
    };
    World { shelf, lamps, rpc, net, bare }
}

fn bare<S, B>(inner: S) -> Transport
where
    S: tower::Service<http::Request<tonic::body::Body>, Response = http::Response<B>> + Clone + Send + Sync + 'static,
    S::Future: Send,
    S::Error: std::error::Error + Send + Sync + 'static,
    B: http_body::Body<Data = bytes::Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let to = move |mut request: http::Request<tonic::body::Body>| {
        request.headers_mut().insert("souk-to", http::HeaderValue::from_static("lamps"));
        request
    };
    BoxCloneSyncService::new(
        inner.map_request(to).map_response(|r| r.map(tonic::body::Body::new)).map_err(|e| Status::from_error(e.into())),
    )
}

/// A process that hosts nothing and has the address of the lamps.
pub async fn elsewhere(address: &str) -> Net {
    let mut net = Net::new(plan(&["shop"], &[("lamps", address)]));
    let routes: fn() -> Routes<Lamps> = lamps::routes;
    net.host("lamps", routes, async |_| unreachable!("hosted elsewhere")).await.unwrap();
    net
}

pub async fn listen(router: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = format!("http://{}", listener.local_addr().unwrap());
    let listener = listener.tap_io(|tcp| tcp.set_nodelay(true).unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    at
}

impl World {
    pub fn link(&self, limits: Limits) -> (Transport, Arc<Breaker>) {
        self.net.link("shop", "lamps", limits).unwrap()
    }
    /// A request with an assertion of the gateway about `actor`.
    pub async fn send(&self, actor: &Actor, line: &str, head: &[(&str, &str)], body: impl Into<Body>) -> Got {
        let assertion = seal().write(actor, "lamps");
        let mut whole = vec![("souk-actor", assertion.as_str())];
        if !head.iter().any(|(name, _)| *name == "content-type") {
            whole.push(("content-type", "application/json"));
        }
        whole.extend(head);
        self.bare(line, &whole, body).await
    }
    /// A request with these headers alone.
    pub async fn bare(&self, line: &str, head: &[(&str, &str)], body: impl Into<Body>) -> Got {
        let (method, uri) = line.split_once(' ').unwrap();
        let request = http::Request::builder().method(method).uri(uri);
        let request = head.iter().fold(request, |r, (name, value)| r.header(*name, *value)).body(body.into()).unwrap();
        let response = self.net.offered[0].door.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Got { status: head.status.as_u16(), head: head.headers, bytes }
    }
}

fn user(number: u128) -> UserId {
    UserId::from_uuid(uuid::Uuid::from_u128(number))
}
pub fn anna() -> Actor {
    Actor::customer(user(1))
}
pub fn ben() -> Actor {
    Actor::customer(user(2))
}
pub fn vendor() -> Actor {
    Actor::vendor_admin(user(3), VendorId::from_uuid(uuid::Uuid::from_u128(1)))
}

/// The same test in one process and over a listener.
macro_rules! both {
    ($($name:ident)*) => {
        mod one_process { $(#[tokio::test(flavor = "multi_thread")] async fn $name() {
            super::$name($crate::world::world($crate::world::Where::Here).await).await
        })* }
        mod two_processes { $(#[tokio::test(flavor = "multi_thread")] async fn $name() {
            super::$name($crate::world::world($crate::world::Where::There).await).await
        })* }
    };
}
pub(crate) use both;
