//! The one place that knows both sides.
mod shown;
pub use shown::{
    addressed_view, admin_view, order_view, read_admin_view, read_vendor_view, summary_view, trouble_view,
    vendor_summary_view, vendor_view,
};

use super::body::{
    ATTRIBUTES, CancelOrderBody, CancelUnitsBody, CountBody, LINES, NAME, PayOrderBody, PlaceOrderBody, ReasonBody,
    RefundBody, ShipmentBody, TEXT, UNITS, VALUE, VendorStateFilter,
};
use crate::{
    Error,
    app::{Asker, CancelOrder, CancelUnits, Fate, PayOrder, PlaceOrder, RecordParcel, RefundOrder, ShipUnits},
    domain::{Attributes, CardToken, Count, Party, VendorState},
};
use contracts::order as pb;
use kernel::{OrderId, PartyId, ShipmentId, VendorOrderId};
use platform::{
    actor::Actor,
    http::{Call, Problem},
    secret::Secret,
    store::StoreError,
};
use tonic::Status;
use uuid::Uuid;

pub fn asker(actor: &Actor) -> Asker {
    Asker { user: actor.user, guest: actor.guest }
}

pub fn place_order(call: Call<PlaceOrderBody>) -> Result<PlaceOrder, Problem> {
    let asker = asker(&call.actor);
    let PlaceOrderBody { quote, payment, client_reference, attributes } = call.body;
    let client_reference = client_reference.map(|text| short(text, "/client_reference")).transpose()?;
    let attributes = self::attributes(attributes.unwrap_or_default())?;
    let card = payment.card_token.map(|token| card(&token, "/payment/card_token")).transpose()?.unwrap_or_default();
    Ok(PlaceOrder { id: OrderId::from_uuid(Uuid::now_v7()), asker, quote, card, client_reference, attributes })
}

pub fn pay_order(call: Call<PayOrderBody, OrderId>) -> Result<PayOrder, Problem> {
    let card = card(&call.body.card_token, "/card_token")?;
    Ok(PayOrder { order: call.path, asker: asker(&call.actor), card })
}

pub fn cancel_order(call: Call<CancelOrderBody, OrderId>) -> Result<CancelOrder, Problem> {
    let asker = asker(&call.actor);
    let vendor_orders = call.body.vendor_orders;
    if let Some(named) = &vendor_orders {
        length(named.len(), "/vendor_orders")?;
    }
    Ok(CancelOrder { order: call.path, asker, vendor_orders })
}

pub fn ship_units(call: Call<ShipmentBody, VendorOrderId>) -> Result<ShipUnits, Problem> {
    let vendor = call.actor.vendor()?;
    let ShipmentBody { lines, carrier, tracking } = call.body;
    Ok(ShipUnits {
        vendor,
        vendor_order: call.path,
        shipment: ShipmentId::from_uuid(Uuid::now_v7()),
        lines: counts(lines)?,
        carrier: short(carrier, "/carrier")?,
        tracking: tracking.map(|text| short(text, "/tracking")).transpose()?,
    })
}

pub fn cancel_units(call: Call<CancelUnitsBody, VendorOrderId>) -> Result<CancelUnits, Problem> {
    let vendor = call.actor.vendor()?;
    let CancelUnitsBody { reason, lines } = call.body;
    let reason = match reason {
        ReasonBody::OutOfStock => "out_of_stock",
        ReasonBody::Damaged => "damaged",
        ReasonBody::NotDeliverable => "not_deliverable",
        ReasonBody::Other => "other",
    };
    let lines = lines.map(counts).transpose()?;
    Ok(CancelUnits { vendor, vendor_order: call.path, lines, reason: reason.into() })
}

pub fn refund_order(call: Call<RefundBody, OrderId>) -> Result<RefundOrder, Problem> {
    let RefundBody { components, reason } = call.body;
    length(components.len(), "/components")?;
    for (at, part) in components.iter().enumerate() {
        if part.amount.minor() <= 0 {
            let pointer = format!("/components/{at}/amount/amount");
            return Err(Problem::invalid("an amount is more than nothing").at(pointer, "range", "1 or more"));
        }
    }
    let parts = components.into_iter().map(|part| (part.component, part.amount)).collect();
    Ok(RefundOrder { order: call.path, parts, reason: short(reason, "/reason")? })
}

fn attributes(given: Attributes) -> Result<Attributes, Problem> {
    let within = |text: &str, most| (1..=most).contains(&text.chars().count());
    if given.len() > ATTRIBUTES {
        return Err(Problem::invalid("at most 20 attributes").at("/attributes", "length", "0 to 20"));
    }
    if !given.keys().all(|name| within(name, NAME)) {
        return Err(Problem::invalid("a name of 1 to 40 characters").at("/attributes", "name", "1 to 40"));
    }
    match given.iter().find(|(_, value)| value.chars().count() > VALUE) {
        Some((name, _)) => {
            let pointer = format!("/attributes/{}", name.replace('~', "~0").replace('/', "~1"));
            Err(Problem::invalid("a value of at most 2000 characters").at(pointer, "length", "0 to 2000"))
        }
        None => Ok(given),
    }
}

fn card(token: &Secret, at: &str) -> Result<CardToken, Problem> {
    short(token.reveal().to_string(), at).map(CardToken::new)
}

fn counts(lines: Vec<CountBody>) -> Result<Vec<Count>, Problem> {
    length(lines.len(), "/lines")?;
    for (at, line) in lines.iter().enumerate() {
        if !(1..=UNITS).contains(&line.quantity) {
            let pointer = format!("/lines/{at}/quantity");
            return Err(Problem::invalid("a quantity is 1 to 100000").at(pointer, "range", "1 to 100000"));
        }
    }
    Ok(lines.into_iter().map(|l| Count { line: l.line, quantity: l.quantity }).collect())
}

fn length(items: usize, at: &str) -> Result<(), Problem> {
    match items {
        1..=LINES => Ok(()),
        _ => Err(Problem::invalid("a list of 1 to 100").at(at, "length", "1 to 100")),
    }
}

fn short(text: String, at: &str) -> Result<String, Problem> {
    match text.chars().count() {
        1..=TEXT => Ok(text),
        _ => Err(Problem::invalid("a text of 1 to 200 characters").at(at, "length", "1 to 200")),
    }
}

pub fn vendor_state(filter: VendorStateFilter) -> VendorState {
    match filter {
        VendorStateFilter::Confirmed => VendorState::Confirmed,
        VendorStateFilter::PartiallyShipped => VendorState::PartiallyShipped,
        VendorStateFilter::Shipped => VendorState::Shipped,
        VendorStateFilter::Delivered => VendorState::Delivered,
        VendorStateFilter::Completed => VendorState::Completed,
        VendorStateFilter::Cancelled => VendorState::Cancelled,
    }
}

/// A malformed id is the id of nothing.
pub fn party_id(request: &pb::GetPartyRequest) -> Result<PartyId, Status> {
    request.party.parse().map_err(|_| platform::grpc::status(&Error::NoOrder))
}

pub fn party(p: &Party) -> pb::Party {
    pb::Party {
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

/// The order a fact of another service is about.
pub fn order(text: &str) -> Result<OrderId, StoreError> {
    text.parse().map_err(|_| StoreError::Broken(format!("{text} is no order")))
}

pub fn parcel(order_text: &str, shipment: &str, fate: Fate) -> Result<RecordParcel, StoreError> {
    let shipment = shipment.parse().map_err(|_| StoreError::Broken(format!("{shipment} is no shipment")))?;
    Ok(RecordParcel { order: order(order_text)?, shipment, fate })
}

/// A fact that our rules refuse is a fault of ours or theirs: it is tried again, and parked in the end.
pub fn unhandled(error: Error) -> StoreError {
    match error {
        Error::Store(e) => e,
        Error::Contended => StoreError::Stale,
        refused => StoreError::Broken(refused.to_string()),
    }
}
