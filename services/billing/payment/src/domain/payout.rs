//! One payout to one vendor. Unknown stays in transit; only a bounce puts it back (ledger 8).
use super::{
    Moment,
    ledger::{self, Transaction},
};
use kernel::{Currency, PayoutId, Timestamp, VendorId};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayoutState {
    /// Written here, and perhaps at the bank.
    Asked,
    /// The bank has it.
    Pending,
    Paid,
    Bounced,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payout {
    pub id: PayoutId,
    pub vendor: VendorId,
    pub currency: Currency,
    /// Minor units.
    pub amount: i64,
    pub state: PayoutState,
    pub bank_id: Option<String>,
    /// Machine time of the first call.
    pub asked_at: Timestamp,
    pub tries: u32,
    /// Machine time of the next look: at most an hour or so away, the bank's doorbell is quicker.
    pub due: Option<Timestamp>,
    pub version: i64,
}

/// What a payout is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    pub id: PayoutId,
    pub vendor: VendorId,
    pub currency: Currency,
    /// The sum of what nobody claimed yet.
    pub owed: i64,
}

/// What the bank says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PayoutTold {
    Is(PayoutState, String),
    /// A definite no.
    No(String),
    Unknown(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PayoutEvent {
    /// Everything unclaimed is claimed, and posted.
    Claimed(Vec<Transaction>),
    /// The bank has it, or nothing new: only the row moves.
    Waits,
    Paid(Vec<Transaction>),
    Bounced(Vec<Transaction>),
    /// For the operator's queue.
    Lost,
}

impl Payout {
    /// `None` when nothing is left to pay.
    pub fn claim(claim: Claim, terms: ledger::PayoutTerms, moment: &Moment) -> Option<(Payout, Vec<PayoutEvent>)> {
        let Claim { id, vendor, currency, owed } = claim;
        let (amount, booked) = ledger::claimed(vendor, currency, owed, terms)?;
        let (state, asked_at, due) = (PayoutState::Asked, moment.machine, Some(moment.lease()));
        let payout = Payout { id, vendor, currency, amount, state, bank_id: None, asked_at, tries: 0, due, version: 1 };
        Some((payout, vec![PayoutEvent::Claimed(booked)]))
    }

    pub fn is_over(&self) -> bool {
        matches!(self.state, PayoutState::Paid | PayoutState::Bounced)
    }

    /// Whether the same may be sent again; afterwards it is only looked up.
    pub fn may_resend(&self, moment: &Moment) -> bool {
        self.state == PayoutState::Asked && moment.machine < self.asked_at + moment.windows.resend
    }

    pub fn hear(&mut self, told: &PayoutTold, moment: &Moment) -> Vec<PayoutEvent> {
        if self.is_over() {
            return vec![];
        }
        let before = self.state;
        self.version += 1;
        self.state = match told {
            PayoutTold::Is(PayoutState::Asked, _) | PayoutTold::Unknown(_) => before,
            PayoutTold::Is(state, _) => *state,
            PayoutTold::No(_) => PayoutState::Bounced,
        };
        if let PayoutTold::Is(_, bank_id) = told {
            self.bank_id = Some(bank_id.clone());
        }
        self.due = (!self.is_over()).then(|| moment.machine + moment.windows.look * (1 << self.tries.min(6)));
        self.tries = if self.state == before { self.tries.saturating_add(1) } else { 0 };
        let (vendor, currency, amount) = (self.vendor, self.currency, self.amount);
        match self.state {
            PayoutState::Paid => vec![PayoutEvent::Paid(ledger::paid(vendor, currency, amount).into_iter().collect())],
            PayoutState::Bounced => {
                vec![PayoutEvent::Bounced(ledger::bounced(vendor, currency, amount).into_iter().collect())]
            }
            PayoutState::Asked if !self.may_resend(moment) && self.bank_id.is_none() => {
                self.due = None;
                vec![PayoutEvent::Lost]
            }
            PayoutState::Asked | PayoutState::Pending => vec![PayoutEvent::Waits],
        }
    }
}
