//! How far a consumer has read, what it has handled, and what it could not handle.
use crate::store::StoreError;
use bytes::Bytes;
use kernel::Timestamp;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use uuid::Uuid;

/// A message being handled. It goes into the batch of its effect, which writes the inbox row and moves the place. What it is made of
/// is the store's business: a use case hands it on (`Change::seen`).
#[derive(Clone, Debug)]
pub struct Seen {
    pub consumer: &'static str,
    pub source: &'static str,
    pub message: Uuid,
    /// Told before it, and without an effect: their inbox rows are written with its own.
    pub idle: Vec<Uuid>,
    pub settles: Settles,
    written: Arc<AtomicBool>,
}

/// What is settled once the message is, in the same batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settles {
    /// It did not come from the log: by a broker, or in a test.
    Nothing,
    Moves(Move),
    /// It was parked, and is so no longer.
    Unparks,
}

/// How far the consumer has read: only if it still stands at `from`. So of two copies of a service one is `Stale` and reads again, and
/// nobody needs a lease. Facts of one commit share a position: only the last of them moves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    pub from: i64,
    pub to: i64,
}

impl Seen {
    pub fn told_by(consumer: &'static str, source: &'static str, message: Uuid) -> Seen {
        Seen { consumer, source, message, idle: vec![], settles: Settles::Nothing, written: Arc::default() }
    }
    pub fn settling(self, settles: Settles) -> Seen {
        Seen { settles, ..self }
    }
    pub fn after(self, idle: Vec<Uuid>) -> Seen {
        Seen { idle, ..self }
    }
    /// Called by the store once the batch is committed.
    pub fn write(&self) {
        self.written.store(true, Ordering::Relaxed)
    }
    /// Whether the effect had a batch. What has none is settled by the consumer, with others.
    pub fn was_written(&self) -> bool {
        self.written.load(Ordering::Relaxed)
    }
}

/// A message that could not be handled, or that waits behind one of the same aggregate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parked {
    pub consumer: String,
    pub source: String,
    pub position: i64,
    pub message: Uuid,
    pub subject: String,
    pub version: i64,
    pub kind: String,
    pub payload: Bytes,
    /// None: it waits behind another, or an operator wants it tried again. The first of its aggregate is then handled.
    pub tries: u32,
    pub error: String,
    pub at: Timestamp,
}

/// What a consumer needs of its service's store.
#[async_trait::async_trait]
pub trait Inbox: Send + Sync {
    /// How far it has read a source. Whoever asks for the first time gets a place at the start.
    async fn position(&self, consumer: &str, source: &str) -> Result<i64, StoreError>;
    /// Whether the effect is there already.
    async fn handled(&self, seen: &Seen) -> Result<bool, StoreError>;
    /// A message that has no effect here: its inbox row, if it has none yet, and what it settles. `Stale` when the place moved.
    async fn settle(&self, seen: &Seen) -> Result<(), StoreError>;
    /// Only what it settles: the message was handled before, or nobody wants what was read. `Stale` when the place moved.
    async fn pass(&self, seen: &Seen) -> Result<(), StoreError>;
    /// Puts the message aside and goes on. `behind`: one that must still be parked, else `Stale`.
    async fn park(&self, seen: &Seen, parked: &Parked, behind: Option<Uuid>) -> Result<(), StoreError>;
    /// What is parked, of one consumer or of all, in the order in which it must be handled.
    async fn parked(&self, consumer: Option<&str>) -> Result<Vec<Parked>, StoreError>;
    /// Has parked messages tried again, of one aggregate or of all. Answers how many aggregates that starts.
    async fn replay(&self, consumer: &str, subject: Option<&str>) -> Result<u64, StoreError>;
    /// As if it had never read anything: inbox, places and parked messages are forgotten, and the tables that it alone fills are
    /// emptied, in one batch.
    async fn restart(&self, consumer: &str, views: &[&str]) -> Result<(), StoreError>;
}
