//! The test bank's own book, as its file says: it can be read while nothing runs (`testbank/README.md`).
use super::{purchases::Purchases, stores::Store};
use crate::settings::Settings;
use kernel::OrderId;
use platform_sql::{Db, Opening, Row, StoreAt};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// What the bank has of one attempt.
pub struct Record {
    pub id: String,
    /// Our order and attempt, as the bank has them.
    pub reference: String,
    pub attempt: String,
    pub amount: i64,
    pub currency: String,
    pub status: String,
    /// Else it was only voided.
    pub has_arrived: bool,
    pub captures: Vec<i64>,
    pub refunds: Vec<Returned>,
    pub disputes: Vec<Returned>,
    /// Something happened there, and we may not have heard of it yet.
    pub rings: bool,
}

/// A refund or a dispute. A refund that nobody of us asked for has no key.
pub struct Returned {
    pub id: String,
    pub key: String,
    pub amount: i64,
    pub status: String,
}

pub struct Paid {
    pub vendor: String,
    pub amount: i64,
    pub currency: String,
    pub status: String,
    pub rings: bool,
}

#[derive(Default)]
pub struct BankBook {
    /// By order; those that name none by nobody.
    records: HashMap<Uuid, Vec<Record>>,
    /// By key.
    pub payouts: HashMap<String, Paid>,
}

const PAYMENTS: &str = "SELECT id, reference, attempt, amount, currency, status, arrived FROM payments";
const CAPTURES: &str = "SELECT payment, amount FROM captures";
const REFUNDS: &str = "SELECT payment, id, key, amount, status FROM refunds";
const DISPUTES: &str = "SELECT payment, id, '' AS key, amount, status FROM disputes";
const PAYOUTS: &str = "SELECT id, key, vendor, amount, currency, status FROM payouts";
/// Tried again until it is heard or given up.
const RINGING: &str = "SELECT body FROM webhooks WHERE at IS NOT NULL";

impl BankBook {
    /// There is none before the first payment.
    pub async fn read(settings: &Settings, purchases: &Purchases) -> Result<BankBook, String> {
        let path = settings.data_dir.join("bank.db");
        if !path.exists() {
            let asked = purchases.payments.values().any(|payment| !payment.attempts.is_empty());
            return match asked {
                true => Err(format!("the bank's book is not there: {}", path.display())),
                false => Ok(BankBook::default()),
            };
        }
        let at = StoreAt { url: format!("sqlite://{}", path.display()), opening: Opening::ReadOnly };
        let db = Db::open(&at, &[]).await.map_err(|e| format!("the bank's book: {e}"))?;
        BankBook::of(&Store { name: "the bank's book", db }).await
    }

    /// Bells first: what is heard meanwhile rang when it was looked at.
    async fn of(store: &Store) -> Result<BankBook, String> {
        let ringing = store.each(RINGING, |row| row.get::<Value>("body")).await?;
        let ringing: HashSet<&str> =
            ringing.iter().flat_map(|body| [body["payment"].as_str(), body["payout"].as_str()]).flatten().collect();
        let mut payouts = HashMap::new();
        for (id, key, mut paid) in store.each(PAYOUTS, |row| Ok((id(row)?, row.get("key")?, paid(row)?))).await? {
            paid.rings = ringing.contains(id.as_str());
            payouts.insert(key, paid);
        }
        let mut by_id: HashMap<String, Record> = HashMap::new();
        for mut record in store.each(PAYMENTS, record).await? {
            record.rings = ringing.contains(record.id.as_str());
            by_id.insert(record.id.clone(), record);
        }
        for (of, amount) in store.each(CAPTURES, |row| Ok((row.get("payment")?, row.get("amount")?))).await? {
            by_id.entry(of).and_modify(|record| record.captures.push(amount));
        }
        for (of, refund) in store.each(REFUNDS, returned).await? {
            by_id.entry(of).and_modify(|record| record.refunds.push(refund));
        }
        for (of, dispute) in store.each(DISPUTES, returned).await? {
            by_id.entry(of).and_modify(|record| record.disputes.push(dispute));
        }
        let mut records = HashMap::<Uuid, Vec<Record>>::new();
        for record in by_id.into_values() {
            let order = record.reference.parse().map_or(Uuid::nil(), OrderId::uuid);
            records.entry(order).or_default().push(record);
        }
        Ok(BankBook { records, payouts })
    }

    /// What it has for an order. One that was only voided names none: it is found by its attempt alone, and nothing happened to it.
    pub fn of_order(&self, order: &Uuid) -> &[Record] {
        self.records.get(order).map_or(&[], Vec::as_slice)
    }

    /// What has arrived for orders, whoever knows them.
    pub fn orders(&self) -> impl Iterator<Item = &Uuid> {
        self.records.iter().filter(|(_, records)| records.iter().any(|record| record.has_arrived)).map(|(id, _)| id)
    }
}

impl Record {
    /// The money may still be taken, or it is not decided yet.
    pub fn is_live(&self) -> bool {
        ["authorized", "pending", "needs_action"].contains(&self.status.as_str())
    }
    pub fn refunded(&self) -> impl Iterator<Item = &Returned> {
        self.refunds.iter().filter(|refund| refund.status == "done")
    }
    /// What the bank owes us for it: captured, less what went back and what is disputed or lost.
    pub fn owes(&self) -> i64 {
        let back = self.refunded().chain(self.disputes.iter().filter(|dispute| dispute.status != "won"));
        self.captures.iter().sum::<i64>() - back.map(|back| back.amount).sum::<i64>()
    }
}

fn id(row: &Row) -> Result<String, platform_sql::SqlError> {
    row.get("id")
}

fn record(row: &Row) -> Result<Record, platform_sql::SqlError> {
    let (captures, refunds, disputes, rings) = Default::default();
    Ok(Record {
        id: id(row)?,
        reference: row.get("reference")?,
        attempt: row.get("attempt")?,
        amount: row.get("amount")?,
        currency: row.get("currency")?,
        status: row.get("status")?,
        has_arrived: row.get("arrived")?,
        captures,
        refunds,
        disputes,
        rings,
    })
}

/// What it is of, and what it is.
fn returned(row: &Row) -> Result<(String, Returned), platform_sql::SqlError> {
    let what = Returned { id: id(row)?, key: row.get("key")?, amount: row.get("amount")?, status: row.get("status")? };
    Ok((row.get("payment")?, what))
}

fn paid(row: &Row) -> Result<Paid, platform_sql::SqlError> {
    let (vendor, amount) = (row.get("vendor")?, row.get("amount")?);
    Ok(Paid { vendor, amount, currency: row.get("currency")?, status: row.get("status")?, rings: false })
}
