//! One attempt to authorize one card, and everything that happened to its money. A method says no or changes it.
use crate::{
    answer::No,
    call::NewPayment,
    card::{Act, Card, Fault},
};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Authorized,
    Declined,
    NeedsAction,
    Pending,
    Voided,
    Captured,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Capture {
    pub key: String,
    pub amount: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundStatus {
    Pending,
    Done,
    Failed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refund {
    pub id: String,
    /// Empty when it was not asked for through the API.
    pub key: String,
    pub amount: i64,
    pub status: RefundStatus,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeStatus {
    Open,
    Won,
    Lost,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dispute {
    pub id: String,
    pub amount: i64,
    pub status: DisputeStatus,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    pub id: String,
    pub attempt: String,
    pub reference: String,
    /// Minor units, as all amounts here.
    pub amount: i64,
    pub currency: String,
    pub card: String,
    pub return_url: Option<String>,
    pub status: Status,
    pub decline: Option<String>,
    /// False for a tombstone: voided, and never seen yet.
    pub arrived: bool,
    pub captures: Vec<Capture>,
    pub refunds: Vec<Refund>,
    pub disputes: Vec<Dispute>,
    /// As it stands in the book; 0 before it does.
    pub version: i64,
}

const DECLINED: &str = "declined";
/// The code of the one no that changes the payment.
pub const DROPPED: &str = "authorization_dropped";

impl Payment {
    pub fn new(id: String, new: &NewPayment, card: Card) -> Payment {
        let (status, decline) = match card {
            Card::Declined => (Status::Declined, Some(DECLINED)),
            Card::Insufficient => (Status::Declined, Some("insufficient_funds")),
            Card::Asks => (Status::NeedsAction, None),
            Card::Slow | Card::SlowDeclined => (Status::Pending, None),
            _ => (Status::Authorized, None),
        };
        Payment { status, decline: decline.map(str::to_string), ..Payment::tombstone(id, &new.attempt) }.arrive(new)
    }
    /// Of an attempt that was voided before it came. `XXX` is ISO 4217 for no currency.
    pub fn tombstone(id: String, attempt: &str) -> Payment {
        let (captures, refunds, disputes) = Default::default();
        let (reference, card, decline, return_url) = Default::default();
        let (attempt, currency, status) = (attempt.to_string(), "XXX".to_string(), Status::Voided);
        let (amount, arrived, version) = (0, false, 0);
        Payment {
            id,
            attempt,
            reference,
            amount,
            currency,
            card,
            return_url,
            status,
            decline,
            arrived,
            captures,
            refunds,
            disputes,
            version,
        }
    }
    /// What came with the attempt; whether it was voided before stays.
    pub fn arrive(self, new: &NewPayment) -> Payment {
        Payment {
            reference: new.reference.clone(),
            amount: new.amount,
            currency: new.currency.to_string(),
            card: new.card_token.clone(),
            return_url: new.return_url.clone(),
            arrived: true,
            ..self
        }
    }
    pub fn is(&self, new: &NewPayment) -> bool {
        let mine = (&self.reference, self.amount, self.currency.as_str(), &self.card);
        mine == (&new.reference, new.amount, new.currency.as_str(), &new.card_token)
    }
    pub fn fault(&self, act: Act) -> Option<Fault> {
        self.card()?.fault(act)
    }
    pub fn card(&self) -> Option<Card> {
        Card::of(&self.card)
    }

    /// The customer's or the issuer's answer, if it is still wanted.
    pub fn decide(&mut self, verdict: Verdict) -> bool {
        let waits = matches!(self.status, Status::NeedsAction | Status::Pending);
        if waits {
            (self.status, self.decline) = match verdict {
                Verdict::Yes => (Status::Authorized, None),
                Verdict::No => (Status::Declined, Some(DECLINED.to_string())),
            };
        }
        waits
    }
    /// A key captures once, for ever. True when something changed.
    pub fn capture(&mut self, key: &str, amount: i64) -> Result<bool, No> {
        if let Some(known) = self.captures.iter().find(|c| c.key == key) {
            return if known.amount == amount { Ok(false) } else { Err(No::key_reused()) };
        }
        match self.status {
            Status::Authorized if self.card() == Some(Card::Dropped) => {
                self.status = Status::Voided;
                Err(No::refused(DROPPED, "the issuer dropped the authorization"))
            }
            Status::Authorized | Status::Captured if self.captured() + amount <= self.amount => {
                self.status = Status::Captured;
                self.captures.push(Capture { key: key.to_string(), amount });
                Ok(true)
            }
            Status::Authorized | Status::Captured => Err(No::refused("capture_too_much", "more than was authorized")),
            Status::Voided => Err(No::refused("authorization_voided", "the authorization was voided")),
            Status::Declined | Status::NeedsAction | Status::Pending => {
                Err(No::refused("not_authorized", "there is no authorization to capture"))
            }
        }
    }
    /// Nothing is left to void of a declined one: that is a yes too. True when something changed.
    pub fn void(&mut self) -> Result<bool, No> {
        match self.status {
            Status::Captured => Err(No::refused("already_captured", "the money has moved: refund it")),
            Status::Voided | Status::Declined => Ok(false),
            Status::Authorized | Status::NeedsAction | Status::Pending => {
                self.status = Status::Voided;
                Ok(true)
            }
        }
    }
    /// As `capture`: a key refunds once.
    pub fn refund(&mut self, refund: Refund) -> Result<bool, No> {
        if let Some(known) = self.refunds.iter().find(|r| !r.key.is_empty() && r.key == refund.key) {
            return if known.amount == refund.amount { Ok(false) } else { Err(No::key_reused()) };
        }
        if refund.amount > self.captured() - self.refunded() - self.disputed() {
            return Err(No::refused("refund_too_much", "more than is left of what was captured"));
        }
        self.refunds.push(refund);
        Ok(true)
    }
    /// What was settled stays so.
    pub fn settle_refund(&mut self, id: &str, verdict: Verdict) -> bool {
        let waiting = self.refunds.iter_mut().find(|r| r.id == id && r.status == RefundStatus::Pending);
        let status = match verdict {
            Verdict::Yes => RefundStatus::Done,
            Verdict::No => RefundStatus::Failed,
        };
        waiting.map(|refund| refund.status = status).is_some()
    }
    /// The cardholder's bank asks nobody: only more than was ever captured can't be disputed.
    pub fn dispute(&mut self, id: String, amount: i64) -> Result<(), No> {
        if amount < 1 || amount > self.captured() - self.disputed() {
            return Err(No::refused("dispute_too_much", "more than was captured and is not disputed yet"));
        }
        self.disputes.push(Dispute { id, amount, status: DisputeStatus::Open });
        Ok(())
    }
    pub fn close_dispute(&mut self, id: &str, status: DisputeStatus) -> Result<(), No> {
        let open = self.disputes.iter_mut().find(|d| d.id == id && d.status == DisputeStatus::Open);
        open.ok_or(No::refused("dispute_closed", "this dispute is closed"))?.status = status;
        Ok(())
    }

    pub fn captured(&self) -> i64 {
        self.captures.iter().map(|c| c.amount).sum()
    }
    /// With what is still under way.
    pub fn refunded(&self) -> i64 {
        self.refunds.iter().filter(|r| r.status != RefundStatus::Failed).map(|r| r.amount).sum()
    }
    fn disputed(&self) -> i64 {
        self.disputes.iter().filter(|d| d.status != DisputeStatus::Won).map(|d| d.amount).sum()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Yes,
    No,
}
