//! The provider's side of one attempt, as it tells it.
use super::Problem;
use kernel::{DisputeId, RefundId};

/// How a call to the provider can go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// The whole record.
    Record(Box<Record>),
    /// Nothing ever arrived there, and now it never will.
    Voided,
    /// There is no such thing: no answer to a void, it may still be on its way.
    Nothing,
    /// A definite no.
    No(String),
    /// Anything else: it may have happened.
    Unknown(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Authorized,
    Declined,
    NeedsAction,
    Pending,
    Voided,
    Captured,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The provider's name for it.
    pub bank_id: String,
    /// Our order and attempt, as the provider has them.
    pub reference: String,
    pub attempt: String,
    /// Minor units.
    pub amount: i64,
    pub currency: String,
    pub status: Status,
    pub problem: Option<Problem>,
    pub action_url: Option<String>,
    pub captured: i64,
    pub refunds: Vec<ReportedRefund>,
    pub disputes: Vec<ReportedDispute>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportedRefund {
    /// Ours, should it be news to us.
    pub id: RefundId,
    pub bank_id: String,
    pub key: String,
    pub amount: i64,
    /// Else it failed.
    pub done: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportedDispute {
    /// Ours, should it be news to us.
    pub id: DisputeId,
    pub bank_id: String,
    pub amount: i64,
    pub state: super::ledger::DisputeState,
}
