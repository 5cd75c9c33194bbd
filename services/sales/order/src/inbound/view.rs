//! What is shown of an order.
use kernel::{
    ComponentId, LineId, Money, OfferId, OrderId, PartyId, ShipmentId, Timestamp, UserId, VendorId, VendorOrderId,
};
use platform::http::View;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize, JsonSchema)]
pub struct OrderView {
    pub id: OrderId,
    /// For people; not unique.
    pub number: String,
    pub state: OrderStateView,
    /// What it is or was cancelled for.
    pub reason: Option<String>,
    pub placed_at: Timestamp,
    pub client_reference: Option<String>,
    /// As the client gave them.
    pub attributes: BTreeMap<String, String>,
    pub total: Money,
    pub refunded: Money,
    /// What the customer has to do before it can be paid.
    pub payment: Option<WaitingView>,
    pub vendor_orders: Vec<VendorOrderView>,
    /// Shown when the order is read; never kept in the answer to a write.
    pub deliver_to: Option<PartyView>,
    pub timeline: Vec<MomentView>,
    pub version: u64,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderStateView {
    Placed,
    AwaitingPayment,
    Confirmed,
    Cancelling,
    Completed,
    Cancelled,
}

#[derive(Serialize, JsonSchema)]
pub struct WaitingView {
    pub problem: PaymentProblemView,
    /// Where the bank asks its customer.
    pub action_url: Option<String>,
    pub attempts_left: u32,
    pub until: Timestamp,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentProblemView {
    Declined,
    InsufficientFunds,
    NeedsCustomer,
}

#[derive(Serialize, JsonSchema)]
pub struct VendorOrderView {
    pub id: VendorOrderId,
    pub vendor: VendorId,
    pub name: String,
    pub state: VendorOrderStateView,
    pub reason: Option<String>,
    pub method: String,
    pub method_name: String,
    pub promised: Option<Timestamp>,
    pub shipping: Money,
    pub total: Money,
    pub lines: Vec<OrderLineView>,
    pub parcels: Vec<OrderParcelView>,
    pub delivered_at: Option<Timestamp>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VendorOrderStateView {
    Placed,
    Confirmed,
    PartiallyShipped,
    Shipped,
    Delivered,
    Completed,
    Cancelled,
}

#[derive(Serialize, JsonSchema)]
pub struct OrderLineView {
    pub id: LineId,
    pub line: u32,
    pub offer: OfferId,
    pub title: String,
    pub sku: String,
    pub quantity: u32,
    pub unit_price: Money,
    /// Of all units, as it is charged.
    pub charge: Money,
    pub cancelled: u32,
    pub shipped: u32,
    pub delivered: u32,
    pub sent_back: u32,
    pub returned: u32,
}

#[derive(Serialize, JsonSchema)]
pub struct OrderParcelView {
    pub id: ShipmentId,
    pub state: OrderParcelStateView,
    pub carrier: String,
    pub tracking: Option<String>,
    pub lines: Vec<CountView>,
    pub at: Timestamp,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderParcelStateView {
    Shipped,
    Delivered,
    SentBack,
}

#[derive(Serialize, JsonSchema)]
pub struct CountView {
    pub line: LineId,
    pub quantity: u32,
}

/// Something that happened, by name.
#[derive(Serialize, JsonSchema)]
pub struct MomentView {
    pub at: Timestamp,
    pub what: String,
}

#[derive(Serialize, JsonSchema)]
pub struct PartyView {
    pub email: String,
    pub name: String,
    pub country: String,
    pub state: String,
    pub city: String,
    pub postcode: String,
    pub street: String,
    pub phone: String,
}

/// What its vendor sees.
#[derive(Serialize, JsonSchema)]
pub struct VendorPartView {
    #[serde(flatten)]
    pub part: VendorOrderView,
    pub order: OrderId,
    pub number: String,
    pub placed_at: Timestamp,
    /// Shown when it is read; never kept in the answer to a write.
    pub deliver_to: Option<PartyView>,
    pub version: u64,
}

/// What support sees.
#[derive(Serialize, JsonSchema)]
pub struct AdminOrderView {
    #[serde(flatten)]
    pub order: OrderView,
    /// Nobody for a guest.
    pub user: Option<UserId>,
    pub party: PartyId,
    pub components: Vec<ComponentView>,
    pub refunds: Vec<RefundView>,
}

#[derive(Serialize, JsonSchema)]
pub struct ComponentView {
    pub id: ComponentId,
    pub vendor: VendorId,
    /// 0 is the vendor's shipping charge.
    pub line: u32,
    pub units: u32,
    pub charge: Money,
    pub commission: Money,
    pub back: Money,
}

#[derive(Serialize, JsonSchema)]
pub struct RefundView {
    pub number: u32,
    pub reason: String,
    pub state: RefundStateView,
    pub amount: Money,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefundStateView {
    Refunding,
    Refunded,
    Refused,
}

#[derive(Serialize, JsonSchema)]
pub struct OrderSummaryView {
    pub id: OrderId,
    pub number: String,
    pub state: String,
    pub reason: Option<String>,
    pub client_reference: Option<String>,
    pub total: Money,
    pub refunded: Money,
    pub placed_at: Timestamp,
}

#[derive(Serialize, JsonSchema)]
pub struct VendorOrderSummaryView {
    pub id: VendorOrderId,
    pub order: OrderId,
    pub number: String,
    pub state: VendorOrderStateView,
    pub reason: Option<String>,
    pub total: Money,
    pub placed_at: Timestamp,
}

/// An entry of the operator's queue.
#[derive(Serialize, JsonSchema)]
pub struct TroubleView {
    pub key: String,
    pub order: OrderId,
    /// `refund_refused` or `undecided`.
    pub kind: String,
    pub detail: String,
    pub at: Timestamp,
}

impl View for OrderView {
    fn version(&self) -> Option<u64> {
        Some(self.version)
    }
    fn location(&self) -> Option<String> {
        Some(format!("/store/v1/orders/{}", self.id))
    }
}
impl View for VendorPartView {
    fn version(&self) -> Option<u64> {
        Some(self.version)
    }
}
impl View for AdminOrderView {
    fn version(&self) -> Option<u64> {
        Some(self.order.version)
    }
}
