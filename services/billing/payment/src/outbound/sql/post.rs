//! Transactions into `entries`, and several rows in one statement.
use crate::domain::ledger::Transaction;
use kernel::{PaymentId, Timestamp};
use platform_sql::{Batch, Value, params};
use uuid::Uuid;

/// `INSERT INTO table (columns) VALUES ($1, …), ($k, …)`: as many rows as there are, one statement.
pub fn insert_rows(batch: &mut Batch, into: &str, rows: Vec<Vec<Value>>) {
    let Some(width) = rows.first().map(Vec::len) else { return };
    let mut next = 1..;
    let mut row = || {
        let places: Vec<String> = next.by_ref().take(width).map(|n: usize| format!("${n}")).collect();
        format!("({})", places.join(", "))
    };
    let values: Vec<String> = rows.iter().map(|_| row()).collect();
    batch.push(format!("INSERT INTO {into} VALUES {}", values.join(", ")), rows.concat());
}

/// What the entries of one batch have in common.
pub struct Cause {
    /// The order or payout they belong to.
    pub cause: String,
    pub payment: Option<PaymentId>,
    pub at: Timestamp,
}

const ENTRIES: &str = "entries (tx, n, account, party, currency, amount, kind, cause, payment, at)";

pub fn post<'a>(batch: &mut Batch, transactions: impl Iterator<Item = &'a Transaction>, cause: &Cause) {
    let mut rows = vec![];
    for transaction in transactions {
        let tx = Uuid::now_v7();
        for (n, entry) in (0i64..).zip(&transaction.entries) {
            let party = entry.account.vendor().map(|v| v.uuid()).or(entry.account.user().map(|u| u.uuid()));
            let what = params![tx, n, entry.account.name(), party, transaction.currency.to_string(), entry.amount];
            let why = params![transaction.kind.as_str(), cause.cause.clone(), cause.payment, cause.at];
            rows.push([what, why].concat());
        }
    }
    insert_rows(batch, ENTRIES, rows);
}
