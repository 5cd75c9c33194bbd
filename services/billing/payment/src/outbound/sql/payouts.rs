//! Payouts and what they claim.
use super::{
    names::{read, word},
    post::{Cause, post},
    read::{currency, each},
};
use crate::{
    domain::{Concern, Payout, PayoutEvent},
    outbound::events,
    ports::{PayoutChange, Payouts},
};
use kernel::{Currency, PayoutId, Timestamp, VendorId};
use platform::store::{Change, StoreError};
use platform_sql::{Batch, Db, Row, SqlError, params};

const UNCLAIMED: &str = "SELECT CAST(coalesce(-sum(e.amount), 0) AS bigint) AS owed FROM entries e
    WHERE e.party = $1 AND e.currency = $2 AND e.account = 'payable'
    AND NOT EXISTS (SELECT 1 FROM claims c WHERE c.tx = e.tx AND c.n = e.n)";
const FIND: &str = "SELECT id, vendor, currency, amount, state, bank_id, asked_at, tries, due, version
    FROM payouts WHERE id = $1";
const NAMED: &str = "SELECT id, vendor, currency, amount, state, bank_id, asked_at, tries, due, version
    FROM payouts WHERE bank_id = $1";
const DUE: &str = "SELECT id FROM payouts WHERE due <= $1 ORDER BY due LIMIT 100";
const NEXT: &str = "SELECT min(due) AS at FROM payouts WHERE due IS NOT NULL";
const TAKE: &str = "UPDATE payouts SET due = $3 WHERE id = $1 AND due <= $2";

/// A second payout of this vendor and currency waits until the bank has answered to the first (`payouts_asked`).
const START: &str = "INSERT INTO payouts (id, vendor, currency, amount, state, asked_at, tries, due, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
/// Everything that nobody claimed, the payout's own entries among them.
const CLAIM: &str = "INSERT INTO claims (tx, n, payout) SELECT e.tx, e.n, $3 FROM entries e
    WHERE e.party = $1 AND e.currency = $2 AND e.account = 'payable'
    AND NOT EXISTS (SELECT 1 FROM claims c WHERE c.tx = e.tx AND c.n = e.n)";
/// So what a payout claims comes to nothing; else something was posted since its sum was read.
const EXACT: &str = "UPDATE payouts SET version = version WHERE id = $1 AND 0 = (
    SELECT sum(e.amount) FROM claims c JOIN entries e ON e.tx = c.tx AND e.n = c.n WHERE c.payout = $1)";
const MOVE: &str = "UPDATE payouts SET state = $3, bank_id = $4, tries = $5, due = $6, version = $2
    WHERE id = $1 AND version = $2 - 1";
const QUEUE: &str = "INSERT INTO queue (subject, kind, why, at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (subject, kind) DO NOTHING";

pub struct SqlPayouts(pub Db);

#[platform::async_trait]
impl Payouts for SqlPayouts {
    async fn unclaimed(&self, vendor: VendorId, currency: Currency) -> Result<i64, StoreError> {
        let rows = self.0.read(UNCLAIMED, params![vendor, currency.to_string()]).await?;
        Ok(rows.first().map_or(Ok(0), |row| row.get("owed"))?)
    }

    async fn find(&self, id: PayoutId) -> Result<Option<Payout>, StoreError> {
        let rows = self.0.read(FIND, params![id]).await?;
        Ok(rows.first().map(payout).transpose()?)
    }

    async fn named(&self, bank_id: &str) -> Result<Option<Payout>, StoreError> {
        let rows = self.0.read(NAMED, params![bank_id]).await?;
        Ok(rows.first().map(payout).transpose()?)
    }

    async fn save(&self, change: PayoutChange<'_>, now: Timestamp) -> Result<(), StoreError> {
        let Change { state: payout, events, marks } = change;
        let mut batch = Batch::new();
        batch.marks(marks, now);
        for event in &events {
            put(&mut batch, payout, event, now);
        }
        batch.outbox(events::payout_facts(payout, &events, now));
        self.0.save(batch).await
    }

    async fn due(&self, now: Timestamp) -> Result<Vec<PayoutId>, StoreError> {
        Ok(each(&self.0.read(DUE, params![now]).await?, |row| row.get("id"))?)
    }

    async fn claim(&self, id: PayoutId, now: Timestamp, until: Timestamp) -> Result<bool, StoreError> {
        let mut batch = Batch::new();
        batch.push(TAKE, params![id, now, until]).expect_rows(1);
        match self.0.save(batch).await {
            Err(StoreError::Stale) => Ok(false),
            written => written.map(|()| true),
        }
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let rows = self.0.read(NEXT, params![]).await?;
        Ok(rows.first().map_or(Ok(None), |row| row.get("at"))?)
    }
}

fn put(batch: &mut Batch, p: &Payout, event: &PayoutEvent, now: Timestamp) {
    let cause = Cause { cause: p.id.to_string(), payment: None, at: now };
    let currency = p.currency.to_string();
    match event {
        PayoutEvent::Claimed(booked) => {
            let what = params![p.id, p.vendor, currency.clone(), p.amount, word(p.state)];
            let when = params![p.asked_at, p.tries, p.due, p.version];
            batch.push(START, [what, when].concat()).expect_rows(1);
            post(batch, booked.iter(), &cause);
            batch.push(CLAIM, params![p.vendor, currency, p.id]);
            batch.push(EXACT, params![p.id]).expect_rows(1);
        }
        PayoutEvent::Waits => moved(batch, p),
        PayoutEvent::Paid(booked) | PayoutEvent::Bounced(booked) => {
            moved(batch, p);
            post(batch, booked.iter(), &cause);
        }
        PayoutEvent::Lost => {
            moved(batch, p);
            let why = "asked for, and the bank never said what became of it";
            batch.push(QUEUE, params![p.id.to_string(), Concern::PayoutUnknown.as_str(), why, now]);
        }
    }
}

fn moved(batch: &mut Batch, p: &Payout) {
    let now = params![p.id, p.version, word(p.state), p.bank_id.clone(), p.tries, p.due];
    batch.push(MOVE, now).expect_rows(1);
}

fn payout(row: &Row) -> Result<Payout, SqlError> {
    Ok(Payout {
        id: row.get("id")?,
        vendor: row.get("vendor")?,
        currency: currency(row)?,
        amount: row.get("amount")?,
        state: read(row, "state")?,
        bank_id: row.get("bank_id")?,
        asked_at: row.get("asked_at")?,
        tries: row.get("tries")?,
        due: row.get("due")?,
        version: row.get("version")?,
    })
}
