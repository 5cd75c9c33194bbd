//! Domain event → public event: one a version of its aggregate, the order or the vendor order. What only moves inside has none.
use crate::domain::{Event, Happened, Line, Order, Parcel, VendorOrder};
use contracts::order as pb;
use kernel::{Timestamp, VendorOrderId};
use platform::store::Fact;
use prost::{Message, Name};
use std::collections::BTreeMap;

/// `order` is as it is after these events.
pub fn facts(order: &Order, events: &[Happened]) -> Vec<Fact> {
    let mut out = Outbox::before(order, events);
    for Happened { at, event } in events {
        out.tell(event, *at);
    }
    out.facts
}

/// Numbers the facts: how much was told of each before the one at hand.
struct Outbox<'a> {
    order: &'a Order,
    told: i64,
    parts: BTreeMap<VendorOrderId, i64>,
    facts: Vec<Fact>,
}

impl<'a> Outbox<'a> {
    fn before(order: &'a Order, events: &[Happened]) -> Self {
        let news = |tells: &dyn Fn(&Event) -> bool| events.iter().filter(|h| tells(&h.event)).count() as i64;
        let part = |v: &VendorOrder| (v.id, v.told - news(&|event| event.tells_of(v.id)));
        let parts = order.vendor_orders.iter().map(part).collect();
        Outbox { order, told: order.told - news(&Event::tells_of_order), parts, facts: vec![] }
    }

    fn tell(&mut self, event: &Event, at: Timestamp) {
        let o = self.order;
        let (order, cart, currency) = (o.id.to_string(), o.cart.to_string(), o.currency.to_string());
        match event {
            Event::Placed(_) => self
                .of_order(&pb::OrderPlaced { order, cart, quote: o.quote.to_string(), total: o.total, currency }, at),
            Event::Confirmed => {
                let party = o.party.to_string();
                self.of_order(&pb::OrderConfirmed { order, cart, party, total: o.total, currency }, at);
                for v in &o.vendor_orders {
                    self.of_part(v, &confirmed(o, v), at);
                }
            }
            Event::Cancelled { reason } => {
                self.of_order(&pb::OrderCancelled { order, cart, reason: reason.clone() }, at)
            }
            Event::Completed => self.of_order(&pb::OrderCompleted { order }, at),
            Event::Refunded(refunded) if event.tells_of_order() => {
                let (amount, reason) = (refunded.amount(), refunded.reason.clone());
                self.of_order(&pb::RefundIssued { order, currency, amount, reason }, at)
            }
            _ => {
                let id = event.vendor_order();
                if let Some(v) = o.vendor_orders.iter().find(|v| Some(v.id) == id) {
                    self.tell_part(v, event, at)
                }
            }
        }
    }

    fn tell_part(&mut self, v: &VendorOrder, event: &Event, at: Timestamp) {
        let (order, vendor_order, vendor) = (self.order.id.to_string(), v.id.to_string(), v.vendor.to_string());
        match event {
            Event::Shipped { parcel, .. } => self.of_part(v, &shipped(self.order, v, parcel), at),
            Event::Delivered { shipment, .. } => {
                let shipment = shipment.to_string();
                self.of_part(v, &pb::VendorOrderDelivered { order, vendor_order, vendor, shipment }, at)
            }
            Event::VendorOrderCancelled { reason, .. } => {
                let reason = reason.clone();
                self.of_part(v, &pb::VendorOrderCancelled { order, vendor_order, vendor, reason }, at)
            }
            Event::VendorOrderCompleted { .. } => {
                self.of_part(v, &pb::VendorOrderCompleted { order, vendor_order, vendor }, at)
            }
            _ => {}
        }
    }

    fn of_order<M: Message + Name>(&mut self, message: &M, at: Timestamp) {
        self.told += 1;
        self.facts.push(Fact::of(("order", self.order.id, self.told), message, at));
    }

    fn of_part<M: Message + Name>(&mut self, v: &VendorOrder, message: &M, at: Timestamp) {
        let told = self.parts.entry(v.id).or_default();
        *told += 1;
        self.facts.push(Fact::of(("vendor_order", v.id, *told), message, at));
    }
}

fn confirmed(o: &Order, v: &VendorOrder) -> pb::VendorOrderConfirmed {
    let item =
        |l: &Line| pb::Item { line: l.id.to_string(), offer: l.offer.to_string(), quantity: l.ordered, price: l.price };
    pb::VendorOrderConfirmed {
        order: o.id.to_string(),
        vendor_order: v.id.to_string(),
        vendor: v.vendor.to_string(),
        party: o.party.to_string(),
        method: v.method.clone(),
        lines: v.lines.iter().map(item).collect(),
        promised_us: v.promised.map_or(0, |at| at.0),
        currency: o.currency.to_string(),
    }
}

fn shipped(o: &Order, v: &VendorOrder, parcel: &Parcel) -> pb::VendorOrderShipped {
    let line = |count: &crate::domain::Count| {
        let line = v.line(count.line)?;
        Some(pb::ShippedLine { line: line.id.to_string(), offer: line.offer.to_string(), quantity: count.quantity })
    };
    pb::VendorOrderShipped {
        order: o.id.to_string(),
        vendor_order: v.id.to_string(),
        vendor: v.vendor.to_string(),
        shipment: parcel.id.to_string(),
        lines: parcel.lines.iter().filter_map(line).collect(),
        carrier: parcel.carrier.clone(),
        tracking: parcel.tracking.clone().unwrap_or_default(),
        party: o.party.to_string(),
    }
}
