//! What pricing promised: the lines an order is placed on. It is pricing's, and never changed here.
use super::Owner;
use kernel::{CartId, Currency, OfferId, QuoteId, Timestamp, VendorId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    pub id: QuoteId,
    pub cart: CartId,
    /// Nobody's when pricing was told nobody: such a quote opens to no one.
    pub owner: Option<Owner>,
    pub currency: Currency,
    /// Minor units, as every amount beside it.
    pub total: i64,
    pub lines: Vec<QuoteLine>,
    pub deliveries: Vec<Delivery>,
    pub taxes: Vec<QuoteTax>,
    pub why: Vec<String>,
    pub expires: Timestamp,
    pub party: Party,
    pub coupon: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuoteLine {
    /// 1..n within the quote.
    pub number: u32,
    pub offer: OfferId,
    pub vendor: VendorId,
    pub quantity: u32,
    pub unit_price: i64,
    /// Of all units, after the vendor's own discount.
    pub price: i64,
    /// What the platform pays of it.
    pub funded: i64,
    pub title: String,
    pub sku: String,
}

/// How one vendor delivers, and what that costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub vendor: VendorId,
    pub name: String,
    pub method: String,
    pub method_name: String,
    pub shipping: i64,
    /// Latest day of arrival, business time.
    pub promised: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuoteTax {
    pub name: String,
    pub rate: String,
    pub base: i64,
    pub amount: i64,
    /// Whether it stands inside the prices.
    pub included: bool,
}

/// Whom it goes to. Kept in a row of its own and in no event, so that a person can be deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    pub email: String,
    pub name: String,
    pub country: String,
    pub state: String,
    pub city: String,
    pub postcode: String,
    pub street: String,
    pub phone: String,
}
