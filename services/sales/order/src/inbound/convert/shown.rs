//! What is shown of an order, out of the domain.
use crate::{
    app::Addressed,
    domain::{
        Component, Line, Order, Outcome, Owner, Parcel, ParcelState, Party, Problem, Refund, State, VendorOrder,
        VendorState, Waiting,
    },
    inbound::view::{
        AdminOrderView, ComponentView, CountView, MomentView, OrderLineView, OrderParcelStateView, OrderParcelView,
        OrderStateView, OrderSummaryView, OrderView, PartyView, PaymentProblemView, RefundStateView, RefundView,
        TroubleView, VendorOrderStateView, VendorOrderSummaryView, VendorOrderView, VendorPartView, WaitingView,
    },
    ports::{Shown, Summary, Trouble, VendorSummary},
};
use kernel::{Currency, Money, OrderId, Timestamp};

pub fn order_view(shown: &Shown) -> OrderView {
    view_of(&shown.order, None)
}

pub fn addressed_view(found: &Addressed) -> OrderView {
    view_of(&found.shown.order, found.party.as_ref())
}

fn view_of(o: &Order, party: Option<&Party>) -> OrderView {
    let state = match o.state {
        State::Placed if o.waiting.is_some() => OrderStateView::AwaitingPayment,
        State::Placed => OrderStateView::Placed,
        State::Confirmed => OrderStateView::Confirmed,
        State::Completed => OrderStateView::Completed,
        State::Cancelling => OrderStateView::Cancelling,
        State::Cancelled => OrderStateView::Cancelled,
    };
    OrderView {
        id: o.id,
        number: number(o.id),
        state,
        reason: o.reason.clone(),
        placed_at: placed_at(o),
        client_reference: o.client_reference.clone(),
        attributes: o.attributes.clone(),
        total: money(o.total, o.currency),
        refunded: money(o.back(), o.currency),
        payment: o.waiting.as_ref().map(waiting_view),
        vendor_orders: o.vendor_orders.iter().map(|v| vendor_order_view(v, o.currency)).collect(),
        deliver_to: party.map(party_view),
        timeline: o.story.iter().map(|(at, what)| MomentView { at: *at, what: (*what).into() }).collect(),
        version: version(o),
    }
}

fn placed_at(o: &Order) -> Timestamp {
    o.story.first().map_or(Timestamp(0), |(at, _)| *at)
}

fn version(o: &Order) -> u64 {
    u64::try_from(o.version).unwrap_or_default()
}

/// Amounts come from quotes and payments, which hold no more than money can.
fn money(minor: i64, currency: Currency) -> Money {
    const MOST: i64 = (1 << 53) - 1;
    Money::new(minor.clamp(-MOST, MOST), currency).expect("clamped") // can't fail: within what money holds
}

/// `S-7Q4K-1M`: the end of the id, which is its random part.
fn number(id: OrderId) -> String {
    let text = id.to_string().to_uppercase();
    let end = &text[text.len() - 6..];
    format!("S-{}-{}", &end[..4], &end[4..])
}

fn waiting_view(w: &Waiting) -> WaitingView {
    let problem = match w.problem {
        Problem::Declined => PaymentProblemView::Declined,
        Problem::InsufficientFunds => PaymentProblemView::InsufficientFunds,
        Problem::NeedsCustomer => PaymentProblemView::NeedsCustomer,
    };
    WaitingView { problem, action_url: w.action_url.clone(), attempts_left: w.attempts_left, until: w.until }
}

fn vendor_order_view(v: &VendorOrder, currency: Currency) -> VendorOrderView {
    VendorOrderView {
        id: v.id,
        vendor: v.vendor,
        name: v.name.clone(),
        state: vendor_state_view(v.state),
        reason: v.reason.clone(),
        method: v.method.clone(),
        method_name: v.method_name.clone(),
        promised: v.promised,
        shipping: money(v.shipping, currency),
        total: money(v.total(), currency),
        lines: v.lines.iter().map(|l| line_view(l, currency)).collect(),
        parcels: v.parcels.iter().map(parcel_view).collect(),
        delivered_at: v.delivered_at,
    }
}

fn vendor_state_view(state: VendorState) -> VendorOrderStateView {
    match state {
        VendorState::Placed => VendorOrderStateView::Placed,
        VendorState::Confirmed => VendorOrderStateView::Confirmed,
        VendorState::PartiallyShipped => VendorOrderStateView::PartiallyShipped,
        VendorState::Shipped => VendorOrderStateView::Shipped,
        VendorState::Delivered => VendorOrderStateView::Delivered,
        VendorState::Completed => VendorOrderStateView::Completed,
        VendorState::Cancelled => VendorOrderStateView::Cancelled,
    }
}

fn line_view(l: &Line, currency: Currency) -> OrderLineView {
    OrderLineView {
        id: l.id,
        line: l.number,
        offer: l.offer,
        title: l.title.clone(),
        sku: l.sku.clone(),
        quantity: l.ordered,
        unit_price: money(l.unit_price, currency),
        charge: money(l.charge(), currency),
        cancelled: l.cancelled,
        shipped: l.shipped,
        delivered: l.delivered,
        sent_back: l.sent_back,
        returned: l.returned,
    }
}

fn parcel_view(p: &Parcel) -> OrderParcelView {
    let state = match p.state {
        ParcelState::Shipped => OrderParcelStateView::Shipped,
        ParcelState::Delivered => OrderParcelStateView::Delivered,
        ParcelState::SentBack => OrderParcelStateView::SentBack,
    };
    let lines = p.lines.iter().map(|c| CountView { line: c.line, quantity: c.quantity }).collect();
    OrderParcelView { id: p.id, state, carrier: p.carrier.clone(), tracking: p.tracking.clone(), lines, at: p.at }
}

fn party_view(p: &Party) -> PartyView {
    PartyView {
        email: p.email.clone(),
        name: p.name.clone(),
        country: p.country.clone(),
        state: p.state.clone(),
        city: p.city.clone(),
        postcode: p.postcode.clone(),
        street: p.street.clone(),
        phone: p.phone.clone(),
    }
}

/// The part of the vendor whose door was asked.
pub fn vendor_view(shown: &Shown) -> VendorPartView {
    part_of(shown, None)
}

pub fn read_vendor_view(found: &Addressed) -> VendorPartView {
    part_of(&found.shown, found.party.as_ref())
}

fn part_of(shown: &Shown, party: Option<&Party>) -> VendorPartView {
    let o = &shown.order;
    let own = o.vendor_orders.iter().find(|v| Some(v.id) == shown.vendor_order);
    let part = own.unwrap_or(&o.vendor_orders[0]); // can't fail: an order is placed with at least one, and found by its own
    VendorPartView {
        part: vendor_order_view(part, o.currency),
        order: o.id,
        number: number(o.id),
        placed_at: placed_at(o),
        deliver_to: party.map(party_view),
        version: version(o),
    }
}

pub fn admin_view(shown: &Shown) -> AdminOrderView {
    admin_of(&shown.order, None)
}

pub fn read_admin_view(found: &Addressed) -> AdminOrderView {
    admin_of(&found.shown.order, found.party.as_ref())
}

fn admin_of(o: &Order, party: Option<&Party>) -> AdminOrderView {
    let user = match o.owner {
        Owner::User(user) => Some(user),
        Owner::Guest(_) => None,
    };
    AdminOrderView {
        order: view_of(o, party),
        user,
        party: o.party,
        components: o.components.iter().map(|c| component_view(c, o.currency)).collect(),
        refunds: o.refunds.iter().map(|r| refund_view(r, o.currency)).collect(),
    }
}

fn component_view(c: &Component, currency: Currency) -> ComponentView {
    ComponentView {
        id: c.id,
        vendor: c.vendor,
        line: c.line,
        units: c.units,
        charge: money(c.charge(), currency),
        commission: money(c.commission, currency),
        back: money(c.back, currency),
    }
}

fn refund_view(r: &Refund, currency: Currency) -> RefundView {
    let (state, amount) = match &r.outcome {
        Outcome::Open => (RefundStateView::Refunding, 0),
        Outcome::Done(refunded) => (RefundStateView::Refunded, refunded.amount()),
        Outcome::Refused(_) => (RefundStateView::Refused, 0),
    };
    RefundView { number: r.number, reason: r.reason.clone(), state, amount: money(amount, currency) }
}

pub fn summary_view(s: &Summary) -> OrderSummaryView {
    OrderSummaryView {
        id: s.id,
        number: number(s.id),
        state: s.state.clone(),
        reason: s.reason.clone(),
        client_reference: s.client_reference.clone(),
        total: money(s.total, s.currency),
        refunded: money(s.refunded, s.currency),
        placed_at: s.placed_at,
    }
}

pub fn vendor_summary_view(s: &VendorSummary) -> VendorOrderSummaryView {
    VendorOrderSummaryView {
        id: s.id,
        order: s.order,
        number: number(s.order),
        state: vendor_state_view(s.state),
        reason: s.reason.clone(),
        total: money(s.total, s.currency),
        placed_at: s.placed_at,
    }
}

pub fn trouble_view(t: &Trouble) -> TroubleView {
    TroubleView { key: t.key.clone(), order: t.order, kind: t.kind.clone(), detail: t.detail.clone(), at: t.at }
}
