//! The bank's JSON. What it says more than we know is left alone; what can't be read is unknown.
use crate::domain::{
    PayoutState, PayoutTold, Problem, Record, ReportedDispute, ReportedRefund, Status, Told, ledger::DisputeState,
};
use kernel::{DisputeId, RefundId};
use serde::Deserialize;
use uuid::Uuid;

#[derive(Deserialize)]
struct BankRecord {
    id: Option<String>,
    #[serde(default)]
    reference: String,
    #[serde(default)]
    attempt: String,
    #[serde(default)]
    amount: i64,
    #[serde(default)]
    currency: String,
    status: BankStatus,
    decline: Option<Decline>,
    action_url: Option<String>,
    #[serde(default)]
    captured: i64,
    #[serde(default)]
    refunds: Vec<BankRefund>,
    #[serde(default)]
    disputes: Vec<BankDispute>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum BankStatus {
    Authorized,
    Declined,
    NeedsAction,
    Pending,
    Voided,
    Captured,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Decline {
    InsufficientFunds,
    #[serde(other)]
    Declined,
}

#[derive(Deserialize)]
struct BankRefund {
    id: String,
    #[serde(default)]
    key: String,
    amount: i64,
    status: RefundStatus,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RefundStatus {
    Done,
    Failed,
}

#[derive(Deserialize)]
struct BankDispute {
    id: String,
    amount: i64,
    status: DisputeStatus,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum DisputeStatus {
    Open,
    Won,
    Lost,
}

#[derive(Deserialize)]
struct BankPayout {
    id: String,
    status: PayoutStatus,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum PayoutStatus {
    Pending,
    Paid,
    Bounced,
}

#[derive(Deserialize)]
struct No {
    code: String,
}

pub fn told(body: &[u8]) -> Told {
    match serde_json::from_slice::<BankRecord>(body) {
        Ok(BankRecord { id: None, status: BankStatus::Voided, .. }) => Told::Voided,
        Ok(BankRecord { id: Some(id), .. }) if id.is_empty() => Told::Unknown("a record without a name".into()),
        Ok(BankRecord { id: None, .. }) => Told::Unknown("a record without a name".into()),
        Ok(record) => Told::Record(Box::new(read(record))),
        Err(e) => Told::Unknown(format!("the bank's record can't be read: {e}")),
    }
}

pub fn payout(body: &[u8]) -> PayoutTold {
    match serde_json::from_slice::<BankPayout>(body) {
        Ok(BankPayout { id, status: PayoutStatus::Pending }) => PayoutTold::Is(PayoutState::Pending, id),
        Ok(BankPayout { id, status: PayoutStatus::Paid }) => PayoutTold::Is(PayoutState::Paid, id),
        Ok(BankPayout { id, status: PayoutStatus::Bounced }) => PayoutTold::Is(PayoutState::Bounced, id),
        Err(e) => PayoutTold::Unknown(format!("the bank's payout can't be read: {e}")),
    }
}

/// The code of a definite no.
pub fn why(body: &[u8]) -> String {
    serde_json::from_slice::<No>(body).map_or_else(|_| "refused".into(), |no| no.code)
}

fn read(r: BankRecord) -> Record {
    let status = match r.status {
        BankStatus::Authorized => Status::Authorized,
        BankStatus::Declined => Status::Declined,
        BankStatus::NeedsAction => Status::NeedsAction,
        BankStatus::Pending => Status::Pending,
        BankStatus::Voided => Status::Voided,
        BankStatus::Captured => Status::Captured,
    };
    let problem = r.decline.map(|decline| match decline {
        Decline::Declined => Problem::Declined,
        Decline::InsufficientFunds => Problem::InsufficientFunds,
    });
    Record {
        bank_id: r.id.unwrap_or_default(),
        reference: r.reference,
        attempt: r.attempt,
        amount: r.amount,
        currency: r.currency,
        status,
        problem,
        action_url: r.action_url,
        captured: r.captured,
        refunds: r.refunds.into_iter().map(refund).collect(),
        disputes: r.disputes.into_iter().map(dispute).collect(),
    }
}

fn refund(r: BankRefund) -> ReportedRefund {
    let id = RefundId::from_uuid(Uuid::now_v7());
    ReportedRefund { id, bank_id: r.id, key: r.key, amount: r.amount, done: r.status == RefundStatus::Done }
}

fn dispute(d: BankDispute) -> ReportedDispute {
    let state = match d.status {
        DisputeStatus::Open => DisputeState::Open,
        DisputeStatus::Won => DisputeState::Won,
        DisputeStatus::Lost => DisputeState::Lost,
    };
    ReportedDispute { id: DisputeId::from_uuid(Uuid::now_v7()), bank_id: d.id, amount: d.amount, state }
}
