//! Quotes: written once, never changed, except that people's data is forgotten.
use super::content::{self, Beside};
use crate::{
    domain::Quote,
    outbound::seal::Seal,
    ports::{QuoteChange, Quotes},
};
use kernel::{QuoteId, Timestamp};
use platform::store::{Change, StoreError};
use platform_sql::{Batch, Db, Row, SqlError, params};

const FIND: &str = "SELECT q.id, q.expires, q.content, q.seal, q.party, a.order_id AS taken_by
    FROM quotes q LEFT JOIN acceptances a ON a.quote = q.id AND a.state = 'done' WHERE q.id = $1";
const PUT: &str = "INSERT INTO quotes (id, total, expires, content, seal, party) VALUES ($1, $2, $3, $4, $5, $6)";
const FORGET: &str = "UPDATE quotes SET party = NULL WHERE party IS NOT NULL AND expires <= $1";
const NEXT: &str = "SELECT min(expires) AS at FROM quotes WHERE party IS NOT NULL";

pub struct SqlQuotes {
    db: Db,
    seal: Seal,
}

impl SqlQuotes {
    pub fn new(db: Db, key: &[u8]) -> SqlQuotes {
        SqlQuotes { db, seal: Seal::of(key) }
    }

    fn quote(&self, row: &Row) -> Result<Quote, SqlError> {
        let (id, expires, text): (QuoteId, Timestamp, String) =
            (row.get("id")?, row.get("expires")?, row.get("content")?);
        let seal: Vec<u8> = row.get("seal")?;
        if !self.seal.holds(&seal, (id, expires, &text)) {
            return Err(SqlError::Broken(format!("{id} is not as it was written")));
        }
        let broken = |why: String| SqlError::Broken(format!("{id}: {why}"));
        let party = content::party_read(row.get::<Option<String>>("party")?.as_deref()).map_err(broken)?;
        content::read(&text, Beside { id, expires, party, taken_by: row.get("taken_by")? }).map_err(broken)
    }
}

#[platform::async_trait]
impl Quotes for SqlQuotes {
    async fn find(&self, id: QuoteId) -> Result<Option<Quote>, StoreError> {
        let rows = self.db.read(FIND, params![id]).await?;
        Ok(rows.first().map(|row| self.quote(row)).transpose()?)
    }

    async fn save(&self, change: QuoteChange<'_>, now: Timestamp) -> Result<(), StoreError> {
        let Change { state: q, marks, .. } = change;
        let text = content::written(q);
        let seal = self.seal.write(q.id, q.expires, &text);
        let mut batch = Batch::new();
        batch.marks(marks, now);
        let row = params![q.id, q.total, q.expires, text, seal, content::party_written(&q.party)];
        batch.push(PUT, row).expect_rows(1);
        self.db.save(batch).await
    }

    async fn forget_parties(&self, before: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let mut batch = Batch::new();
        batch.push(FORGET, params![before]);
        self.db.save(batch).await?;
        let rows = self.db.read(NEXT, params![]).await?;
        Ok(rows.first().map_or(Ok(None), |row| row.get("at"))?)
    }
}
