//! Places, inbox rows and parked messages of the consumers of a service.
use crate::{
    Batch, Db, Row, SqlError, Value,
    batch::places,
    params,
    tables::{TOGETHER, machine_now},
};
use kernel::Timestamp;
use platform::{
    feed::REPLAY,
    store::{Inbox, Move, Parked, Seen, Settles, StoreError},
};
use uuid::Uuid;

const SEEN: &str = "INSERT INTO inbox (consumer, message, at) VALUES ($1, $2, $3)";
const IDLE: &str = "inbox (consumer, message, at)";
const HANDLED: &str = "SELECT message FROM inbox WHERE consumer = $1 AND message = $2";
const PLACE: &str = "SELECT position FROM feed WHERE consumer = $1 AND source = $2";
const START: &str = "INSERT INTO feed (consumer, source, position) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING";
const MOVE: &str = "UPDATE feed SET position = $4 WHERE consumer = $1 AND source = $2 AND position = $3";

const PARK: &str = "INSERT INTO parked
        (consumer, source, position, message, aggregateid, version, type, payload, tries, error, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    ON CONFLICT (consumer, message) DO UPDATE SET tries = excluded.tries, error = excluded.error, at = excluded.at";
/// Changes nothing, but holds the row: whoever ends it waits, or was first and there is no row.
const STILL: &str = "UPDATE parked SET tries = tries WHERE consumer = $1 AND message = $2";
const UNPARK: &str = "DELETE FROM parked WHERE consumer = $1 AND message = $2";
const PARKED: &str = "SELECT consumer, source, position, message, aggregateid, version, type, payload, tries, error, at
    FROM parked WHERE consumer = $1 OR $1 = '' ORDER BY consumer, source, position, version";
const REPLAYED: &str = "UPDATE parked SET tries = 0
    WHERE consumer = $1 AND tries > 0 AND (aggregateid = $2 OR $2 = '')";

const FORGET: [&str; 3] = [
    "DELETE FROM inbox WHERE consumer = $1",
    "DELETE FROM parked WHERE consumer = $1",
    "DELETE FROM feed WHERE consumer = $1",
];

impl Batch {
    /// The inbox row of a message, and what it settles.
    pub(crate) fn seen(&mut self, seen: &Seen) {
        self.idle(seen.consumer, &seen.idle);
        self.push(SEEN, params![seen.consumer, seen.message, machine_now()]);
        self.settles(seen);
        self.seen.push(seen.clone());
    }
    /// Of those that had no effect; a second copy of the service may have written them.
    fn idle(&mut self, consumer: &str, messages: &[Uuid]) {
        let rows: Vec<Vec<Value>> = messages.iter().map(|m| params![consumer, *m, machine_now()]).collect();
        for some in rows.chunks(TOGETHER) {
            self.push(format!("INSERT INTO {IDLE} VALUES {} ON CONFLICT DO NOTHING", places(some)), some.concat());
        }
    }
    fn settles(&mut self, seen: &Seen) {
        match seen.settles {
            Settles::Nothing => {}
            Settles::Moves(Move { from, to }) if from == to => {}
            Settles::Moves(Move { from, to }) => {
                self.push(MOVE, params![seen.consumer, seen.source, from, to]).expect_rows(1);
            }
            Settles::Unparks => {
                self.push(UNPARK, params![seen.consumer, seen.message]).expect_rows(1);
            }
        }
    }
    /// The consumer reads its sources again from the start; a running one is told.
    fn restart(&mut self, consumer: &str) {
        for sql in FORGET {
            self.push(sql, params![consumer]);
        }
        self.alarms.push((REPLAY, Timestamp(0)));
    }
}

#[platform::async_trait]
impl Inbox for Db {
    async fn position(&self, consumer: &str, source: &str) -> Result<i64, StoreError> {
        let rows = self.read(PLACE, params![consumer, source]).await?;
        if let Some(row) = rows.first() {
            return Ok(row.get("position")?);
        }
        let mut batch = Batch::new();
        batch.push(START, params![consumer, source]);
        self.save(batch).await?;
        let rows = self.read(PLACE, params![consumer, source]).await?;
        Ok(rows.first().map_or(Ok(0), |row| row.get("position"))?)
    }

    async fn handled(&self, seen: &Seen) -> Result<bool, StoreError> {
        Ok(!self.read(HANDLED, params![seen.consumer, seen.message]).await?.is_empty())
    }

    async fn settle(&self, seen: &Seen) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        batch.idle(seen.consumer, &[&seen.idle[..], &[seen.message]].concat());
        batch.settles(seen);
        self.save(batch).await
    }

    async fn pass(&self, seen: &Seen) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        batch.idle(seen.consumer, &seen.idle);
        batch.settles(seen);
        if batch.steps.is_empty() { Ok(()) } else { self.save(batch).await }
    }

    async fn park(&self, seen: &Seen, parked: &Parked, behind: Option<Uuid>) -> Result<(), StoreError> {
        let p = parked.clone();
        let mut batch = Batch::new();
        if let Some(behind) = behind {
            batch.push(STILL, params![seen.consumer, behind]).expect_rows(1);
        }
        let place = params![p.consumer, p.source, p.position, p.message, p.subject, p.version];
        let what = params![p.kind, p.payload.to_vec(), p.tries, p.error, p.at];
        batch.push(PARK, [place, what].concat());
        if matches!(seen.settles, Settles::Moves(_)) {
            batch.idle(seen.consumer, &seen.idle);
            batch.settles(seen);
        }
        self.save(batch).await
    }

    async fn parked(&self, consumer: Option<&str>) -> Result<Vec<Parked>, StoreError> {
        let rows = self.read(PARKED, params![consumer.unwrap_or_default()]).await?;
        Ok(rows.iter().map(parked).collect::<Result<_, _>>()?)
    }

    async fn replay(&self, consumer: &str, subject: Option<&str>) -> Result<u64, StoreError> {
        let mut batch = Batch::new();
        batch.push(REPLAYED, params![consumer, subject.unwrap_or_default()]);
        batch.alarms.push((REPLAY, Timestamp(0)));
        let outcome = self.batch(batch).await?;
        self.0.bell.told().await;
        Ok(outcome.touched(0))
    }

    async fn restart(&self, consumer: &str, views: &[&str]) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        for view in views {
            batch.push(format!("DELETE FROM {view}"), params![]);
        }
        batch.restart(consumer);
        self.save(batch).await?;
        self.0.bell.told().await;
        Ok(())
    }
}

fn parked(row: &Row) -> Result<Parked, SqlError> {
    Ok(Parked {
        consumer: row.get("consumer")?,
        source: row.get("source")?,
        position: row.get("position")?,
        message: row.get("message")?,
        subject: row.get("aggregateid")?,
        version: row.get("version")?,
        kind: row.get("type")?,
        payload: row.get::<Vec<u8>>("payload")?.into(),
        tries: row.get("tries")?,
        error: row.get("error")?,
        at: row.get("at")?,
    })
}
