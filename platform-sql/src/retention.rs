//! Forgetting, a little at a time: other batches get in between.
use crate::{Batch, Db, Value, params, tables::machine_now};
use kernel::Timestamp;
use platform::{retention::Keep, store::StoreError};
use std::time::Duration;
use uuid::Uuid;

const DAY: Duration = Duration::from_secs(86_400);
/// Rows a batch.
const SOME: i64 = 500;

/// What is forgotten after so many days: how to see whether there is any, and how to delete some of it.
const OLD: [(u32, &str, &str); 3] = [
    (
        30,
        "SELECT message FROM inbox WHERE at < $1 LIMIT 1",
        "DELETE FROM inbox WHERE (consumer, message) IN (SELECT consumer, message FROM inbox WHERE at < $1 LIMIT $2)",
    ),
    (
        30,
        "SELECT key FROM steps WHERE at < $1 LIMIT 1",
        "DELETE FROM steps WHERE key IN (SELECT key FROM steps WHERE at < $1 LIMIT $2)",
    ),
    (
        7,
        "SELECT key FROM requests WHERE at < $1 AND NOT for_now LIMIT 1",
        "DELETE FROM requests WHERE (scope, key) IN (
            SELECT scope, key FROM requests WHERE at < $1 AND NOT for_now LIMIT $2)",
    ),
];

/// Facts carry business time, but their ids (UUID v7) the machine's. The first one that stays decides: an id of another kind can
/// only keep more.
const STAYS: &str = "SELECT position FROM outbox WHERE id >= $1 ORDER BY position LIMIT 1";
const GOES: &str = "SELECT max(position) AS position FROM outbox WHERE position < $1";
const FACTS: &str = "DELETE FROM outbox WHERE position <= $1 AND id IN (
    SELECT id FROM outbox WHERE position <= $1 ORDER BY position LIMIT $2)";
/// The log says of itself how far it is gone, before it is.
const DROPPED: &str = "INSERT INTO feed (consumer, source, position) VALUES ('outbox', 'dropped', $1)
    ON CONFLICT (consumer, source) DO UPDATE SET position = excluded.position WHERE feed.position < excluded.position";

impl Db {
    pub(crate) async fn forget(&self, keep: Keep) -> Result<(), StoreError> {
        let now = machine_now();
        for (days, any, some) in OLD {
            let before = now - DAY * days;
            if !self.read(any, params![before]).await?.is_empty() {
                self.delete(some, params![before]).await?;
            }
        }
        match keep.facts() {
            Some(age) => self.forget_facts(now - age).await,
            None => Ok(()),
        }
    }

    async fn forget_facts(&self, before: Timestamp) -> Result<(), StoreError> {
        let first = self.read(STAYS, params![first_id(before)]).await?;
        let first = first.first().map_or(Ok(i64::MAX), |row| row.get("position"))?;
        let last = self.read(GOES, params![first]).await?;
        let Some(last) = last.first().map_or(Ok(None), |row| row.get::<Option<i64>>("position"))? else {
            return Ok(());
        };
        let mut batch = Batch::new();
        batch.push(DROPPED, params![last]);
        self.save(batch).await?;
        self.delete(FACTS, params![last]).await
    }

    /// Until there is nothing left of it. `$2` of the statement is how many at a time.
    async fn delete(&self, sql: &'static str, of: Vec<Value>) -> Result<(), StoreError> {
        loop {
            let mut batch = Batch::new();
            batch.push(sql, [of.clone(), params![SOME]].concat());
            if self.batch(batch).await?.touched(0) < SOME as u64 {
                return Ok(());
            }
        }
    }
}

/// The lowest UUID v7 of a moment.
fn first_id(at: Timestamp) -> Uuid {
    Uuid::from_u128(u128::from((at.0 / 1000).max(0).unsigned_abs()) << 80)
}
