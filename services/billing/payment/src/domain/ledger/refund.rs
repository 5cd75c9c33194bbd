//! Giving back: reserve (the cap), ask the provider, settle or release (ledger 3, 4, 7).
use super::{Account, Charge, Component, Kind, Tenders, Transaction, transaction::Sheet};
use kernel::{ComponentId, RefundId, Timestamp};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundKind {
    /// The vendor gives back its share of it.
    Refund,
    /// The platform pays, the vendor keeps its share.
    Goodwill,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundState {
    /// Reserved; the provider's answer is not known.
    Refunding,
    Refunded,
    /// The provider's definite no: nothing is reserved any more.
    Refused,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefundPart {
    pub component: ComponentId,
    /// Of the component's measure.
    pub amount: i64,
    /// Units that come back with it.
    pub units: u32,
    /// Goodwill that moves to the vendor's share, because some of the units it was for came back.
    pub moves: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    pub id: RefundId,
    pub kind: RefundKind,
    pub state: RefundState,
    /// Of the step that asked for it, or of the provider where nobody of us did.
    pub key: String,
    pub fingerprint: [u8; 32],
    pub reason: String,
    pub parts: Vec<RefundPart>,
    pub money: Tenders,
    /// Reported by the provider, but no component has room for it: went back twice.
    pub unplaced: i64,
    /// Machine time of the first call.
    pub asked_at: Timestamp,
    /// Business time at which it was settled.
    pub at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    Amount(i64),
    /// Whole units: rule 1 gives the amount. With the last of them all that is left goes back.
    Units(u32),
    Rest,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WantedPart {
    pub component: ComponentId,
    pub wanted: Wanted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    NoComponent(ComponentId),
    TooMuch(ComponentId),
}

impl Refund {
    /// What the customer gets for one part: nothing where nothing was charged.
    pub fn money_of(&self, part: &RefundPart, charge: &Charge) -> i64 {
        if charge.component(part.component).is_some_and(Component::is_charged) { part.amount } else { 0 }
    }
}

impl Charge {
    /// What each wanted part comes to, if the cap allows it.
    pub fn plan(&self, kind: RefundKind, wanted: &[WantedPart]) -> Result<Vec<RefundPart>, Refusal> {
        let part = |w: &WantedPart| {
            let c = self.component(w.component).ok_or(Refusal::NoComponent(w.component))?;
            match kind {
                RefundKind::Refund => c.part(w.wanted),
                RefundKind::Goodwill => c.goodwill_part(w.wanted),
            }
            .ok_or(Refusal::TooMuch(c.id))
        };
        wanted.iter().map(part).collect()
    }

    /// Everything that is left, of all components.
    pub fn plan_all(&self) -> Vec<RefundPart> {
        self.components.iter().filter(|c| c.left() > 0 || c.goodwill > 0).map(Component::rest).collect()
    }

    /// By which tenders so much goes back (ledger 7).
    pub fn pay_back(&self, parts: &[RefundPart]) -> Tenders {
        let charged = |p: &&RefundPart| self.component(p.component).is_some_and(Component::is_charged);
        self.left().pay_back(parts.iter().filter(charged).map(|p| p.amount).sum())
    }

    pub fn reserve(&mut self, refund: Refund) {
        for part in &refund.parts {
            if let Some(c) = self.at(part.component) {
                c.refunding += part.amount;
                c.units_back += part.units;
            }
        }
        self.refunds.push(refund);
    }

    /// The provider refused for good.
    pub fn release(&mut self, id: RefundId) {
        let Some(refund) = self.refunds.iter_mut().find(|r| r.id == id && r.state == RefundState::Refunding) else {
            return;
        };
        refund.state = RefundState::Refused;
        for part in refund.parts.clone() {
            if let Some(c) = self.at(part.component) {
                c.refunding -= part.amount;
                c.units_back -= part.units;
            }
        }
    }

    /// The money went back: a fact, so nothing refuses it. What has no room is a double return (ledger 4).
    pub fn settle(&mut self, id: RefundId, at: Timestamp) -> Vec<Transaction> {
        let Some(refund) = self.refunds.iter_mut().find(|r| r.id == id && r.state != RefundState::Refunded) else {
            return vec![];
        };
        let reserved = refund.state == RefundState::Refunding;
        refund.state = RefundState::Refunded;
        refund.at = Some(at);
        let refund = refund.clone();
        for part in &refund.parts {
            let Some(c) = self.at(part.component) else { continue };
            if reserved {
                c.refunding -= part.amount;
            } else {
                c.units_back = (c.units_back + part.units).min(c.units);
            }
        }
        self.book(&refund).into_iter().chain(self.move_goodwill(&refund)).collect()
    }

    /// A refund that nobody of us asked for: spread as a dispute is.
    pub fn reported(&mut self, refund: Refund, at: Timestamp) -> Vec<Transaction> {
        let (parts, unplaced) = self.spread(refund.money.total(), None);
        let part = |(component, amount)| RefundPart { component, amount, units: 0, moves: 0 };
        let parts = parts.into_iter().map(part).collect();
        let (id, state) = (refund.id, RefundState::Refused);
        self.refunds.push(Refund { parts, unplaced, state, ..refund });
        self.settle(id, at)
    }

    fn book(&mut self, refund: &Refund) -> Option<Transaction> {
        let (customer, currency) = (self.customer, self.currency);
        let mut sheet = Sheet::default();
        sheet.add(Account::DoubleReturn, refund.unplaced);
        for part in &refund.parts {
            let Some(c) = self.at(part.component) else { continue };
            if refund.kind == RefundKind::Goodwill {
                c.goodwill += part.amount;
                sheet.add(Account::GoodwillExpense, part.amount);
                continue;
            }
            let placed = part.amount.min(c.room());
            let given = c.give(placed);
            sheet.gives(c.vendor, &given).add(Account::DoubleReturn, part.amount - placed);
        }
        sheet.receives(Tenders::default().less(refund.money), customer);
        let kind = if refund.kind == RefundKind::Goodwill { Kind::Goodwill } else { Kind::Refund };
        sheet.close(kind, currency)
    }

    /// Once all of a line came back, what the platform paid for it is the vendor's to give.
    fn move_goodwill(&mut self, refund: &Refund) -> Option<Transaction> {
        let currency = self.currency;
        let mut sheet = Sheet::default();
        for part in &refund.parts {
            let Some(c) = self.at(part.component) else { continue };
            let moves = if c.came_back() { c.goodwill } else { part.moves.min(c.goodwill) };
            let x = moves.min(c.measure() - c.back - c.disputed);
            c.goodwill -= x;
            let given = c.give(x);
            sheet.gives(c.vendor, &given).add(Account::GoodwillExpense, -x);
        }
        sheet.close(Kind::GoodwillMoved, currency)
    }
}

impl Component {
    /// `None` when there is not so much left.
    fn part(&self, wanted: Wanted) -> Option<RefundPart> {
        let part = |amount, units, moves| RefundPart { component: self.id, amount, units, moves };
        match wanted {
            Wanted::Rest => Some(self.rest()),
            Wanted::Amount(x) => (0 < x && x <= self.left()).then(|| part(x, 0, 0)),
            Wanted::Units(n) => match self.units.checked_sub(self.units_back)?.checked_sub(n)? {
                _ if n == 0 => None,
                0 => Some(self.rest()),
                _ => {
                    let x = self.of_units(n);
                    let amount = x.min(self.left());
                    let moves = (x - amount).min(self.goodwill);
                    (amount + moves == x).then(|| part(amount, n, moves))
                }
            },
        }
    }

    /// All of it comes back: what is left of the money, and all units.
    fn rest(&self) -> RefundPart {
        let units = self.units - self.units_back;
        RefundPart { component: self.id, amount: self.left(), units, moves: 0 }
    }

    /// All its units, and nothing of it is under way.
    fn came_back(&self) -> bool {
        self.units_back == self.units && self.refunding == 0
    }

    /// Goodwill uses the component's cap; beyond it, and where nothing was charged, store credit is the way (ledger 7).
    fn goodwill_part(&self, wanted: Wanted) -> Option<RefundPart> {
        let amount = match wanted {
            Wanted::Amount(x) => x,
            Wanted::Rest => self.left(),
            Wanted::Units(_) => return None,
        };
        let fits = self.is_charged() && 0 < amount && amount <= self.left();
        fits.then_some(RefundPart { component: self.id, amount, units: 0, moves: 0 })
    }
}
