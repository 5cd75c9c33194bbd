//! What may stand in a request.
use kernel::{ComponentId, LineId, Money, QuoteId, Timestamp, VendorOrderId};
use platform::secret::Secret;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

pub const LINES: usize = 100;
pub const UNITS: u32 = 100_000;
pub const TEXT: usize = 200;
/// Of one order, the length of a name, and that of a value.
pub const ATTRIBUTES: usize = 20;
pub const NAME: usize = 40;
pub const VALUE: usize = 2000;

/// A quote becomes an order, paid by this card.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(example = serde_json::json!({"quote": "quo_01jd5m8x3qf2v9k7c4w6t0hbng", "payment": {"card_token": "tok_good"}}))]
pub struct PlaceOrderBody {
    pub quote: QuoteId,
    pub payment: PaymentBody,
    /// The client's own name for this purchase.
    #[schemars(length(min = 1, max = TEXT))]
    pub client_reference: Option<String>,
    /// What the client keeps with the order, by name: shown again as it was given, and read by nobody here.
    #[schemars(extend("maxProperties" = ATTRIBUTES, "propertyNames" = { "minLength": 1, "maxLength": NAME }))]
    pub attributes: Option<BTreeMap<String, String>>,
}

/// How it is paid. An order of total 0 needs no card.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentBody {
    pub card_token: Option<Secret>,
}

/// Another card.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(example = serde_json::json!({"card_token": "tok_good"}))]
pub struct PayOrderBody {
    pub card_token: Secret,
}

/// All of it, or only the vendor orders named.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(example = serde_json::json!({}))]
pub struct CancelOrderBody {
    #[schemars(length(min = 1, max = LINES))]
    pub vendor_orders: Option<Vec<VendorOrderId>>,
}

/// One parcel.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(example = serde_json::json!({"lines": [{"line": "lin_01jd5m8x3qf2v9k7c4w6t0hbng", "quantity": 1}], "carrier": "post"}))]
pub struct ShipmentBody {
    #[schemars(length(min = 1, max = LINES))]
    pub lines: Vec<CountBody>,
    #[schemars(length(min = 1, max = TEXT))]
    pub carrier: String,
    #[schemars(length(min = 1, max = TEXT))]
    pub tracking: Option<String>,
}

/// So many units of a line.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CountBody {
    pub line: LineId,
    #[schemars(range(min = 1, max = UNITS))]
    pub quantity: u32,
}

/// Units that can't be sent; without lines everything that is open.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(example = serde_json::json!({"reason": "out_of_stock"}))]
pub struct CancelUnitsBody {
    pub reason: ReasonBody,
    #[schemars(length(min = 1, max = LINES))]
    pub lines: Option<Vec<CountBody>>,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReasonBody {
    OutOfStock,
    Damaged,
    NotDeliverable,
    Other,
}

/// Money that goes back, per component.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(example = serde_json::json!({"components": [{"component": "cmp_01jd5m8x3qf2v9k7c4w6t0hbng", "amount": {"amount": 500, "currency": "EUR"}}], "reason": "late"}))]
pub struct RefundBody {
    #[schemars(length(min = 1, max = LINES))]
    pub components: Vec<RefundPartBody>,
    #[schemars(length(min = 1, max = TEXT))]
    pub reason: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RefundPartBody {
    pub component: ComponentId,
    pub amount: Money,
}

/// As it was then, business time.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AtQuery {
    pub at: Option<Timestamp>,
}

/// Those with this reference of their client's.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrdersFilter {
    pub client_reference: Option<String>,
}

/// Those in this state.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VendorOrdersFilter {
    pub state: Option<VendorStateFilter>,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VendorStateFilter {
    Confirmed,
    PartiallyShipped,
    Shipped,
    Delivered,
    Completed,
    Cancelled,
}
