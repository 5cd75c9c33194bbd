//! The private stream of an event-sourced aggregate, and the snapshots that spare reading it whole.
use crate::{Batch, Db, Row, SqlError, params};
use bytes::Bytes;
use kernel::Timestamp;
use platform::store::StoreError;
use uuid::Uuid;

/// One event of a stream: versions count from 1 without a gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    pub version: i64,
    pub kind: String,
    pub payload: Bytes,
    pub at: Timestamp,
}

/// What a stream folds to, up to a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    pub version: i64,
    /// Of the code that folded: a snapshot of another fold is as good as none.
    pub fold: i64,
    pub state: Bytes,
}

const APPEND: &str = "INSERT INTO events (stream, version, type, payload, at) VALUES ($1, $2, $3, $4, $5)";
const STREAM: &str = "SELECT version, type, payload, at FROM events
    WHERE stream = $1 AND version > $2 AND at <= $3 ORDER BY version";
const PUT_SNAPSHOT: &str = "INSERT INTO snapshots (stream, version, fold, state) VALUES ($1, $2, $3, $4)
    ON CONFLICT (stream) DO UPDATE SET version = excluded.version, fold = excluded.fold, state = excluded.state
    WHERE snapshots.version < excluded.version OR snapshots.fold <> excluded.fold";
const GET_SNAPSHOT: &str = "SELECT version, fold, state FROM snapshots WHERE stream = $1 AND fold = $2";
/// Later than anything that happens.
const EVER: Timestamp = platform::intents::NEVER;

impl Batch {
    /// A version that is there already is `Stale`: somebody else went on from the same state.
    pub fn append_event(&mut self, stream: Uuid, event: StoredEvent) -> &mut Self {
        let StoredEvent { version, kind, payload, at } = event;
        self.push(APPEND, params![stream, version, kind, payload.to_vec(), at]);
        self
    }
    /// Never goes back, unless the fold is another.
    pub fn put_snapshot(&mut self, stream: Uuid, snapshot: Snapshot) -> &mut Self {
        let Snapshot { version, fold, state } = snapshot;
        self.push(PUT_SNAPSHOT, params![stream, version, fold, state.to_vec()]);
        self
    }
}

impl Db {
    /// The events after a version, in order; `up_to` a time for what was so then.
    pub async fn stream(
        &self,
        stream: Uuid,
        after: i64,
        up_to: Option<Timestamp>,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let rows = self.read(STREAM, params![stream, after, up_to.unwrap_or(EVER)]).await?;
        Ok(rows.iter().map(event).collect::<Result<_, _>>()?)
    }
    pub async fn snapshot(&self, stream: Uuid, fold: i64) -> Result<Option<Snapshot>, StoreError> {
        let rows = self.read(GET_SNAPSHOT, params![stream, fold]).await?;
        Ok(rows.first().map(snapshot).transpose()?)
    }
}

fn event(row: &Row) -> Result<StoredEvent, SqlError> {
    let payload = row.get::<Vec<u8>>("payload")?.into();
    Ok(StoredEvent { version: row.get("version")?, kind: row.get("type")?, payload, at: row.get("at")? })
}

fn snapshot(row: &Row) -> Result<Snapshot, SqlError> {
    let state = row.get::<Vec<u8>>("state")?.into();
    Ok(Snapshot { version: row.get("version")?, fold: row.get("fold")?, state })
}
