//! The book: what the bank has acknowledged is in here, whatever kills it. One batch a change, with its answer and its doorbell.
use crate::{
    answer::Answer,
    call::Call,
    payment::{Capture, Dispute, Payment, Refund, Verdict},
    payout::Payout,
};
use kernel::Timestamp;
use platform_sql::{Batch, Db, Migration, Opening, Row, SqlError, StoreAt, Value, params};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::path::Path;

/// The bank knows SQLite only: it is a program of its own, with a file of its own.
const MIGRATIONS: &[Migration] =
    &[Migration { name: "0001_book", sqlite: include_str!("../migrations/0001_book.sql"), postgres: "" }];

const COLUMNS: &str =
    "id, attempt, reference, amount, currency, card, return_url, status, decline, arrived, version FROM payments";
/// An attempt has one row, and nobody overwrites what he did not read.
const PUT_PAYMENT: &str = "INSERT INTO payments (id, attempt, reference, amount, currency, card, return_url, status,
        decline, arrived, version, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    ON CONFLICT (attempt) DO UPDATE SET reference = excluded.reference, amount = excluded.amount,
        currency = excluded.currency, card = excluded.card, return_url = excluded.return_url, status = excluded.status,
        decline = excluded.decline, arrived = excluded.arrived, version = excluded.version
    WHERE payments.version = excluded.version - 1 AND payments.id = excluded.id";
const PUT_CAPTURE: &str =
    "INSERT INTO captures (payment, key, amount) VALUES ($1, $2, $3) ON CONFLICT (payment, key) DO NOTHING";
const PUT_REFUND: &str = "INSERT INTO refunds (payment, id, key, amount, status) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (payment, id) DO UPDATE SET status = excluded.status";
const PUT_DISPUTE: &str = "INSERT INTO disputes (payment, id, amount, status) VALUES ($1, $2, $3, $4)
    ON CONFLICT (payment, id) DO UPDATE SET status = excluded.status";
const PUT_PAYOUT: &str = "INSERT INTO payouts (id, key, vendor, amount, currency, status, version, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE
    SET status = excluded.status, version = excluded.version WHERE payouts.version = excluded.version - 1";
/// A key whose time of memory is over may be used anew.
const PUT_ANSWER: &str = "INSERT INTO answers (key, fingerprint, status, body, at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (key) DO UPDATE SET fingerprint = excluded.fingerprint, status = excluded.status, body = excluded.body,
        at = excluded.at WHERE answers.at < $6";
const PUT_DUE: &str = "INSERT INTO due (key, what, at) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING";
const PUT_WEBHOOK: &str = "INSERT INTO webhooks (id, body, tries, at) VALUES ($1, $2, 0, $3)";

pub struct Book(Db);

/// One batch: all of it, or nothing.
#[derive(Default)]
pub struct Change(Batch);

pub struct Kept {
    pub fingerprint: Vec<u8>,
    pub answer: Answer,
}

pub struct Webhook {
    pub id: String,
    pub body: String,
    pub tries: i64,
}

/// What happens by itself when its time has come.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// A request that was under way for long.
    Arrive {
        key: String,
        call: Call,
    },
    Decide {
        payment: String,
        verdict: Verdict,
    },
    SettleRefund {
        payment: String,
        refund: String,
        verdict: Verdict,
    },
    PayOut {
        payout: String,
    },
}

impl Due {
    pub fn key(&self) -> String {
        match self {
            Due::Arrive { key, .. } => format!("arrive/{key}"),
            Due::Decide { payment, .. } => format!("decide/{payment}"),
            Due::SettleRefund { refund, .. } => format!("refund/{refund}"),
            Due::PayOut { payout } => format!("payout/{payout}"),
        }
    }
}

/// A status is in the book as it is on the wire.
fn text(status: impl Serialize) -> Value {
    serde_json::to_value(status).ok().and_then(|v| v.as_str().map(Value::from)).unwrap_or(Value::Null)
}
fn status<T: DeserializeOwned>(row: &Row) -> Result<T, SqlError> {
    let text: String = row.get("status")?;
    serde_json::from_value(text.into()).map_err(|e| SqlError::Broken(e.to_string()))
}

impl Change {
    pub fn answer(&mut self, key: &str, kept: Kept, (now, forgotten): (Timestamp, Timestamp)) {
        let Kept { fingerprint, answer: Answer { status, body } } = kept;
        self.0.push(PUT_ANSWER, params![key, fingerprint, status, body, now, forgotten]).expect_rows(1);
    }
    /// `p.version` is the one it gets.
    pub fn payment(&mut self, p: &Payment, now: Timestamp) {
        let Payment { id, attempt, reference, amount, currency, card, .. } = p.clone();
        let what = params![id.clone(), attempt, reference, amount, currency, card, p.return_url.clone()];
        let state = params![text(p.status), p.decline.clone(), p.arrived, p.version, now];
        self.0.push(PUT_PAYMENT, [what, state].concat()).expect_rows(1);
        for c in &p.captures {
            self.0.push(PUT_CAPTURE, params![id.clone(), c.key.clone(), c.amount]);
        }
        for r in &p.refunds {
            self.0.push(PUT_REFUND, params![id.clone(), r.id.clone(), r.key.clone(), r.amount, text(r.status)]);
        }
        for d in &p.disputes {
            self.0.push(PUT_DISPUTE, params![id.clone(), d.id.clone(), d.amount, text(d.status)]);
        }
    }
    pub fn payout(&mut self, p: &Payout, now: Timestamp) {
        let Payout { id, key, vendor, amount, currency, version, .. } = p.clone();
        let row = params![id, key, vendor, amount, currency, text(p.status), version, now];
        self.0.push(PUT_PAYOUT, row).expect_rows(1);
    }
    pub fn later(&mut self, due: &Due, at: Timestamp) -> Result<(), serde_json::Error> {
        self.0.push(PUT_DUE, params![due.key(), serde_json::to_string(due)?, at]);
        Ok(())
    }
    pub fn ended(&mut self, due: &Due) {
        self.0.push("DELETE FROM due WHERE key = $1", params![due.key()]);
    }
    pub fn webhook(&mut self, id: &str, body: String, at: Timestamp) {
        self.0.push(PUT_WEBHOOK, params![id, body, at]);
    }
    pub fn swallowed(&mut self, key: &str) {
        self.0.push("INSERT INTO swallowed (key) VALUES ($1)", params![key]);
    }
}

impl Book {
    pub async fn open(path: &Path) -> Result<Book, SqlError> {
        let at = StoreAt { url: format!("sqlite://{}", path.display()), opening: Opening::Migrate };
        Ok(Book(Db::open(&at, MIGRATIONS).await?))
    }
    /// `Stale` or `Conflict` when somebody was faster; then nothing is written.
    pub async fn write(&self, change: Change) -> Result<(), SqlError> {
        self.0.batch(change.0).await.map(drop)
    }
    pub async fn read(&self, sql: impl Into<platform_sql::Sql>, params: Vec<Value>) -> Result<Vec<Row>, SqlError> {
        self.0.read(sql, params).await
    }
    async fn run(&self, sql: &'static str, params: Vec<Value>) -> Result<(), SqlError> {
        let mut batch = Batch::new();
        batch.push(sql, params);
        self.0.batch(batch).await.map(drop)
    }

    pub async fn answer(&self, key: &str, since: Timestamp) -> Result<Option<Kept>, SqlError> {
        let sql = "SELECT fingerprint, status, body FROM answers WHERE key = $1 AND at >= $2";
        let rows = self.read(sql, params![key, since]).await?;
        let kept = |row: &Row| {
            let answer = Answer { status: row.get("status")?, body: row.get("body")? };
            Ok(Kept { fingerprint: row.get("fingerprint")?, answer })
        };
        rows.first().map(kept).transpose()
    }
    pub async fn forget(&self, before: Timestamp) -> Result<(), SqlError> {
        self.run("DELETE FROM answers WHERE at < $1", params![before]).await
    }
    pub async fn was_swallowed(&self, key: &str) -> Result<bool, SqlError> {
        Ok(!self.read("SELECT key FROM swallowed WHERE key = $1", params![key]).await?.is_empty())
    }

    pub async fn payment(&self, id: &str) -> Result<Option<Payment>, SqlError> {
        self.whole(self.read(format!("SELECT {COLUMNS} WHERE id = $1"), params![id]).await?).await
    }
    pub async fn attempt(&self, attempt: &str) -> Result<Option<Payment>, SqlError> {
        self.whole(self.read(format!("SELECT {COLUMNS} WHERE attempt = $1"), params![attempt]).await?).await
    }
    pub async fn dispute(&self, id: &str) -> Result<Option<Payment>, SqlError> {
        let sql = format!("SELECT {COLUMNS} WHERE id = (SELECT payment FROM disputes WHERE id = $1)");
        self.whole(self.read(sql, params![id]).await?).await
    }
    async fn whole(&self, rows: Vec<Row>) -> Result<Option<Payment>, SqlError> {
        let Some(row) = rows.first() else { return Ok(None) };
        let mut payment = payment(row)?;
        if payment.version > 1 {
            let own = || params![payment.id.clone()];
            let captures = self.read("SELECT key, amount FROM captures WHERE payment = $1", own()).await?;
            let sql = "SELECT id, key, amount, status FROM refunds WHERE payment = $1 ORDER BY id";
            let refunds = self.read(sql, own()).await?;
            let sql = "SELECT id, amount, status FROM disputes WHERE payment = $1 ORDER BY id";
            let disputes = self.read(sql, own()).await?;
            payment.captures = captures.iter().map(capture).collect::<Result<_, _>>()?;
            payment.refunds = refunds.iter().map(refund).collect::<Result<_, _>>()?;
            payment.disputes = disputes.iter().map(dispute).collect::<Result<_, _>>()?;
        }
        Ok(Some(payment))
    }

    pub async fn payout(&self, id: &str) -> Result<Option<Payout>, SqlError> {
        self.payouts("id = $1 LIMIT 1", params![id]).await.map(|found| found.into_iter().next())
    }
    pub async fn payout_by_key(&self, key: &str) -> Result<Option<Payout>, SqlError> {
        self.payouts("key = $1 LIMIT 1", params![key]).await.map(|found| found.into_iter().next())
    }
    pub async fn payouts(&self, of: &'static str, params: Vec<Value>) -> Result<Vec<Payout>, SqlError> {
        let sql = format!("SELECT id, key, vendor, amount, currency, status, version FROM payouts WHERE {of}");
        self.read(sql, params).await?.iter().map(payout).collect()
    }

    /// The oldest first, not all at once.
    pub async fn due(&self, now: Timestamp) -> Result<Vec<Due>, SqlError> {
        let rows = self.read("SELECT what FROM due WHERE at <= $1 ORDER BY at LIMIT 100", params![now]).await?;
        let due = |row: &Row| {
            let what: String = row.get("what")?;
            serde_json::from_str(&what).map_err(|e| SqlError::Broken(format!("due.what: {e}")))
        };
        rows.iter().map(due).collect()
    }
    pub async fn next_due(&self) -> Result<Option<Timestamp>, SqlError> {
        self.earliest("SELECT min(at) AS at FROM due").await
    }
    pub async fn webhooks(&self, now: Timestamp) -> Result<Vec<Webhook>, SqlError> {
        let sql = "SELECT id, body, tries FROM webhooks WHERE at <= $1 ORDER BY at, id LIMIT 100";
        let hook = |row: &Row| Ok(Webhook { id: row.get("id")?, body: row.get("body")?, tries: row.get("tries")? });
        self.read(sql, params![now]).await?.iter().map(hook).collect()
    }
    pub async fn next_webhook(&self) -> Result<Option<Timestamp>, SqlError> {
        self.earliest("SELECT min(at) AS at FROM webhooks").await
    }
    pub async fn heard(&self, webhook: &str) -> Result<(), SqlError> {
        self.run("DELETE FROM webhooks WHERE id = $1", params![webhook]).await
    }
    pub async fn unheard(&self, webhook: &str, tries: i64, again: Option<Timestamp>) -> Result<(), SqlError> {
        self.run("UPDATE webhooks SET tries = $2, at = $3 WHERE id = $1", params![webhook, tries, again]).await
    }
    async fn earliest(&self, sql: &'static str) -> Result<Option<Timestamp>, SqlError> {
        self.read(sql, params![]).await?.first().map_or(Ok(None), |row| row.get("at"))
    }
}

fn payment(row: &Row) -> Result<Payment, SqlError> {
    let (captures, refunds, disputes) = Default::default();
    Ok(Payment {
        id: row.get("id")?,
        attempt: row.get("attempt")?,
        reference: row.get("reference")?,
        amount: row.get("amount")?,
        currency: row.get("currency")?,
        card: row.get("card")?,
        return_url: row.get("return_url")?,
        status: status(row)?,
        decline: row.get("decline")?,
        arrived: row.get("arrived")?,
        captures,
        refunds,
        disputes,
        version: row.get("version")?,
    })
}

fn capture(row: &Row) -> Result<Capture, SqlError> {
    Ok(Capture { key: row.get("key")?, amount: row.get("amount")? })
}
fn refund(row: &Row) -> Result<Refund, SqlError> {
    Ok(Refund { id: row.get("id")?, key: row.get("key")?, amount: row.get("amount")?, status: status(row)? })
}
fn dispute(row: &Row) -> Result<Dispute, SqlError> {
    Ok(Dispute { id: row.get("id")?, amount: row.get("amount")?, status: status(row)? })
}
fn payout(row: &Row) -> Result<Payout, SqlError> {
    Ok(Payout {
        id: row.get("id")?,
        key: row.get("key")?,
        vendor: row.get("vendor")?,
        amount: row.get("amount")?,
        currency: row.get("currency")?,
        status: status(row)?,
        version: row.get("version")?,
    })
}
