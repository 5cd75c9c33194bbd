//! What the use cases need of the world.
use crate::{
    Error,
    domain::{Cart, Delivery},
};
use kernel::{CartId, Currency, MethodId, OfferId, QuoteId, Timestamp, VendorId};
use platform::store::{Change, Seen, StoreError};

/// A cart as it is shown: with what others say of its lines now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub cart: Cart,
    pub goods: Vec<Good>,
    pub priced: Priced,
    /// Units that can be promised, by offer, as far as they were asked for.
    pub free: Vec<(OfferId, u32)>,
    /// The guest's token, once: when the cart is made.
    pub token: Option<String>,
}

pub type CartChange<'a> = Change<'a, Shown, ()>;

/// One versioned value a cart.
#[platform::async_trait]
pub trait Carts: Send + Sync {
    async fn find(&self, id: CartId) -> Result<Option<Cart>, StoreError>;
    /// The cart and what a repeat will find. `Stale` when it changed since it was read.
    async fn save(&self, change: CartChange<'_>, now: Timestamp) -> Result<(), StoreError>;
    /// An order's news changed the cart: one batch with the message.
    async fn hear(&self, cart: &Cart, message: Seen, now: Timestamp) -> Result<(), StoreError>;
    /// Keeps the answer to a key whose effect is another service's.
    async fn keep(&self, change: Change<'_, Quoted, ()>, now: Timestamp) -> Result<(), StoreError>;
}

/// What catalog says of an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Good {
    pub offer: OfferId,
    pub vendor: VendorId,
    pub title: String,
    pub variant_title: String,
    pub sku: String,
    pub slug: String,
    /// Whether it is sold now.
    pub sold: bool,
    pub weight_grams: u32,
}

#[platform::async_trait]
pub trait Goods: Send + Sync {
    async fn look(&self, offers: &[OfferId]) -> Result<Vec<Good>, Error>;
}

/// Pricing's dry answer, minor units.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Priced {
    pub lines: Vec<PricedLine>,
    pub vendors: Vec<(VendorId, String, i64)>,
    pub total: i64,
    pub funded: i64,
    /// Why the coupon gives nothing; empty otherwise.
    pub coupon_problem: String,
    pub why: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedLine {
    pub offer: OfferId,
    pub unit_price: i64,
    pub price: i64,
    pub why: Vec<String>,
}

/// A quote as the customer sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quoted {
    pub id: QuoteId,
    pub currency: Currency,
    pub total: i64,
    pub lines: Vec<QuotedLine>,
    pub vendors: Vec<QuotedVendor>,
    pub taxes: Vec<QuotedTax>,
    pub why: Vec<String>,
    pub expires: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotedLine {
    pub line: u32,
    pub offer: OfferId,
    pub vendor: VendorId,
    pub title: String,
    pub quantity: u32,
    pub unit_price: i64,
    pub price: i64,
    pub discount: i64,
    pub why: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotedVendor {
    pub vendor: VendorId,
    pub name: String,
    pub method: String,
    pub shipping: i64,
    pub promised: Option<Timestamp>,
    pub why: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotedTax {
    pub name: String,
    pub rate: String,
    pub base: i64,
    pub amount: i64,
    pub included: bool,
}

#[platform::async_trait]
pub trait Prices: Send + Sync {
    /// Stored and promised nowhere.
    async fn price(&self, cart: &Cart) -> Result<Priced, Error>;
    /// Binding. The same key is the same quote.
    async fn quote(&self, cart: &Cart, delivery: &Delivery, key: &str) -> Result<Quoted, Error>;
}

#[platform::async_trait]
pub trait Stock: Send + Sync {
    async fn free(&self, offers: &[OfferId]) -> Result<Vec<(OfferId, u32)>, Error>;
}

/// How one vendor's part can come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VendorOptions {
    pub vendor: VendorId,
    pub options: Vec<DeliveryOption>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryOption {
    pub method: MethodId,
    pub name: String,
    pub carrier: String,
    pub price: i64,
    pub promised: Option<Timestamp>,
    pub why: Vec<String>,
}

#[platform::async_trait]
pub trait Deliveries: Send + Sync {
    /// For these goods, to where the cart goes.
    async fn options(&self, shown: &Shown) -> Result<Vec<VendorOptions>, Error>;
}
