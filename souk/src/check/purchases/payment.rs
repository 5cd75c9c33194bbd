//! The payment: its row, and the facts beside it. Not its entries: what was posted is what has to be proved.
use super::{Parts, part};
use crate::check::stores::Store;
use kernel::Timestamp;
use platform_sql::Row;
use std::collections::HashMap;
use uuid::Uuid;

pub struct Payment {
    pub id: Uuid,
    pub state: String,
    /// Empty where it was closed before anybody asked for money.
    pub currency: String,
    pub total: i64,
    /// By card.
    pub card: i64,
    /// Machine time since which it is in its state.
    pub since: Timestamp,
    /// Something is to be done at the provider.
    pub is_due: bool,
    pub parts: Parts,
    /// Of each component what went back, and what the platform paid for beside its vendor.
    pub given: HashMap<Uuid, Given>,
    pub attempts: Vec<Attempt>,
    pub refunds: Vec<Refund>,
    pub disputes: Vec<Dispute>,
    /// Something went back twice: it lies in the operator's queue.
    pub is_double: bool,
}

#[derive(Clone, Copy, Default)]
pub struct Given {
    pub back: i64,
    pub goodwill: i64,
}

pub struct Attempt {
    pub id: Uuid,
    pub state: String,
    pub amount: i64,
}

pub struct Refund {
    pub id: Uuid,
    pub is_goodwill: bool,
    pub state: String,
    /// Of the step that asked for it, or `provider/` and the provider's name.
    pub key: String,
    pub card: i64,
    pub total: i64,
    /// Component and amount.
    pub parts: Vec<(Uuid, i64)>,
}

pub struct Dispute {
    pub id: Uuid,
    pub bank_id: String,
    pub state: String,
    pub amount: i64,
    /// Component and amount.
    pub parts: Vec<(Uuid, i64)>,
}

const PAYMENTS: &str = "SELECT id, order_id, state, coalesce(currency, '') AS currency, total, card, since,
    due IS NOT NULL AS is_due FROM payments";
const PARTS: &str =
    "SELECT payment, id, vendor, line, units, price, funded, commission, commission_tax, marketplace_tax,
    back, goodwill FROM components";
const ATTEMPTS: &str = "SELECT payment, id, state, amount FROM attempts ORDER BY payment, number";
const REFUNDS: &str =
    "SELECT payment, id, kind = 'goodwill' AS is_goodwill, state, key, card, card + wallet + gift AS total
    FROM refunds";
const REFUND_PARTS: &str = "SELECT refund AS id, component, amount FROM refund_parts";
const DISPUTES: &str = "SELECT payment, id, bank_id, state, amount FROM disputes";
const DISPUTE_PARTS: &str = "SELECT dispute AS id, component, amount FROM dispute_parts";
const DOUBLE: &str = "SELECT subject FROM queue WHERE kind = 'double_return'";

/// By order.
pub async fn payments(store: &Store) -> Result<HashMap<Uuid, Payment>, String> {
    let mut payments: HashMap<Uuid, (Uuid, Payment)> = store.each(PAYMENTS, payment).await?.into_iter().collect();
    let given = |row: &Row| Ok(Given { back: row.get("back")?, goodwill: row.get("goodwill")? });
    for (of, part, given) in store.each(PARTS, |row| Ok((row.get("payment")?, part(row)?, given(row)?))).await? {
        payments.entry(of).and_modify(|(_, payment)| {
            payment.given.insert(part.0, given);
            payment.parts.extend([part]);
        });
    }
    for (of, attempt) in store.each(ATTEMPTS, attempt).await? {
        payments.entry(of).and_modify(|(_, payment)| payment.attempts.push(attempt));
    }
    let mut parts = pieces(store, REFUND_PARTS).await?;
    for (of, mut refund) in store.each(REFUNDS, refund).await? {
        refund.parts = parts.remove(&refund.id).unwrap_or_default();
        payments.entry(of).and_modify(|(_, payment)| payment.refunds.push(refund));
    }
    let mut parts = pieces(store, DISPUTE_PARTS).await?;
    for (of, mut dispute) in store.each(DISPUTES, dispute).await? {
        dispute.parts = parts.remove(&dispute.id).unwrap_or_default();
        payments.entry(of).and_modify(|(_, payment)| payment.disputes.push(dispute));
    }
    let mut by_order: HashMap<Uuid, Payment> = payments.into_values().collect();
    for subject in store.each(DOUBLE, |row| row.get::<String>("subject")).await? {
        if let Ok(order) = subject.parse::<kernel::OrderId>() {
            by_order.entry(order.uuid()).and_modify(|payment| payment.is_double = true);
        }
    }
    Ok(by_order)
}

/// Its id; its order and what it is.
fn payment(row: &Row) -> Result<(Uuid, (Uuid, Payment)), platform_sql::SqlError> {
    let (parts, given, attempts, refunds, disputes, is_double) = Default::default();
    let payment = Payment {
        id: row.get("id")?,
        state: row.get("state")?,
        currency: row.get("currency")?,
        total: row.get("total")?,
        card: row.get("card")?,
        since: row.get("since")?,
        is_due: row.get("is_due")?,
        parts,
        given,
        attempts,
        refunds,
        disputes,
        is_double,
    };
    Ok((payment.id, (row.get("order_id")?, payment)))
}

fn attempt(row: &Row) -> Result<(Uuid, Attempt), platform_sql::SqlError> {
    let attempt = Attempt { id: row.get("id")?, state: row.get("state")?, amount: row.get("amount")? };
    Ok((row.get("payment")?, attempt))
}

fn refund(row: &Row) -> Result<(Uuid, Refund), platform_sql::SqlError> {
    let refund = Refund {
        id: row.get("id")?,
        is_goodwill: row.get("is_goodwill")?,
        state: row.get("state")?,
        key: row.get("key")?,
        card: row.get("card")?,
        total: row.get("total")?,
        parts: vec![],
    };
    Ok((row.get("payment")?, refund))
}

fn dispute(row: &Row) -> Result<(Uuid, Dispute), platform_sql::SqlError> {
    let dispute = Dispute {
        id: row.get("id")?,
        bank_id: row.get("bank_id")?,
        state: row.get("state")?,
        amount: row.get("amount")?,
        parts: vec![],
    };
    Ok((row.get("payment")?, dispute))
}

/// By what they are parts of.
async fn pieces(store: &Store, sql: &'static str) -> Result<HashMap<Uuid, Vec<(Uuid, i64)>>, String> {
    let mut parts = HashMap::<Uuid, Vec<(Uuid, i64)>>::new();
    let piece = |row: &Row| Ok((row.get("id")?, (row.get("component")?, row.get("amount")?)));
    for (of, part) in store.each(sql, piece).await? {
        parts.entry(of).or_default().push(part);
    }
    Ok(parts)
}
