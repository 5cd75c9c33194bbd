//! The stream's private form: JSON with a version. Old versions stay readable for ever, so a form is never changed, only added to.
use crate::domain as d;
use kernel::{
    CartId, ComponentId, Currency, LineId, OfferId, OrderId, PartyId, QuoteId, ShipmentId, Timestamp, UserId, VendorId,
    VendorOrderId,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Stored {
    v: u32,
    event: Event,
}

/// The event as bytes.
pub fn encode(event: &d::Event) -> Vec<u8> {
    serde_json::to_vec(&Stored { v: VERSION, event: event.into() }).unwrap_or_default()
}

/// Nothing for bytes that no version of this program wrote.
pub fn decode(bytes: &[u8]) -> Option<d::Event> {
    let stored: Stored = serde_json::from_slice(bytes).ok()?;
    (stored.v == VERSION).then(|| stored.event.into())
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Event {
    Placed(Box<Placed>),
    AwaitingPayment {
        problem: Problem,
        action_url: Option<String>,
        attempts_left: u32,
        until: Timestamp,
    },
    AnotherCard,
    CancelAsked {
        reason: String,
    },
    Accepted {
        components: Vec<Component>,
    },
    Held {
        until: Timestamp,
    },
    Authorized,
    Committed,
    Taken,
    Confirmed,
    Voided {
        reason: String,
    },
    HoldUndone,
    AcceptUndone,
    Cancelled {
        reason: String,
    },
    UnitsCancelled {
        vendor_order: VendorOrderId,
        lines: Vec<Count>,
        reason: String,
        refund: Option<Refund>,
    },
    VendorOrderCancelled {
        vendor_order: VendorOrderId,
        reason: String,
    },
    Cancelling {
        reason: String,
        refund: Refund,
    },
    Shipped {
        vendor_order: VendorOrderId,
        shipment: ShipmentId,
        lines: Vec<Count>,
        carrier: String,
        tracking: Option<String>,
        at: Timestamp,
    },
    Delivered {
        vendor_order: VendorOrderId,
        shipment: ShipmentId,
    },
    SentBack {
        vendor_order: VendorOrderId,
        shipment: ShipmentId,
        refund: Refund,
    },
    VendorOrderCompleted {
        vendor_order: VendorOrderId,
    },
    Completed,
    RefundAsked {
        refund: Refund,
    },
    Refunded {
        number: u32,
        parts: Vec<(ComponentId, i64)>,
        reason: String,
    },
    RefundRefused {
        number: u32,
        code: String,
    },
}

#[derive(Serialize, Deserialize)]
struct Placed {
    id: OrderId,
    user: Option<UserId>,
    guest: Option<[u8; 32]>,
    cart: CartId,
    quote: QuoteId,
    party: PartyId,
    client_reference: Option<String>,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
    currency: Currency,
    total: i64,
    vendor_orders: Vec<VendorOrder>,
}

#[derive(Serialize, Deserialize)]
struct VendorOrder {
    id: VendorOrderId,
    vendor: VendorId,
    name: String,
    method: String,
    method_name: String,
    promised: Option<Timestamp>,
    shipping: i64,
    lines: Vec<Line>,
}

#[derive(Serialize, Deserialize)]
struct Line {
    id: LineId,
    number: u32,
    offer: OfferId,
    title: String,
    sku: String,
    unit_price: i64,
    price: i64,
    funded: i64,
    ordered: u32,
}

#[derive(Serialize, Deserialize)]
struct Component {
    id: ComponentId,
    vendor: VendorId,
    line: u32,
    units: u32,
    price: i64,
    funded: i64,
    commission: i64,
    commission_tax: i64,
    marketplace_tax: i64,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Problem {
    Declined,
    InsufficientFunds,
    NeedsCustomer,
}

#[derive(Serialize, Deserialize)]
struct Count {
    line: LineId,
    quantity: u32,
}

#[derive(Serialize, Deserialize)]
struct Units {
    offer: OfferId,
    quantity: u32,
}

/// As it was asked for; how it ended is an event of its own. Without `parts` it is the rest of everything.
#[derive(Serialize, Deserialize)]
struct Refund {
    number: u32,
    parts: Option<Vec<Part>>,
    reason: String,
    then: Then,
}

#[derive(Serialize, Deserialize)]
struct Part {
    component: ComponentId,
    amount: Amount,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Amount {
    Minor(i64),
    Units(u32),
    Rest,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Then {
    Nothing,
    Release(Vec<Units>),
    Restock(Vec<Units>),
}

mod from_domain;
mod to_domain;
