//! A line or a shipping charge of one vendor, as money sees it: frozen parts, counters, and the one rule of giving back.
use kernel::{ComponentId, VendorId, share::half_up};

/// The parts that are given back in proportion. Minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// The platform's discount.
    pub funded: i64,
    pub commission: i64,
    pub commission_tax: i64,
    pub marketplace_tax: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    pub id: ComponentId,
    pub vendor: VendorId,
    /// Ties of a largest remainder go by it.
    pub line: u32,
    pub units: u32,
    /// After the vendor's own discount.
    pub price: i64,
    pub frozen: Parts,
    /// How much of each frozen part went back so far.
    pub given: Parts,
    /// How much of the measure went back.
    pub back: i64,
    /// Reserved by refunds that are not settled.
    pub refunding: i64,
    /// Reserved by open disputes.
    pub disputed: i64,
    /// Paid back by the platform, beside the vendor.
    pub goodwill: i64,
    /// Units that came back, reserved ones among them.
    pub units_back: u32,
}

/// What one give-back gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// To the customer.
    pub money: i64,
    /// By the vendor.
    pub share: i64,
    pub parts: Parts,
}

impl Component {
    /// The customer's money.
    pub fn charge(&self) -> i64 {
        self.price - self.frozen.funded
    }
    /// The vendor's.
    pub fn share(&self) -> i64 {
        self.price - self.frozen.commission - self.frozen.commission_tax - self.frozen.marketplace_tax
    }
    /// What give-backs are measured by: the charge; where the customer paid nothing, the price.
    pub fn measure(&self) -> i64 {
        if self.is_charged() { self.charge() } else { self.price }
    }
    pub fn is_charged(&self) -> bool {
        self.charge() > 0
    }
    /// What a refund may still reserve (ledger 3).
    pub fn left(&self) -> i64 {
        (self.measure() - self.back - self.refunding - self.disputed - self.goodwill).max(0)
    }
    /// What a fact may still take; what is reserved does not stand in its way (ledger 4, 5).
    pub fn room(&self) -> i64 {
        (self.measure() - self.back - self.disputed - self.goodwill).max(0)
    }

    /// Rule 1, the cumulative difference: each frozen part gives what it should have given in all, less what it gave. So n
    /// give-backs give exactly what one gives, and a part of a cent or two may be below zero.
    pub fn would_give(&self, x: i64) -> Given {
        let part = |frozen: i64, given: i64| half_up(frozen, self.back + x, self.measure()) - given;
        let parts = Parts {
            funded: part(self.frozen.funded, self.given.funded),
            commission: part(self.frozen.commission, self.given.commission),
            commission_tax: part(self.frozen.commission_tax, self.given.commission_tax),
            marketplace_tax: part(self.frozen.marketplace_tax, self.given.marketplace_tax),
        };
        let money = if self.is_charged() { x } else { 0 };
        let share = money + parts.funded - parts.commission - parts.commission_tax - parts.marketplace_tax;
        Given { money, share, parts }
    }

    pub(super) fn give(&mut self, x: i64) -> Given {
        let given = self.would_give(x);
        self.back += x;
        self.given.funded += given.parts.funded;
        self.given.commission += given.parts.commission;
        self.given.commission_tax += given.parts.commission_tax;
        self.given.marketplace_tax += given.parts.marketplace_tax;
        given
    }

    /// The measure of `n` further units: what they should have in all, less what the units before had.
    pub(super) fn of_units(&self, n: u32) -> i64 {
        let until = |units: u32| half_up(self.measure(), units.into(), self.units.into());
        until(self.units_back + n) - until(self.units_back)
    }
}
