//! Intents as rows: taken when due, put off when they fail, deleted by the batch that records how they ended.
use crate::{Batch, Db, Row, SqlError, params, tables::machine_now};
use kernel::Timestamp;
use platform::{
    intents::{Due, Intents, LEASE, NEVER, PAGE, Waiting},
    store::StoreError,
};

const NEXT: &str = "SELECT min(due) AS due FROM intents WHERE kind = $1 AND due < $2";
/// Looked at first, so that an empty table costs no commit.
const ANY: &str = "SELECT key FROM intents WHERE kind = $1 AND due <= $2 LIMIT 1";
/// `due` is asked twice: of two copies of a service, the slower one finds it moved once the faster has committed.
const TAKE: &str = "UPDATE intents SET due = $3, tries = tries + 1 WHERE due <= $2 AND key IN (
        SELECT key FROM intents WHERE kind = $1 AND due <= $2 ORDER BY due, key LIMIT $4)
    RETURNING key, payload, tries, at";
const PUT_OFF: &str = "UPDATE intents SET due = $2, error = $3 WHERE key = $1";
const RETRY: &str = "UPDATE intents SET due = $2, tries = 0 WHERE key = $1 RETURNING kind";
const ALL: &str = "SELECT key, kind, due, tries, error, at FROM intents ORDER BY at, key";

#[platform::async_trait]
impl Intents for Db {
    async fn due(&self, kind: &str, now: Timestamp) -> Result<Vec<Due>, StoreError> {
        if self.read(ANY, params![kind, now]).await?.is_empty() {
            return Ok(vec![]);
        }
        let mut batch = Batch::new();
        batch.push(TAKE, params![kind, now, now + LEASE, PAGE]);
        let outcome = self.batch(batch).await?;
        let mut rows: Vec<(Timestamp, Due)> = outcome.rows(0).iter().map(due).collect::<Result<_, _>>()?;
        rows.sort_by(|a, b| (a.0, &a.1.key).cmp(&(b.0, &b.1.key)));
        Ok(rows.into_iter().map(|(_, due)| due).collect())
    }

    async fn put_off(&self, key: &str, until: Timestamp, error: &str) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        batch.push(PUT_OFF, params![key, until, error]);
        self.save(batch).await
    }

    async fn next_due(&self, kind: &str) -> Result<Option<Timestamp>, StoreError> {
        let rows = self.read(NEXT, params![kind, NEVER]).await?;
        Ok(rows.first().map_or(Ok(None), |row| row.get("due"))?)
    }

    async fn intents(&self) -> Result<Vec<Waiting>, StoreError> {
        let rows = self.read(ALL, vec![]).await?;
        Ok(rows.iter().map(waiting).collect::<Result<_, _>>()?)
    }

    async fn retry_intent(&self, key: &str) -> Result<bool, StoreError> {
        let now = machine_now();
        let mut batch = Batch::new();
        batch.push(RETRY, params![key, now]);
        let outcome = self.batch(batch).await?;
        let Some(row) = outcome.rows(0).first() else { return Ok(false) };
        self.0.bell.wake(&row.get::<String>("kind")?, now);
        self.0.bell.told().await;
        Ok(true)
    }
}

fn due(row: &Row) -> Result<(Timestamp, Due), SqlError> {
    let payload = row.get::<Vec<u8>>("payload")?.into();
    Ok((row.get("at")?, Due { key: row.get("key")?, payload, tries: row.get("tries")? }))
}

fn waiting(row: &Row) -> Result<Waiting, SqlError> {
    Ok(Waiting {
        key: row.get("key")?,
        kind: row.get("kind")?,
        due: row.get("due")?,
        tries: row.get("tries")?,
        error: row.get("error")?,
        at: row.get("at")?,
    })
}
