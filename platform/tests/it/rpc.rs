//! A gRPC service by hand: `Do` (a write) and `See` (a read), which do what the message says.
use crate::shelf::Shelf;
use platform::{
    context::{Context, Patience},
    grpc::{Transport, ask},
    store::Change,
};
use std::{
    collections::BTreeMap,
    convert::Infallible,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{self, Poll},
    time::{Duration, Instant},
};
use tonic::{Request, Response, Status, body::Body, server::NamedService};
use tonic_prost::ProstCodec;

pub const DO: &str = "/test.lamps.v1.Lamps/Do";
pub const SEE: &str = "/test.lamps.v1.Lamps/See";
pub const READS: &[&str] = &[SEE];

#[derive(Clone, PartialEq, prost::Message)]
pub struct Wish {
    #[prost(string, tag = "1")]
    pub what: String,
}
impl prost::Name for Wish {
    const PACKAGE: &'static str = "test.lamps.v1";
    const NAME: &'static str = "Wish";
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Told {
    #[prost(string, tag = "1")]
    pub text: String,
    #[prost(uint32, tag = "2")]
    pub number: u32,
}

/// What is behind both methods; counts what reached it.
#[derive(Default)]
pub struct Rpc {
    pub shelf: Arc<Shelf>,
    pub seen: Mutex<BTreeMap<String, u32>>,
}

/// Put into the caller's extensions, to see that it does not arrive.
#[derive(Clone)]
pub struct LeftBehind;

impl Rpc {
    pub fn count(&self, what: &str) -> u32 {
        self.seen.lock().unwrap().get(what).copied().unwrap_or_default()
    }
    async fn answer(&self, request: Request<Wish>) -> Result<Response<Told>, Status> {
        let what = request.get_ref().what.clone();
        let number = {
            let mut seen = self.seen.lock().unwrap();
            let count = seen.entry(what.clone()).or_default();
            *count += 1;
            *count
        };
        let text = match what.as_str() {
            "down" => return Err(Status::unavailable("down")),
            "refused" => return Err(Status::failed_precondition("a rule")),
            "broken" => return Err(platform::grpc::status(&crate::lamps::No::Broken)),
            "panic" => panic!("row 9 of table lamp"),
            "slow" => {
                tokio::time::sleep(Duration::from_secs(5)).await;
                "slept".to_string()
            }
            "nap" => {
                tokio::time::sleep(Duration::from_millis(200)).await;
                "slept".to_string()
            }
            "down once" if number == 1 => return Err(Status::unavailable("down")),
            "who" => who(),
            "left" => request.extensions().get::<LeftBehind>().map_or("nothing", |_| "something").to_string(),
            _ => String::new(),
        };
        let ask = ask(&request, Told::clone);
        let told = Told { text, number };
        let written = self.shelf.write(Change::<_, ()>::new(&told, vec![]).answering(&ask).marks);
        ask.reply(written.map(|()| told)).await
    }
}

/// Actor, patience, what is left of the time, trace.
fn who() -> String {
    let context = Context::current().expect("a door sets it");
    let left = context.deadline.saturating_duration_since(Instant::now()).as_millis();
    let patience = if context.patience == Patience::Person { "person" } else { "background" };
    let name = context.actor.principal().unwrap_or_default();
    format!("{name} {patience} {left} {}", context.trace)
}

#[derive(Clone)]
pub struct Service(pub Arc<Rpc>);

impl NamedService for Service {
    const NAME: &'static str = "test.lamps.v1.Lamps";
}

impl tonic::server::UnaryService<Wish> for Service {
    type Response = Told;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Told>, Status>> + Send>>;
    fn call(&mut self, request: Request<Wish>) -> Self::Future {
        let rpc = self.0.clone();
        Box::pin(async move { rpc.answer(request).await })
    }
}

impl tower::Service<http::Request<Body>> for Service {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<http::Response<Body>, Infallible>> + Send>>;
    fn poll_ready(&mut self, _: &mut task::Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }
    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let service = self.clone();
        Box::pin(async move { Ok(tonic::server::Grpc::new(ProstCodec::default()).unary(service, request).await) })
    }
}

/// The client as generated code does it.
pub async fn call(to: &Transport, method: &'static str, request: Request<Wish>) -> Result<Told, Status> {
    let mut client = tonic::client::Grpc::new(to.clone());
    client.ready().await?;
    let path = http::uri::PathAndQuery::from_static(method);
    let reply = client.unary(request, path, ProstCodec::<Wish, Told>::default()).await?;
    Ok(reply.into_inner())
}

pub fn wish(what: &str) -> Request<Wish> {
    Request::new(Wish { what: what.into() })
}
