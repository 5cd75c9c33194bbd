//! Money that goes back: asked for in the batch of its cause, done by key, ended by its outcome. One after the other, so that "the
//! rest" of a component means what the ones before it left.
use super::{Event, Happened, Order, Refusal, State, Units};
use kernel::{ComponentId, Timestamp, VendorId};

/// A line or a shipping charge of one vendor, frozen by pricing (`ledger.md`). Minor units of the order's currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    pub id: ComponentId,
    pub vendor: VendorId,
    /// The line of the quote; 0 is the vendor's shipping charge.
    pub line: u32,
    pub units: u32,
    pub price: i64,
    pub funded: i64,
    pub commission: i64,
    pub commission_tax: i64,
    pub marketplace_tax: i64,
    /// What went back to the customer.
    pub back: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    /// 1..n within the order: with the order's id the key of its steps, for ever.
    pub number: u32,
    pub what: What,
    pub reason: String,
    pub then: Then,
    pub outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    Parts(Vec<Part>),
    /// Whatever is left, of everything.
    Rest,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    pub component: ComponentId,
    pub amount: Amount,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    Minor(i64),
    /// Payment's cumulative rule makes it an amount (`ledger.md` 1).
    Units(u32),
    /// What is left of the component.
    Rest,
}

/// What happens to the goods when the money is on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Then {
    Nothing,
    /// They were never sent: what was held is free.
    Release(Vec<Units>),
    /// They came back: to the shelf.
    Restock(Vec<Units>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Open,
    Done(Refunded),
    Refused(String),
}

/// What payment gave back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refunded {
    pub number: u32,
    pub parts: Vec<(ComponentId, i64)>,
    pub reason: String,
}

impl Component {
    pub fn charge(&self) -> i64 {
        self.price - self.funded
    }
}

impl Refunded {
    pub fn amount(&self) -> i64 {
        self.parts.iter().map(|(_, amount)| amount).sum()
    }
}

impl Order {
    /// Support gives back amounts of components. Payment judges the cap at last; what is plainly too much is refused here.
    pub fn ask_refund(&self, parts: &[Part], reason: &str, now: Timestamp) -> Result<Vec<Happened>, Refusal> {
        match self.state {
            State::Confirmed | State::Completed => {}
            State::Placed => return Err(Refusal::InProgress),
            State::Cancelling | State::Cancelled => return Err(Refusal::AlreadyCancelled),
        }
        for part in parts {
            let found = self.components.iter().find(|c| c.id == part.component);
            let component = found.ok_or(Refusal::NoSuchComponent)?;
            let asked = parts.iter().filter(|p| p.component == part.component).map(Part::minor).sum::<i64>();
            if component.back + asked > component.charge() {
                return Err(Refusal::TooMuch);
            }
        }
        let refund = self.refund(What::Parts(parts.to_vec()), reason, Then::Nothing);
        Ok(self.after(&[], [Event::RefundAsked { refund }.at(now)]))
    }

    /// Payment gave it back.
    pub fn refunded(&self, number: u32, parts: Vec<(ComponentId, i64)>, now: Timestamp) -> Vec<Happened> {
        let Some(refund) = self.open_refunds().find(|r| r.number == number) else { return vec![] };
        let refunded = Refunded { number, parts, reason: refund.reason.clone() };
        self.after(&[], [Event::Refunded(refunded).at(now)])
    }

    /// The provider's definite no.
    pub fn refund_refused(&self, number: u32, code: &str, now: Timestamp) -> Vec<Happened> {
        match self.open_refunds().any(|r| r.number == number) {
            true => self.after(&[], [Event::RefundRefused { number, code: code.into() }.at(now)]),
            false => vec![],
        }
    }

    /// In the order in which they are done.
    pub fn open_refunds(&self) -> impl Iterator<Item = &Refund> {
        self.refunds.iter().filter(|r| r.outcome == Outcome::Open)
    }

    /// What went back to the customer.
    pub fn back(&self) -> i64 {
        self.components.iter().map(|c| c.back).sum()
    }

    /// Nothing is left to give back. A part that cost the customer nothing still has shares to reverse: payment knows.
    pub fn is_all_back(&self) -> bool {
        self.components.iter().all(|c| c.charge() > 0 && c.back >= c.charge())
    }

    pub(super) fn refund(&self, what: What, reason: &str, then: Then) -> Refund {
        let number = u32::try_from(self.refunds.len()).unwrap_or(u32::MAX).saturating_add(1);
        Refund { number, what, reason: reason.into(), then, outcome: Outcome::Open }
    }

    pub(super) fn settle_refund(&mut self, number: u32, outcome: Outcome) {
        if let Outcome::Done(refunded) = &outcome {
            for (id, amount) in &refunded.parts {
                self.components.iter_mut().filter(|c| c.id == *id).for_each(|c| c.back += amount);
            }
        }
        self.refunds.iter_mut().filter(|r| r.number == number).for_each(|r| r.outcome = outcome.clone());
    }
}

impl Part {
    fn minor(&self) -> i64 {
        match self.amount {
            Amount::Minor(minor) => minor,
            Amount::Units(_) | Amount::Rest => 0,
        }
    }
}
