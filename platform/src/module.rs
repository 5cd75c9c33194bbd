//! A service as plain data: what it answers, what it listens to, what it does by itself, what can be checked.
use crate::{
    check::Check,
    feed::{self, Subscription},
    grpc::{Limits, Transport},
    http::Door,
    intents::{Due, Worker},
    peers::Peers,
    retention::{self, Keep},
    settings,
    start::StartError,
    store::Store,
    task::{Alarm, Task, Time},
};
use kernel::{Clock, Timestamp};
use std::{collections::BTreeMap, convert::Infallible, future::Future, sync::Arc};
use tonic::{body::Body, service::Routes};

/// Where a service's store is, and what may be done to it at the opening.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreAt {
    pub url: String,
    pub opening: Opening,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Bring the schema up to date, then serve.
    Migrate,
    /// The schema must be up to date already: on PostgreSQL many processes start at once, and one command migrates.
    Serve,
    /// Beside the owner, without a single write.
    ReadOnly,
}

pub struct Module {
    pub name: &'static str,
    pub store: Arc<dyn Store>,
    pub grpc: Routes,
    pub rest: axum::Router,
    pub subscriptions: Vec<Subscription>,
    pub tasks: Vec<Task>,
    pub checks: Vec<Check>,
}

impl Module {
    /// Every service serves its outbox, so the feed is there before anything else; and every store forgets.
    pub fn new(name: &'static str, store: Arc<dyn Store>) -> Self {
        let grpc = Routes::new(feed::server(store.clone()));
        let rest = axum::Router::new();
        let tasks = vec![retention::task(store.clone(), Keep::default())];
        Self { name, store, grpc, rest, subscriptions: vec![], tasks, checks: vec![] }
    }
    pub fn grpc<S>(mut self, service: S) -> Self
    where
        S: tower::Service<http::Request<Body>, Error = Infallible>
            + tonic::server::NamedService
            + Clone
            + Send
            + Sync
            + 'static,
        S::Response: axum::response::IntoResponse,
        S::Future: Send + 'static,
    {
        self.grpc = self.grpc.add_service(service);
        self
    }
    pub fn rest(mut self, router: axum::Router) -> Self {
        self.rest = router;
        self
    }
    pub fn listens(mut self, subscription: Subscription) -> Self {
        self.subscriptions.push(subscription);
        self
    }
    /// `work` does what is due by business time and says when to come again; `alarm` is what the use cases set.
    pub fn task<F, Fut, E>(self, name: &'static str, alarm: Alarm, work: F) -> Self
    where
        F: Fn(Timestamp) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Option<Timestamp>, E>> + Send + 'static,
        E: std::fmt::Display + 'static,
    {
        self.timed(name, Time::Business, alarm, work)
    }
    /// As `task`, by the machine's time: timeouts, leases, back-off.
    pub fn machine_task<F, Fut, E>(self, name: &'static str, alarm: Alarm, work: F) -> Self
    where
        F: Fn(Timestamp) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Option<Timestamp>, E>> + Send + 'static,
        E: std::fmt::Display + 'static,
    {
        self.timed(name, Time::Machine, alarm, work)
    }
    fn timed<F, Fut, E>(mut self, name: &'static str, time: Time, alarm: Alarm, work: F) -> Self
    where
        F: Fn(Timestamp) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Option<Timestamp>, E>> + Send + 'static,
        E: std::fmt::Display + 'static,
    {
        let work = move |now| -> futures::future::BoxFuture<'static, _> {
            let doing = work(now);
            Box::pin(async move { doing.await.map_err(|e| e.to_string()) })
        };
        self.tasks.push(Task { name, time, alarm, work: Box::new(work) });
        self
    }
    /// Does the intents of a kind (`order.refund`). The handler makes the effect by the intent's key and ends the intent in the batch
    /// that records how it went (`Change::ending`); an error is tried again later, after twenty tries by an operator.
    pub fn does<A, F, Fut, E>(self, kind: &'static str, app: &Arc<A>, handler: F) -> Self
    where
        A: Send + Sync + 'static,
        F: Fn(Arc<A>, Due) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: std::fmt::Display + 'static,
    {
        let worker = Worker::new(self.store.clone(), kind, app, handler);
        let alarm = self.store.alarm(kind);
        self.machine_task(kind, alarm, move |now| worker.clone().work(now))
    }
    /// How long facts are kept, when not for ever.
    pub fn keeping(mut self, keep: Keep) -> Self {
        self.tasks.retain(|task| task.name != retention::NAME);
        self.tasks.push(retention::task(self.store.clone(), keep));
        self
    }
    pub fn checks(mut self, checks: Vec<Check>) -> Self {
        self.checks.extend(checks);
        self
    }
}

/// What a service is given of the world.
pub struct Deps<'a> {
    pub store: StoreAt,
    pub door: Door,
    pub clock: Arc<dyn Clock>,
    pub(crate) peers: &'a Peers,
    pub(crate) edges: &'a mut Vec<(&'static str, &'static str)>,
    pub(crate) settings: &'a BTreeMap<String, String>,
    pub(crate) name: &'static str,
}

impl Deps<'_> {
    /// The transport to a service declared above: in this process, or at its address.
    pub fn call(&mut self, callee: &'static str) -> Result<Transport, StartError> {
        self.edges.push((self.name, callee));
        Ok(self.peers.link(self.name, callee, Limits::default())?.0)
    }
    /// Says which store could not be opened.
    pub fn no_store(&self, why: impl std::fmt::Display) -> StartError {
        StartError::Store { service: self.name, why: why.to_string() }
    }
    /// This service's section of the settings. What is not set has the default of the type; what is not known stops the start.
    pub fn section<C: serde::de::DeserializeOwned>(&self) -> Result<C, StartError> {
        settings::section(self.name, self.settings)
    }
}
