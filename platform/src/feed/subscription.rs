//! What a service wants to hear of another, and what it does then.
use super::{Reading, Seen, follow::Follower};
use crate::{
    context::Context,
    grpc::Transport,
    store::{Store, StoreError},
    task::unpanicked,
};
use bytes::Bytes;
use futures::future::BoxFuture;
use serde::Deserialize;
use std::sync::Arc;
use tokio::sync::watch;

/// After so many failures a message is parked.
const TRIES: u32 = 5;

/// The `[feed]` section: how every consumer of this process follows.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Following {
    /// After so many failures a message is parked. At least 1.
    pub tries: u32,
}

impl Default for Following {
    fn default() -> Self {
        Following { tries: TRIES }
    }
}

type Handle = Box<dyn Fn(Bytes, Seen) -> BoxFuture<'static, Result<(), StoreError>> + Send + Sync>;

/// A fact that is wanted: its full proto name, its decoder and handler.
struct On {
    kind: String,
    run: Handle,
}

pub struct Subscription {
    pub source: &'static str,
    /// `service.purpose`.
    pub consumer: &'static str,
    pub(super) tries: u32,
    views: &'static [&'static str],
    /// Up to where it was handled here.
    pub(super) read: watch::Sender<i64>,
    on: Vec<On>,
}

/// One telling of a message.
pub(super) struct Told<'a> {
    pub kind: &'a str,
    pub payload: Bytes,
    pub trace: &'a str,
}

impl Subscription {
    pub fn to(source: &'static str, consumer: &'static str) -> Self {
        Self { source, consumer, tries: TRIES, views: &[], read: watch::channel(0).0, on: vec![] }
    }

    /// After so many failures a message is parked, instead of after five.
    pub fn tries(self, tries: u32) -> Self {
        Self { tries: tries.max(1), ..self }
    }

    /// All its effects are rows of these tables, and nobody else writes them: they can be emptied and filled again from the log.
    pub fn fills(self, views: &'static [&'static str]) -> Self {
        Self { views, ..self }
    }

    pub fn on<M, A, F, Fut>(mut self, app: &Arc<A>, handler: F) -> Self
    where
        M: prost::Message + prost::Name + Default,
        A: Send + Sync + 'static,
        F: Fn(Arc<A>, M, Seen) -> Fut + Send + Sync + Copy + 'static,
        Fut: Future<Output = Result<(), StoreError>> + Send + 'static,
    {
        let app = app.clone();
        let run: Handle = Box::new(move |payload, seen| {
            let app = app.clone();
            Box::pin(async move {
                let message = M::decode(payload).map_err(|e| StoreError::Broken(e.to_string()))?;
                handler(app, message, seen).await
            })
        });
        self.on.push(On { kind: M::full_name(), run });
        self
    }

    /// Follows the source until the end of the process, or until the log no longer goes back to where this consumer stands.
    pub async fn follow(self, transport: Transport, store: Arc<dyn Store>) {
        Follower::new(self, transport, store).run().await
    }

    pub fn reading(&self) -> Reading {
        let (source, consumer, views) = (self.source, self.consumer, self.views);
        Reading { source, consumer, views, kinds: self.kinds(), at: self.read.subscribe() }
    }

    pub(super) fn kinds(&self) -> Vec<String> {
        self.on.iter().map(|on| on.kind.clone()).collect()
    }

    /// Under the trace of its cause; a handler that panics has failed.
    pub(super) async fn handle(&self, told: &Told<'_>, seen: Seen) -> Result<(), StoreError> {
        let Some(on) = self.on.iter().find(|on| on.kind == told.kind) else {
            return Err(StoreError::Broken(format!("{} does not handle {}", self.consumer, told.kind)));
        };
        let service = service_of(self.consumer);
        let work = async { (on.run)(told.payload.clone(), seen).await };
        unpanicked(Context::following(service, told.trace).scope(work))
            .await
            .unwrap_or_else(|panic| Err(StoreError::Broken(panic)))
    }
}

/// A consumer's name begins with its service's.
pub(super) fn service_of(consumer: &'static str) -> &'static str {
    consumer.split('.').next().unwrap_or(consumer)
}
