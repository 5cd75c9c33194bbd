//! Who works on what, and when: the lease of an order is its `due`.
use crate::{
    app::subject,
    domain::CardToken,
    ports::{Claim, Desk, Door, Saga, Trouble},
};
use kernel::{OrderId, Timestamp, VendorOrderId};
use platform::{
    ask::{Book, Key},
    store::{Mark, Seen, StoreError},
};
use platform_sql::{Batch, Db, Row, SqlError, params};

const SAGA: &str = "SELECT card_token, decide_by, wait_until, since, due FROM orders WHERE id = $1 AND due IS NOT NULL";
const DUE: &str = "SELECT id FROM orders WHERE due <= $1 AND state IN ('placed', 'cancelling') ORDER BY due LIMIT 50";
const NEXT: &str = "SELECT min(due) AS at FROM orders WHERE due IS NOT NULL";
const CLAIM: &str = "UPDATE orders SET due = $3, sleeps = $4
    WHERE id = $1 AND due <= $2 AND state IN ('placed', 'cancelling')";
const STAY: &str = "UPDATE orders SET due = $2, sleeps = $3 WHERE id = $1 AND state = 'placed'";
const SLEEP: &str = "UPDATE orders SET sleeps = $2 WHERE id = $1 AND state = 'placed'";
/// Who works on an order hears payment's answers; only who sleeps needs to be woken, else every checkout had two workers.
const WAKE: &str = "UPDATE orders SET due = $2 WHERE id = $1 AND state = 'placed' AND sleeps";
const SLEEPS: &str = "SELECT id FROM orders WHERE id = $1 AND state = 'placed' AND sleeps";
const ASKED: &str = "SELECT scope, key, fingerprint, subject FROM requests
    WHERE subject IN ($1, $2, $3) AND for_now ORDER BY scope, key";
const DELIVERED: &str =
    "SELECT id FROM vendor_orders WHERE state = 'delivered' AND delivered_at <= $1 ORDER BY delivered_at LIMIT 100";
const FIRST_DELIVERY: &str = "SELECT min(delivered_at) AS at FROM vendor_orders WHERE state = 'delivered'";
const REPORT: &str = "INSERT INTO troubles (key, order_id, kind, detail, at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (key) DO NOTHING";

pub struct SqlDesk(pub Db);

#[platform::async_trait]
impl Desk for SqlDesk {
    async fn saga(&self, id: OrderId) -> Result<Option<Saga>, StoreError> {
        Ok(self.0.read(SAGA, params![id]).await?.first().map(saga).transpose()?)
    }

    async fn due(&self, now: Timestamp) -> Result<Vec<OrderId>, StoreError> {
        let rows = self.0.read(DUE, params![now]).await?;
        Ok(rows.iter().map(|row| row.get("id")).collect::<Result<_, _>>()?)
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.time(NEXT).await
    }

    async fn claim(&self, id: OrderId, now: Timestamp, until: Timestamp) -> Result<bool, StoreError> {
        let mut batch = Batch::new();
        batch.push(CLAIM, params![id, now, until, false]).expect_rows(1);
        match self.0.save(batch).await {
            Ok(()) => Ok(true),
            Err(StoreError::Stale) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn stay(&self, id: OrderId, until: Timestamp) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        batch.push(STAY, params![id, until, false]);
        self.0.save(batch).await
    }

    async fn sleep(&self, id: OrderId, until: Option<Timestamp>) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        match until {
            Some(until) => batch.push(STAY, params![id, until, true]),
            None => batch.push(SLEEP, params![id, true]),
        };
        self.0.save(batch).await
    }

    async fn wake(&self, id: OrderId, now: Timestamp, seen: Seen) -> Result<bool, StoreError> {
        // Mostly somebody works on it, and asks payment once more before they sleep: then there is nothing to write.
        if self.0.read(SLEEPS, params![id]).await?.is_empty() {
            return Ok(false);
        }
        let mut batch = Batch::new();
        batch.push(WAKE, params![id, now]);
        batch.marks(vec![Mark::Seen(seen)], now);
        Ok(self.0.batch(batch).await?.touched(0) > 0)
    }

    async fn asked(&self, id: OrderId) -> Result<Vec<Claim>, StoreError> {
        let subjects = DOORS.map(|door| subject(id, door));
        let [place, pay, cancel] = subjects.clone();
        let rows = self.0.read(ASKED, params![place, pay, cancel]).await?;
        Ok(rows.iter().map(|row| claim(row, &subjects)).collect::<Result<_, _>>()?)
    }

    async fn delivered(&self, before: Timestamp) -> Result<Vec<VendorOrderId>, StoreError> {
        let rows = self.0.read(DELIVERED, params![before]).await?;
        Ok(rows.iter().map(|row| row.get("id")).collect::<Result<_, _>>()?)
    }

    async fn first_delivery(&self) -> Result<Option<Timestamp>, StoreError> {
        self.time(FIRST_DELIVERY).await
    }

    async fn report(&self, t: &Trouble) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        batch.push(REPORT, params![t.key.clone(), t.order, t.kind.clone(), t.detail.clone(), t.at]);
        self.0.save(batch).await
    }
}

impl SqlDesk {
    async fn time(&self, sql: &'static str) -> Result<Option<Timestamp>, StoreError> {
        let rows = self.0.read(sql, params![]).await?;
        Ok(rows.first().map_or(Ok(None), |row| row.get("at"))?)
    }
}

const DOORS: [Door; 3] = [Door::Place, Door::Pay, Door::Cancel];

fn saga(row: &Row) -> Result<Saga, SqlError> {
    Ok(Saga {
        card: CardToken::new(row.get("card_token")?),
        decide_by: row.get("decide_by")?,
        wait_until: row.get("wait_until")?,
        since: row.get("since")?,
        due: row.get("due")?,
    })
}

fn claim(row: &Row, subjects: &[String; 3]) -> Result<Claim, SqlError> {
    let subject: String = row.get("subject")?;
    let known = DOORS.into_iter().zip(subjects).find(|(_, s)| **s == subject);
    let (from, _) = known.ok_or_else(|| SqlError::Broken(format!("requests.subject is {subject}")))?;
    let print: Vec<u8> = row.get("fingerprint")?;
    let fingerprint = print.try_into().map_err(|_| SqlError::Broken("a fingerprint of another length".into()))?;
    let book = Book::Request { scope: row.get("scope")? };
    Ok(Claim { from, key: Key { book, text: row.get("key")?, fingerprint } })
}
