//! What the stores show of the orders that were replayed: by SQL alone, read only, never from the files (rule 22).
mod read;
mod shape;

pub use read::Stores;

use super::{
    moves::{End, Step},
    order::Order,
    time,
};
use kernel::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// The orders that were confirmed once, by client reference, and what became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcomes {
    pub orders: BTreeMap<String, Bought>,
    /// By seller and product.
    pub stock: BTreeMap<(String, String), Shelf>,
    /// Of the whole ledger.
    pub ledger: Ledger,
    /// What each vendor is owed, by seller.
    pub payable: BTreeMap<String, i64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bought {
    /// In the history, as it was kept with the order.
    pub status: String,
    pub user: String,
    pub state: String,
    pub placed_at: Timestamp,
    pub captured: i64,
    pub refunded: i64,
    /// What its vendors are owed of it.
    pub payable: i64,
    /// By seller.
    pub parts: BTreeMap<String, Part>,
}

/// What one vendor had to deliver of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    pub state: String,
    pub freight: i64,
    pub lines: Vec<Line>,
}

/// Amounts are of all units, in centavos.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    pub product: String,
    pub items: i64,
    pub units: i64,
    pub shipped: i64,
    pub delivered: i64,
    pub sent_back: i64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shelf {
    pub received: i64,
    pub committed: i64,
    pub shipped: i64,
    pub released: i64,
    pub returned: i64,
    pub on_hand: i64,
    pub held: i64,
}

/// As the sums stand: debit above zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    pub clearing: i64,
    pub commission_charged: i64,
    pub commission_reversed: i64,
}

impl Part {
    pub fn units(&self) -> i64 {
        self.lines.iter().map(|line| line.units).sum()
    }
    pub fn items(&self) -> i64 {
        self.lines.iter().map(|line| line.items).sum()
    }
    fn is(&self, state: End) -> bool {
        match state {
            End::Confirmed => self.state == "confirmed",
            End::Shipped => self.state == "shipped",
            End::Delivered => matches!(self.state.as_str(), "delivered" | "completed"),
            End::Cancelled => self.state == "cancelled",
        }
    }
    /// The moves that its quantities and its state show.
    fn moves(&self, refunded: i64) -> BTreeSet<Step> {
        let some = |of: fn(&Line) -> i64| self.lines.iter().any(|line| of(line) > 0);
        let (shipped, delivered, sent_back) = (some(|l| l.shipped), some(|l| l.delivered), some(|l| l.sent_back));
        let shown = [
            (Step::Place, true),
            (Step::Ship, shipped),
            (Step::Deliver, delivered),
            (Step::ReturnToSender, sent_back),
            (Step::Cancel, !shipped && self.is(End::Cancelled)),
            (Step::Refund, delivered && refunded > 0),
        ];
        shown.into_iter().filter(|(_, is_so)| *is_so).map(|(step, _)| step).collect()
    }
}

impl Bought {
    pub fn units(&self) -> i64 {
        self.parts.values().map(Part::units).sum()
    }
    pub fn items(&self) -> i64 {
        self.parts.values().map(Part::items).sum()
    }
    pub fn freight(&self) -> i64 {
        self.parts.values().map(|part| part.freight).sum()
    }
    /// Of any of its parts.
    pub fn moves(&self) -> BTreeSet<Step> {
        self.parts.values().flat_map(|part| part.moves(self.refunded)).collect()
    }
    /// When it was placed, as clocks there showed it.
    pub fn purchase(&self) -> String {
        time::local(self.placed_at).unwrap_or_default()
    }
    /// Before time went on for weeks: what is completed was delivered.
    pub fn end(&self) -> &'static str {
        if self.state == "cancelled" { "cancelled" } else { "confirmed" }
    }
    /// Of all its parts; where they differ, of each.
    pub fn parts_end(&self) -> String {
        let end = |state: &str| if state == "completed" { "delivered".to_string() } else { state.to_string() };
        let ends: BTreeSet<String> = self.parts.values().map(|part| end(&part.state)).collect();
        ends.into_iter().collect::<Vec<_>>().join("+")
    }
}

impl Outcomes {
    /// Whether an order is where its history ends, with the money it should have (rules 15, 19). `Err` says by a code what is not.
    pub fn reached(&self, order: &Order) -> Result<(), String> {
        let Some(found) = self.orders.get(&order.id) else { return Err("order.not_placed".into()) };
        let total = order.items() + order.freight();
        let (state, gone) = match order.end() {
            End::Cancelled => ("cancelled", total),
            End::Delivered => ("completed", 0),
            End::Confirmed | End::Shipped => ("confirmed", 0),
        };
        let refunded = order.moves().iter().any(|step| step.step == Step::Refund);
        let gone = if refunded { total } else { gone };
        if found.captured != total {
            return Err(format!("order.captured: {} and not {total}", found.captured));
        }
        if found.state != state || !found.parts.values().all(|part| part.is(order.end())) {
            return Err(format!("order.state: {} with {} and not {state}", found.state, found.parts_end()));
        }
        match found.refunded == gone {
            true => Ok(()),
            false => Err(format!("order.refunded: {} and not {gone}", found.refunded)),
        }
    }

    /// The columns of the expectation, so that a difference is found by `diff`.
    pub fn rows(&self) -> String {
        let head =
            "order_id,purchase,order_state,vendor_order_state,vendor_orders,units,items,freight,captured,refunded";
        std::iter::once(format!("{head}\n")).chain(self.orders.iter().map(|(id, order)| row(id, order))).collect()
    }
}

fn row(id: &str, order: &Bought) -> String {
    let (purchase, end, parts) = (order.purchase(), order.end(), order.parts_end());
    let (count, units, items, freight) = (order.parts.len(), order.units(), order.items(), order.freight());
    let (captured, refunded) = (order.captured, order.refunded);
    format!("{id},{purchase},{end},{parts},{count},{units},{items},{freight},{captured},{refunded}\n")
}

#[cfg(test)]
#[path = "report/tests.rs"]
mod tests;
