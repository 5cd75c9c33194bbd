//! The words every store shares: what one use case writes, what can go wrong, and what the platform needs of a store.
use crate::{
    ask::{Ask, Kept, Key, Known, Outcome, Undo},
    check::{Check, Finding},
    retention::Keep,
    task::Alarm,
};
pub use crate::{
    feed::{Inbox, Move, Parked, Seen, Settles},
    intents::{Due, Intents, Waiting},
};
use bytes::Bytes;
use kernel::{Code, Coded, Timestamp, error};
use prost::{Message, Name};
use uuid::Uuid;

/// How a write can fail. All but `Unknown` mean: nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    #[error("changed since it was read")]
    Stale,
    /// The door replays the first answer.
    #[error("this key was answered before")]
    Answered,
    /// A consumer goes on to the next fact.
    #[error("this message was handled before")]
    Handled,
    /// Facts after the position that was asked for are no longer kept. Nobody skips them: a reader stops.
    #[error("the log no longer goes back so far")]
    Gone,
    #[error("the store can't be reached")]
    Unavailable,
    #[error("the store can't say whether it was written")]
    Unknown,
    #[error("store: {0}")]
    Broken(String),
}

impl Coded for StoreError {
    fn code(&self) -> Code {
        match self {
            Self::Stale => error::conflict("contended"),
            Self::Answered | Self::Handled => error::conflict("answered"),
            Self::Gone => error::refused("feed.gone"),
            Self::Unavailable => error::unavailable("store_away"),
            Self::Unknown => error::unavailable("store_unknown"),
            Self::Broken(_) => error::internal("store_broken"),
        }
    }
}

/// A row of the outbox: a public event, encoded, with the version of its aggregate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    pub position: i64,
    pub id: Uuid,
    pub aggregate: String,
    pub subject: String,
    pub version: i64,
    pub kind: String,
    pub payload: Bytes,
    pub trace: String,
    pub at: Timestamp,
}

impl Fact {
    /// A fact to be written, of which aggregate: its kind, its id, and its own version, raised in the same batch. The store gives it
    /// its position.
    pub fn of<M: Message + Name>(
        (aggregate, subject, version): (&str, impl ToString, i64),
        message: &M,
        at: Timestamp,
    ) -> Fact {
        Fact {
            position: 0,
            id: Uuid::now_v7(),
            aggregate: aggregate.into(),
            subject: subject.to_string(),
            version,
            kind: M::full_name(),
            payload: message.encode_to_vec().into(),
            trace: crate::context::trace(),
            at,
        }
    }
}

/// An effect that is no row here (a call, a mail): written with its cause, taken when due, deleted in the batch that records how it
/// ended. Its key is the key of the effect, for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    pub key: String,
    /// Picks the worker: `order.refund`.
    pub kind: &'static str,
    pub payload: Bytes,
}

/// What a batch writes beside state and facts.
#[derive(Clone, Debug)]
pub enum Mark {
    Answer(Kept),
    Undo(Undo),
    Seen(Seen),
    Intent(Intent),
    /// The intent of this key has ended.
    Ended(String),
}

/// What one use case writes: state, events, and what a repeat will find, in one batch or not at all.
pub struct Change<'a, T, E> {
    pub state: &'a T,
    pub events: Vec<E>,
    pub marks: Vec<Mark>,
}

impl<'a, T, E> Change<'a, T, E> {
    pub fn new(state: &'a T, events: Vec<E>) -> Self {
        Self { state, events, marks: vec![] }
    }
    /// Keeps what will be answered beside what was done.
    pub fn answering(self, ask: &Ask<T>) -> Self {
        let kept = ask.keep(Outcome::Done(self.state), None);
        self.mark(kept.map(Mark::Answer))
    }
    /// Takes the key before another service is called; a repeat hears 202 and where to look, until the decision replaces it.
    /// `subject` is what the work is about: by it another process finds the key when it takes over.
    pub fn claiming(self, ask: &Ask<T>, subject: impl ToString) -> Self {
        let kept = ask.keep(Outcome::ForNow(self.state), Some(subject.to_string()));
        self.mark(kept.map(Mark::Answer))
    }
    /// The decision was a no, and the no is what a repeat hears.
    pub fn refusing(self, ask: &Ask<T>, why: &dyn Coded) -> Self {
        let kept = ask.keep(Outcome::Refused(why), None);
        self.mark(kept.map(Mark::Answer))
    }
    /// Marks the step as undone, so that it can't land late.
    pub fn undoing(self, undo: &Undo) -> Self {
        self.mark(Some(Mark::Undo(undo.clone())))
    }
    /// Something has to be done elsewhere because of this.
    pub fn intending(self, intent: Intent) -> Self {
        self.mark(Some(Mark::Intent(intent)))
    }
    /// How the intent of this key ended is what this batch records.
    pub fn ending(self, key: &str) -> Self {
        self.mark(Some(Mark::Ended(key.to_string())))
    }
    pub fn seen(self, seen: Seen) -> Self {
        self.mark(Some(Mark::Seen(seen)))
    }
    fn mark(mut self, mark: Option<Mark>) -> Self {
        self.marks.extend(mark);
        self
    }
}

/// How much a store was asked, since the start, the bells between processes included. A metric, and how a test shows that an idle
/// Souk is idle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub reads: u64,
    pub statements: u64,
    pub batches: u64,
    /// What was made durable: on SQLite batches share one, and a batch that was refused has none.
    pub commits: u64,
}

/// What doors, feeds, workers and checks need of a service's store, whatever it is made of.
#[async_trait::async_trait]
pub trait Store: Inbox + Intents {
    async fn known(&self, key: &Key) -> Result<Option<Known>, StoreError>;
    /// Keeps an answer that has no effect beside it: a refusal.
    async fn keep(&self, kept: Kept) -> Result<(), StoreError>;
    /// Committed facts after a position, whole commits only, in order. `Gone` when some of them are no longer kept.
    async fn facts(&self, after: i64, limit: u32) -> Result<Vec<Fact>, StoreError>;
    /// The highest position announced so far. Rung after commits, so waiting costs no SQL.
    fn doorbell(&self) -> tokio::sync::watch::Receiver<i64>;
    /// As the doorbell, but only of what may be one of these kinds, as far as that was said. None named is all.
    fn announced(&self, _kinds: &[String]) -> i64 {
        *self.doorbell().borrow()
    }
    async fn check(&self, check: &Check, now: Timestamp) -> Result<Finding, StoreError>;
    /// Rung here, it also rings where other processes share this store. One name, one alarm.
    fn alarm(&self, name: &'static str) -> Alarm;
    /// Drops what was kept long enough, by machine time and a little at a time.
    async fn tidy(&self, keep: Keep) -> Result<(), StoreError>;
    fn counts(&self) -> Counts;
}
