//! Follows a log: at least once by reading on from the stored place, once by the inbox row in the batch of the effect. A message that
//! can't be handled is parked, the later ones of its aggregate behind it, and the others go on.
use super::{
    Move, REPLAY, Seen, Settles, Subscription, UNWANTED,
    parking::{Aside, row},
    pb::{self, feed_client::FeedClient},
    subscription::Told,
};
use crate::{
    grpc::Transport,
    store::{Store, StoreError},
    task::Alarm,
};
use kernel::Timestamp;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};
use tonic::{Code, Status};
use uuid::Uuid;

/// What had no effect is settled so late, many at once: else each such fact is a commit.
const TOGETHER: Duration = Duration::from_millis(200);
const MANY: usize = 64;
/// A lone poll waits so long at the end of the log.
const WAIT: Duration = Duration::from_secs(20);
/// Between two tries of one message; doubled each time.
const BETWEEN: Duration = Duration::from_millis(100);
/// After a fault; doubled each time, up to `MOST`.
const PAUSE: Duration = Duration::from_millis(50);
const MOST: Duration = Duration::from_secs(5);

pub(super) struct Follower {
    pub(super) subscription: Subscription,
    client: FeedClient<Transport>,
    pub(super) store: Arc<dyn Store>,
    alarm: Alarm,
    rung: watch::Receiver<Option<Timestamp>>,
    place: Option<Place>,
}

/// How far this process has read. What is written down may lag behind by facts that nobody wanted.
struct Place {
    at: i64,
    stored: i64,
    unwanted: u32,
    parked: Aside,
    idle: Idle,
}

/// Facts that had no effect and are not settled yet. A crash forgets them; then they are told again, and have none again.
struct Idle {
    messages: Vec<Uuid>,
    /// Of the last one.
    to: i64,
    since: Instant,
}

/// Why reading stops for now.
pub(super) enum Fault {
    /// Another copy of this service was faster, or an operator asked: look up the place and read on.
    Moved,
    /// The log no longer goes back so far.
    Gone(Status),
    /// To be waited out: nothing is skipped.
    Wait(String),
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Fault {
        match error {
            StoreError::Stale | StoreError::Handled => Fault::Moved,
            error => Fault::Wait(error.to_string()),
        }
    }
}

impl From<Status> for Fault {
    fn from(status: Status) -> Fault {
        match status.code() {
            Code::OutOfRange => Fault::Gone(status),
            _ => Fault::Wait(status.to_string()),
        }
    }
}

/// How the tries of one message ended.
pub(super) enum Tried {
    Done,
    /// Nothing was to be done.
    Idle,
    /// By an earlier life, or by another copy.
    Before,
    Failed {
        tries: u32,
        error: String,
    },
}

impl Place {
    /// Written down, with all that had no effect.
    fn moved(&mut self, to: i64) {
        self.stored = to;
        self.idle.messages.clear();
    }
}

impl Idle {
    fn put(&mut self, message: Uuid, to: i64) {
        if self.messages.is_empty() {
            self.since = Instant::now();
        }
        self.messages.push(message);
        self.to = to;
    }
}

impl Follower {
    pub fn new(subscription: Subscription, transport: Transport, store: Arc<dyn Store>) -> Self {
        let alarm = store.alarm(REPLAY);
        let rung = alarm.listen();
        Self { subscription, client: FeedClient::new(transport), store, alarm, rung, place: None }
    }

    pub async fn run(mut self) {
        let (source, consumer) = (self.subscription.source, self.subscription.consumer);
        let mut pause = PAUSE;
        loop {
            match self.page().await {
                Ok(()) => pause = PAUSE,
                Err(Fault::Moved) => {}
                Err(Fault::Gone(status)) => {
                    return tracing::error!(source, consumer, %status, "stopped: facts it needs are no longer kept");
                }
                Err(Fault::Wait(why)) => {
                    tracing::warn!(source, consumer, why, "feed");
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(MOST);
                }
            }
        }
    }

    /// Reads on until the log has no more for now. After a fault the place is looked up again.
    async fn page(&mut self) -> Result<(), Fault> {
        let mut place = match self.place.take() {
            Some(place) => place,
            None => self.look_up().await?,
        };
        let (types, wait_ms) = (self.subscription.kinds(), WAIT.as_millis() as u32);
        let request = pb::ReadRequest { after: place.at, types, limit: 200, wait_ms };
        let mut facts = self.client.read(request).await?.into_inner();
        loop {
            let fact = tokio::select! {
                fact = facts.message() => fact?,
                _ = self.rung.changed() => return Err(Fault::Moved),
                _ = sleep_until(place.idle.since + TOGETHER), if !place.idle.messages.is_empty() => {
                    self.settle(&mut place).await?;
                    continue;
                }
            };
            let Some(fact) = fact else { break };
            self.take(&mut place, fact).await?;
        }
        self.place = Some(place);
        Ok(())
    }

    async fn look_up(&self) -> Result<Place, Fault> {
        self.alarm.take();
        let mut parked = Aside::default();
        for row in self.replay().await? {
            parked.put(row.subject, row.message)
        }
        let stored = self.store.position(self.subscription.consumer, self.subscription.source).await?;
        self.subscription.read.send_replace(stored);
        let idle = Idle { messages: vec![], to: stored, since: Instant::now() };
        Ok(Place { at: stored, stored, unwanted: 0, parked, idle })
    }

    async fn take(&self, place: &mut Place, fact: pb::Fact) -> Result<(), Fault> {
        let (settled, looked) = (fact.settled, fact.looked);
        // Another copy of this service may have been here meanwhile.
        if !fact.id.is_empty() && fact.position > place.stored {
            self.fact(place, fact).await?;
            place.unwanted = 0;
        }
        place.unwanted += looked;
        if place.unwanted > UNWANTED {
            self.pass(place, settled).await?;
            place.unwanted = 0;
        }
        if place.idle.messages.len() >= MANY {
            self.settle(place).await?;
        }
        place.at = settled;
        self.subscription.read.send_replace(settled);
        Ok(())
    }

    /// Nothing more is to be done up to there.
    async fn pass(&self, place: &mut Place, to: i64) -> Result<(), Fault> {
        self.store.pass(&self.place(place, Uuid::nil(), to)).await?;
        place.moved(to);
        Ok(())
    }

    /// Those that had no effect.
    async fn settle(&self, place: &mut Place) -> Result<(), Fault> {
        let Some(last) = place.idle.messages.pop() else { return Ok(()) };
        let to = place.idle.to;
        self.store.settle(&self.place(place, last, to)).await?;
        place.moved(to);
        Ok(())
    }

    /// A message at the end of what was read up to there.
    fn place(&self, place: &Place, message: Uuid, to: i64) -> Seen {
        let moves = Move { from: place.stored, to: to.max(place.stored) };
        // Facts of one commit share a position, so one may be told again.
        let idle = place.idle.messages.iter().copied().filter(|idle| *idle != message).collect();
        self.seen(message).after(idle).settling(Settles::Moves(moves))
    }

    async fn fact(&self, place: &mut Place, fact: pb::Fact) -> Result<(), Fault> {
        let message = fact.id.parse().map_err(|_| Fault::Wait("a fact without an id".into()))?;
        let to = fact.settled.max(place.stored);
        let seen = self.place(place, message, to);
        let behind = place.parked.last.get(&fact.subject).copied();
        let told = Told { kind: &fact.r#type, payload: fact.payload.clone(), trace: &fact.traceparent };
        let tried = match behind {
            // Facts of one commit share a position, so it may be told again.
            Some(_) if place.parked.messages.contains(&message) => Tried::Before,
            Some(_) => Tried::Failed { tries: 0, error: "waits behind an earlier one".into() },
            None => self.tries(&told, &seen, self.subscription.tries).await?,
        };
        match tried {
            Tried::Done => place.moved(to),
            Tried::Idle => place.idle.put(message, to),
            Tried::Before => self.pass(place, to).await?,
            Tried::Failed { tries, error } => {
                let (consumer, kind) = (seen.consumer, &fact.r#type);
                match behind {
                    Some(_) => {
                        tracing::info!(consumer, %message, subject = fact.subject, kind, "parked behind another")
                    }
                    None => tracing::error!(consumer, %message, subject = fact.subject, kind, tries, error, "parked"),
                }
                self.store.park(&seen, &row(&fact, &seen, tries, error), behind).await?;
                place.parked.put(fact.subject, message);
                place.moved(to);
            }
        }
        Ok(())
    }

    /// Until it is done or has failed for good. A store that can't be reached is no fault of the message.
    pub(super) async fn tries(&self, told: &Told<'_>, seen: &Seen, most: u32) -> Result<Tried, Fault> {
        let mut tries = 1;
        loop {
            let error = match self.subscription.handle(told, seen.clone()).await {
                Ok(()) if seen.was_written() => return Ok(Tried::Done),
                Ok(()) => return Ok(Tried::Idle),
                Err(StoreError::Handled) => return Ok(Tried::Before),
                Err(error) => error,
            };
            // A rule may refuse a second telling (shipped already) before the inbox does: only a no is looked up.
            if self.store.handled(seen).await? {
                return Ok(Tried::Before);
            }
            self.is_here(seen).await?;
            match error {
                StoreError::Unavailable | StoreError::Unknown => return Err(Fault::Wait(error.to_string())),
                error if tries >= most => return Ok(Tried::Failed { tries, error: error.to_string() }),
                error => {
                    tracing::warn!(consumer = seen.consumer, message = %seen.message, tries, %error, "will try again")
                }
            }
            tokio::time::sleep(BETWEEN * 2u32.saturating_pow(tries - 1)).await;
            tries += 1;
        }
    }

    /// A message may also fail because another copy of this service has gone on.
    async fn is_here(&self, seen: &Seen) -> Result<(), Fault> {
        match seen.settles {
            Settles::Moves(Move { from, .. }) if self.store.position(seen.consumer, seen.source).await? != from => {
                Err(Fault::Moved)
            }
            _ => Ok(()),
        }
    }

    pub(super) fn seen(&self, message: Uuid) -> Seen {
        Seen::told_by(self.subscription.consumer, self.subscription.source, message)
    }
}
