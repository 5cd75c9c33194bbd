//! What people are shown: of the ledger by SQL, of a payment by its own rows.
use kernel::{Currency, Timestamp};
use uuid::Uuid;

/// What a vendor is owed in one currency. Minor units; below zero the vendor owes us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    pub currency: Currency,
    pub payable: i64,
    /// Its share of what is disputed.
    pub frozen: i64,
    pub reserve: i64,
    pub in_transit: i64,
}

/// One entry of the ledger on a vendor's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    pub transaction: Uuid,
    pub line: i64,
    pub account: String,
    pub kind: String,
    /// The order or payout it belongs to.
    pub cause: String,
    pub currency: Currency,
    /// Minor units as the vendor sees them: above zero we owe more.
    pub amount: i64,
    pub at: Timestamp,
}

/// One thing that only a person can decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queued {
    /// An order or a payout.
    pub subject: String,
    pub kind: String,
    pub why: String,
    pub at: Timestamp,
}
