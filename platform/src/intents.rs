//! Effects that are no row here (a call, a mail, an object): done by their key, as often as needed, until a batch records how they ended.
//! An intent is written with its cause (`Change::intending`) and ended with its outcome (`Change::ending`). A crash between the effect
//! and that batch repeats the effect, by the same key. All this goes by the machine's time: business time may stand, or jump over a lease.
use crate::{
    store::{Store, StoreError},
    task::unpanicked,
};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, future::BoxFuture, stream};
use kernel::Timestamp;
use std::{fmt::Display, sync::Arc, time::Duration};

/// So many at a time.
pub const PAGE: u32 = 50;
/// And of these so many at once.
const AT_ONCE: usize = 8;
/// After so many tries it is left for an operator.
pub const TRIES: u32 = 20;
/// One try may take so long.
const TRY: Duration = Duration::from_secs(30);
/// For so long nobody else takes what was taken: longer than a try, short enough for whoever comes after a crash.
pub const LEASE: Duration = Duration::from_secs(35);
/// The pause after the first failure; doubled each time, up to `LONGEST`.
const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(60);
/// When an intent is due that only an operator moves: the end of the year 9999.
pub const NEVER: Timestamp = Timestamp(253_402_300_799_000_000);

/// An intent whose time has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The key of the effect, for ever.
    pub key: String,
    pub payload: Bytes,
    /// This one included.
    pub tries: u32,
}

/// An intent as an operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub key: String,
    pub kind: String,
    /// By the machine's time; `NEVER` when it is left for an operator.
    pub due: Timestamp,
    pub tries: u32,
    pub error: Option<String>,
    /// When it was intended, by business time.
    pub at: Timestamp,
}

/// What workers and operators need of a service's store.
#[async_trait::async_trait]
pub trait Intents: Send + Sync {
    /// Takes what is due of a kind, the longest due first, at most `PAGE`. For `LEASE` nobody else gets it; the try is counted.
    async fn due(&self, kind: &str, now: Timestamp) -> Result<Vec<Due>, StoreError>;
    /// It failed: why, and when it is due again.
    async fn put_off(&self, key: &str, until: Timestamp, error: &str) -> Result<(), StoreError>;
    /// When the next one of a kind is due, if any.
    async fn next_due(&self, kind: &str) -> Result<Option<Timestamp>, StoreError>;
    /// All that are not ended, the oldest first.
    async fn intents(&self) -> Result<Vec<Waiting>, StoreError>;
    /// Has it tried again now, with all its tries. False when there is none of that key.
    async fn retry_intent(&self, key: &str) -> Result<bool, StoreError>;
}

type Handle = Box<dyn Fn(Due) -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// Does the intents of one kind.
pub(crate) struct Worker {
    store: Arc<dyn Store>,
    kind: &'static str,
    handle: Handle,
}

impl Worker {
    pub fn new<A, F, Fut, E>(store: Arc<dyn Store>, kind: &'static str, app: &Arc<A>, handler: F) -> Arc<Self>
    where
        A: Send + Sync + 'static,
        F: Fn(Arc<A>, Due) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: Display + 'static,
    {
        let app = app.clone();
        let handle: Handle = Box::new(move |due| {
            let doing = handler(app.clone(), due);
            Box::pin(async move { doing.await.map_err(|e| e.to_string()) })
        });
        Arc::new(Worker { store, kind, handle })
    }

    /// One page of what is due; answers when to come again.
    pub async fn work(self: Arc<Self>, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let due = self.store.due(self.kind, now).await?;
        let full = due.len() >= PAGE as usize;
        let done = stream::iter(due).map(|due| self.attempt(due, now)).buffer_unordered(AT_ONCE);
        done.try_collect::<()>().await?;
        if full { Ok(Some(now)) } else { self.store.next_due(self.kind).await }
    }

    async fn attempt(&self, due: Due, now: Timestamp) -> Result<(), StoreError> {
        let (key, tries) = (due.key.clone(), due.tries);
        let failed = match tries {
            // Whoever took it last did not come back.
            tries if tries > TRIES => Some("no try came to its end".to_string()),
            _ => {
                let work = tokio::time::timeout(TRY, async { (self.handle)(due).await });
                let late = |_| Err(format!("not done within {} s", TRY.as_secs()));
                unpanicked(work).await.and_then(|done| done.unwrap_or_else(late)).err()
            }
        };
        let Some(why) = failed else { return Ok(()) };
        let until = if tries >= TRIES { NEVER } else { now + pause(tries) };
        match until {
            NEVER => tracing::error!(kind = self.kind, key, why, "left for an operator"),
            _ => tracing::warn!(kind = self.kind, key, tries, why, "will try again"),
        }
        self.store.put_off(&key, until, &why).await
    }
}

fn pause(tries: u32) -> Duration {
    FIRST.saturating_mul(2u32.saturating_pow(tries.saturating_sub(1))).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_minute() {
        assert_eq!([1, 2, 3, 7, 8, 20].map(|n| pause(n).as_millis()), [500, 1000, 2000, 32_000, 60_000, 60_000]);
        assert_eq!(NEVER.to_string(), "9999-12-31T23:59:59.000000Z");
    }
}
