//! Stored form → domain.
use super::{Amount, Component, Count, Event, Line, Part, Placed, Problem, Refund, Then, Units, VendorOrder};
use crate::domain as d;

fn all<A, B: From<A>>(list: Vec<A>) -> Vec<B> {
    list.into_iter().map(B::from).collect()
}

impl From<Event> for d::Event {
    fn from(event: Event) -> d::Event {
        use d::Event as E;
        match event {
            Event::Placed(placed) => E::Placed(Box::new(d::Opened::from(*placed))),
            Event::AwaitingPayment { problem, action_url, attempts_left, until } => {
                E::AwaitingPayment(d::Waiting { problem: problem.into(), action_url, attempts_left, until })
            }
            Event::AnotherCard => E::AnotherCard,
            Event::CancelAsked { reason } => E::CancelAsked { reason },
            Event::Accepted { components } => E::Accepted { components: all(components) },
            Event::Held { until } => E::Held { until },
            Event::Authorized => E::Authorized,
            Event::Committed => E::Committed,
            Event::Taken => E::Taken,
            Event::Confirmed => E::Confirmed,
            Event::Voided { reason } => E::Voided { reason },
            Event::HoldUndone => E::HoldUndone,
            Event::AcceptUndone => E::AcceptUndone,
            Event::Cancelled { reason } => E::Cancelled { reason },
            Event::Completed => E::Completed,
            Event::RefundAsked { refund } => E::RefundAsked { refund: refund.into() },
            Event::Refunded { number, parts, reason } => E::Refunded(d::Refunded { number, parts, reason }),
            Event::RefundRefused { number, code } => E::RefundRefused { number, code },
            Event::Cancelling { reason, refund } => E::Cancelling { reason, refund: refund.into() },
            Event::UnitsCancelled { vendor_order, lines, reason, refund } => {
                let refund = refund.map(d::Refund::from);
                E::UnitsCancelled { vendor_order, lines: all(lines), reason, refund }
            }
            Event::VendorOrderCancelled { vendor_order, reason } => E::VendorOrderCancelled { vendor_order, reason },
            Event::Shipped { vendor_order, shipment, lines, carrier, tracking, at } => {
                let (id, lines, state) = (shipment, all(lines), d::ParcelState::Shipped);
                E::Shipped { vendor_order, parcel: d::Parcel { id, lines, carrier, tracking, state, at } }
            }
            Event::Delivered { vendor_order, shipment } => E::Delivered { vendor_order, shipment },
            Event::SentBack { vendor_order, shipment, refund } => {
                E::SentBack { vendor_order, shipment, refund: refund.into() }
            }
            Event::VendorOrderCompleted { vendor_order } => E::VendorOrderCompleted { vendor_order },
        }
    }
}

impl From<Placed> for d::Opened {
    fn from(p: Placed) -> d::Opened {
        let owner = match (p.user, p.guest) {
            (Some(user), _) => d::Owner::User(user),
            (None, hash) => d::Owner::Guest(hash.unwrap_or_default()),
        };
        d::Opened {
            id: p.id,
            owner,
            cart: p.cart,
            quote: p.quote,
            party: p.party,
            client_reference: p.client_reference,
            attributes: p.attributes,
            currency: p.currency,
            total: p.total,
            vendor_orders: all(p.vendor_orders),
        }
    }
}

impl From<VendorOrder> for d::VendorOrder {
    fn from(v: VendorOrder) -> d::VendorOrder {
        d::VendorOrder {
            id: v.id,
            vendor: v.vendor,
            name: v.name,
            method: v.method,
            method_name: v.method_name,
            promised: v.promised,
            shipping: v.shipping,
            lines: all(v.lines),
            parcels: vec![],
            state: d::VendorState::Placed,
            reason: None,
            delivered_at: None,
            told: 0,
        }
    }
}

impl From<Line> for d::Line {
    fn from(l: Line) -> d::Line {
        let (cancelled, shipped, delivered, sent_back, returned) = (0, 0, 0, 0, 0);
        d::Line {
            id: l.id,
            number: l.number,
            offer: l.offer,
            title: l.title,
            sku: l.sku,
            unit_price: l.unit_price,
            price: l.price,
            funded: l.funded,
            ordered: l.ordered,
            cancelled,
            shipped,
            delivered,
            sent_back,
            returned,
        }
    }
}

impl From<Component> for d::Component {
    fn from(c: Component) -> d::Component {
        d::Component {
            id: c.id,
            vendor: c.vendor,
            line: c.line,
            units: c.units,
            price: c.price,
            funded: c.funded,
            commission: c.commission,
            commission_tax: c.commission_tax,
            marketplace_tax: c.marketplace_tax,
            back: 0,
        }
    }
}

impl From<Problem> for d::Problem {
    fn from(problem: Problem) -> d::Problem {
        match problem {
            Problem::Declined => d::Problem::Declined,
            Problem::InsufficientFunds => d::Problem::InsufficientFunds,
            Problem::NeedsCustomer => d::Problem::NeedsCustomer,
        }
    }
}

impl From<Count> for d::Count {
    fn from(c: Count) -> d::Count {
        d::Count { line: c.line, quantity: c.quantity }
    }
}

impl From<Units> for d::Units {
    fn from(u: Units) -> d::Units {
        d::Units { offer: u.offer, quantity: u.quantity }
    }
}

impl From<Refund> for d::Refund {
    fn from(r: Refund) -> d::Refund {
        let then = match r.then {
            Then::Nothing => d::Then::Nothing,
            Then::Release(units) => d::Then::Release(all(units)),
            Then::Restock(units) => d::Then::Restock(all(units)),
        };
        let what = r.parts.map_or(d::What::Rest, |parts| d::What::Parts(all(parts)));
        d::Refund { number: r.number, what, reason: r.reason, then, outcome: d::Outcome::Open }
    }
}

impl From<Part> for d::Part {
    fn from(p: Part) -> d::Part {
        let amount = match p.amount {
            Amount::Minor(minor) => d::Amount::Minor(minor),
            Amount::Units(units) => d::Amount::Units(units),
            Amount::Rest => d::Amount::Rest,
        };
        d::Part { component: p.component, amount }
    }
}
