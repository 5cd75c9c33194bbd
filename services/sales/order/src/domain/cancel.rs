//! Units that nobody will send, vendor orders without units left, and the order without vendor orders left.
use super::{
    Amount, Count, Event, Happened, Order, Outcome, Part, Refund, Refusal, State, Then, VendorOrder, VendorState, What,
};
use kernel::{Timestamp, VendorOrderId};

impl Order {
    /// All of it, of which nothing was shipped. Untouched it goes back as one: money, stock, quote (checkout's order table).
    pub fn cancel_all(&self, why: &str, now: Timestamp) -> Result<Vec<Happened>, Refusal> {
        self.be_open()?;
        if self.vendor_orders.iter().any(VendorOrder::is_touched) {
            let open: Vec<_> = self.vendor_orders.iter().filter(|v| !v.is_closed()).map(|v| v.id).collect();
            return self.cancel_vendor_orders(&open, why, now);
        }
        let cancelled = |v: &VendorOrder| Event::UnitsCancelled {
            vendor_order: v.id,
            lines: v.open(),
            reason: why.into(),
            refund: None,
        };
        let events = self.vendor_orders.iter().map(|v| cancelled(v).at(now));
        Ok(self.closed(self.after(&[], events), why, now))
    }

    /// The vendor orders named, of which nothing was shipped.
    pub fn cancel_vendor_orders(
        &self,
        ids: &[VendorOrderId],
        why: &str,
        now: Timestamp,
    ) -> Result<Vec<Happened>, Refusal> {
        self.be_open()?;
        let (mut order, mut events) = (self.clone(), vec![]);
        for id in ids {
            let vendor_order = order.vendor_order(*id)?;
            if vendor_order.has_shipped() {
                return Err(Refusal::AlreadyShipped);
            }
            let news = order.cancel_units(*id, &vendor_order.rest()?, why, now)?;
            order = order.then(&news);
            events.extend(news);
        }
        if events.is_empty() { Err(Refusal::NoUnits) } else { Ok(events) }
    }

    /// Units of one vendor order that were not shipped: `cancelled + shipped + n ≤ ordered`.
    pub fn cancel_units(
        &self,
        id: VendorOrderId,
        wanted: &[Count],
        why: &str,
        now: Timestamp,
    ) -> Result<Vec<Happened>, Refusal> {
        self.be_open()?;
        let vendor_order = self.vendor_order(id)?;
        vendor_order.be_open()?;
        let lines = vendor_order.fit(wanted)?;
        let then = Then::Release(vendor_order.units(&lines));
        let mut after = vendor_order.clone();
        after.count(&lines, |l| &mut l.cancelled);
        let refund = Some(self.refund(What::Parts(self.parts(&after, &lines)), why, then));
        let event = Event::UnitsCancelled { vendor_order: id, lines, reason: why.into(), refund };
        Ok(self.closed(self.after(&[], [event.at(now)]), why, now))
    }

    /// Once nothing more goes back and both undos answered. After a refused refund it stays `cancelling`: an operator pays.
    pub fn finish_cancelling(&self, told: &[Happened], now: Timestamp) -> Result<Vec<Happened>, Refusal> {
        if self.state != State::Cancelling || self.open_refunds().next().is_some() {
            return Err(Refusal::Untold);
        }
        let reason = self.reason.clone().unwrap_or_default();
        let end = (!self.is_owed()).then(|| Event::Cancelled { reason }.at(now));
        Ok(self.after(told, end))
    }

    /// The last refund was refused for good: the money is not back.
    pub fn is_owed(&self) -> bool {
        let rest = self.refunds.iter().rfind(|r| r.what == What::Rest);
        matches!(rest, Some(Refund { outcome: Outcome::Refused(_), .. }))
    }

    /// What goes back for these units of a vendor order as it is after them: the rest of a line of which nothing stays, and of the
    /// shipping charge when nothing stays at all.
    pub(super) fn parts(&self, after: &VendorOrder, counts: &[Count]) -> Vec<Part> {
        let mut parts = vec![];
        for component in self.components.iter().filter(|c| c.vendor == after.vendor) {
            let line = after.lines.iter().find(|l| l.number == component.line);
            let count = line.and_then(|l| counts.iter().find(|c| c.line == l.id));
            let amount = match (line, count) {
                (Some(line), Some(_)) if line.is_gone() => Amount::Rest,
                (Some(_), Some(count)) => Amount::Units(count.quantity),
                (None, _) if component.line == 0 && after.is_gone() => Amount::Rest,
                _ => continue,
            };
            parts.push(Part { component: component.id, amount });
        }
        parts
    }

    /// What follows from the events in the same batch: a vendor order that is gone is cancelled, and so is an order of such; one
    /// that only waited for it is completed.
    pub(super) fn closed(&self, mut events: Vec<Happened>, why: &str, now: Timestamp) -> Vec<Happened> {
        let after = self.then(&events);
        let gone = after.vendor_orders.iter().filter(|v| v.is_gone() && !v.is_closed());
        let cancelled = |v: &VendorOrder| Event::VendorOrderCancelled { vendor_order: v.id, reason: why.into() };
        events.extend(gone.map(|v| cancelled(v).at(now.max(after.latest()))));
        let after = self.then(&events);
        let end = match () {
            _ if !after.vendor_orders.iter().all(VendorOrder::is_closed) => None,
            _ if after.vendor_orders.iter().any(|v| v.state == VendorState::Completed) => Some(Event::Completed),
            _ => {
                let refund = after.refund(What::Rest, why, Then::Nothing);
                Some(Event::Cancelling { reason: why.into(), refund })
            }
        };
        events.extend(end.map(|event| event.at(now.max(after.latest()))));
        events
    }
}

impl VendorOrder {
    pub(super) fn be_open(&self) -> Result<(), Refusal> {
        match self.state {
            VendorState::Cancelled => Err(Refusal::AlreadyCancelled),
            VendorState::Completed => Err(Refusal::AlreadyCompleted),
            _ => Ok(()),
        }
    }
}
