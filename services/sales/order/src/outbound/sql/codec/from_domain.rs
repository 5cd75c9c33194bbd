//! Domain → stored form.
use super::{Amount, Component, Count, Event, Line, Part, Placed, Problem, Refund, Then, Units, VendorOrder};
use crate::domain as d;
use kernel::VendorOrderId;

fn all<A, B: for<'a> From<&'a A>>(list: &[A]) -> Vec<B> {
    list.iter().map(B::from).collect()
}

impl From<&d::Event> for Event {
    fn from(event: &d::Event) -> Event {
        use d::Event as E;
        match event.clone() {
            E::Placed(opened) => Event::Placed(Box::new(Placed::from(opened.as_ref()))),
            E::AwaitingPayment(waiting) => awaiting(waiting),
            E::AnotherCard => Event::AnotherCard,
            E::CancelAsked { reason } => Event::CancelAsked { reason },
            E::Accepted { components } => Event::Accepted { components: all(&components) },
            E::Held { until } => Event::Held { until },
            E::Authorized => Event::Authorized,
            E::Committed => Event::Committed,
            E::Taken => Event::Taken,
            E::Confirmed => Event::Confirmed,
            E::Voided { reason } => Event::Voided { reason },
            E::HoldUndone => Event::HoldUndone,
            E::AcceptUndone => Event::AcceptUndone,
            E::Cancelled { reason } => Event::Cancelled { reason },
            E::UnitsCancelled { vendor_order, lines, reason, refund } => {
                let refund = refund.as_ref().map(Refund::from);
                Event::UnitsCancelled { vendor_order, lines: all(&lines), reason, refund }
            }
            E::VendorOrderCancelled { vendor_order, reason } => Event::VendorOrderCancelled { vendor_order, reason },
            E::Cancelling { reason, refund } => Event::Cancelling { reason, refund: Refund::from(&refund) },
            E::Shipped { vendor_order, parcel } => shipped(vendor_order, parcel),
            E::Delivered { vendor_order, shipment } => Event::Delivered { vendor_order, shipment },
            E::SentBack { vendor_order, shipment, refund } => {
                Event::SentBack { vendor_order, shipment, refund: Refund::from(&refund) }
            }
            E::VendorOrderCompleted { vendor_order } => Event::VendorOrderCompleted { vendor_order },
            E::Completed => Event::Completed,
            E::RefundAsked { refund } => Event::RefundAsked { refund: Refund::from(&refund) },
            E::Refunded(d::Refunded { number, parts, reason }) => Event::Refunded { number, parts, reason },
            E::RefundRefused { number, code } => Event::RefundRefused { number, code },
        }
    }
}

fn awaiting(w: d::Waiting) -> Event {
    let d::Waiting { problem, action_url, attempts_left, until } = w;
    Event::AwaitingPayment { problem: Problem::from(&problem), action_url, attempts_left, until }
}

fn shipped(vendor_order: VendorOrderId, parcel: d::Parcel) -> Event {
    let d::Parcel { id, lines, carrier, tracking, at, .. } = parcel;
    Event::Shipped { vendor_order, shipment: id, lines: all(&lines), carrier, tracking, at }
}

impl From<&d::Opened> for Placed {
    fn from(o: &d::Opened) -> Placed {
        let (user, guest) = match o.owner {
            d::Owner::User(user) => (Some(user), None),
            d::Owner::Guest(hash) => (None, Some(hash)),
        };
        Placed {
            id: o.id,
            user,
            guest,
            cart: o.cart,
            quote: o.quote,
            party: o.party,
            client_reference: o.client_reference.clone(),
            attributes: o.attributes.clone(),
            currency: o.currency,
            total: o.total,
            vendor_orders: all(&o.vendor_orders),
        }
    }
}

impl From<&d::VendorOrder> for VendorOrder {
    fn from(v: &d::VendorOrder) -> VendorOrder {
        VendorOrder {
            id: v.id,
            vendor: v.vendor,
            name: v.name.clone(),
            method: v.method.clone(),
            method_name: v.method_name.clone(),
            promised: v.promised,
            shipping: v.shipping,
            lines: all(&v.lines),
        }
    }
}

impl From<&d::Line> for Line {
    fn from(l: &d::Line) -> Line {
        Line {
            id: l.id,
            number: l.number,
            offer: l.offer,
            title: l.title.clone(),
            sku: l.sku.clone(),
            unit_price: l.unit_price,
            price: l.price,
            funded: l.funded,
            ordered: l.ordered,
        }
    }
}

impl From<&d::Component> for Component {
    fn from(c: &d::Component) -> Component {
        Component {
            id: c.id,
            vendor: c.vendor,
            line: c.line,
            units: c.units,
            price: c.price,
            funded: c.funded,
            commission: c.commission,
            commission_tax: c.commission_tax,
            marketplace_tax: c.marketplace_tax,
        }
    }
}

impl From<&d::Problem> for Problem {
    fn from(problem: &d::Problem) -> Problem {
        match problem {
            d::Problem::Declined => Problem::Declined,
            d::Problem::InsufficientFunds => Problem::InsufficientFunds,
            d::Problem::NeedsCustomer => Problem::NeedsCustomer,
        }
    }
}

impl From<&d::Count> for Count {
    fn from(c: &d::Count) -> Count {
        Count { line: c.line, quantity: c.quantity }
    }
}

impl From<&d::Units> for Units {
    fn from(u: &d::Units) -> Units {
        Units { offer: u.offer, quantity: u.quantity }
    }
}

impl From<&d::Refund> for Refund {
    fn from(r: &d::Refund) -> Refund {
        let parts = match &r.what {
            d::What::Parts(parts) => Some(all(parts)),
            d::What::Rest => None,
        };
        let then = match &r.then {
            d::Then::Nothing => Then::Nothing,
            d::Then::Release(units) => Then::Release(all(units)),
            d::Then::Restock(units) => Then::Restock(all(units)),
        };
        Refund { number: r.number, parts, reason: r.reason.clone(), then }
    }
}

impl From<&d::Part> for Part {
    fn from(p: &d::Part) -> Part {
        let amount = match p.amount {
            d::Amount::Minor(minor) => Amount::Minor(minor),
            d::Amount::Units(units) => Amount::Units(units),
            d::Amount::Rest => Amount::Rest,
        };
        Part { component: p.component, amount }
    }
}
