//! What can be chosen of deliveries, and the quote.
use super::money;
use crate::ports::{DeliveryOption, Quoted, QuotedLine, QuotedTax, QuotedVendor, Shown, VendorOptions};
use kernel::{Currency, MethodId, Money, OfferId, QuoteId, Timestamp, VendorId};
use platform::http::View;
use schemars::JsonSchema;
use serde::Serialize;

/// Per vendor, what can be chosen.
#[derive(Serialize, JsonSchema)]
pub struct OptionsView {
    pub items: Vec<VendorOptionsView>,
}

#[derive(Serialize, JsonSchema)]
pub struct VendorOptionsView {
    pub vendor: VendorId,
    /// None: this vendor does not deliver there.
    pub options: Vec<OptionView>,
}

#[derive(Serialize, JsonSchema)]
pub struct OptionView {
    pub method: MethodId,
    pub name: String,
    pub carrier: String,
    pub price: Money,
    /// It is there by then.
    pub promised: Option<Timestamp>,
    pub why: Vec<String>,
}

/// What it costs, and why.
#[derive(Serialize, JsonSchema)]
pub struct QuoteView {
    pub id: QuoteId,
    pub total: Money,
    pub lines: Vec<QuoteLineView>,
    pub vendors: Vec<QuoteVendorView>,
    pub taxes: Vec<QuoteTaxView>,
    pub why: Vec<String>,
    pub expires: Timestamp,
}

#[derive(Serialize, JsonSchema)]
pub struct QuoteLineView {
    pub line: u32,
    pub offer: OfferId,
    pub vendor: VendorId,
    pub title: String,
    pub quantity: u32,
    pub unit_price: Money,
    pub price: Money,
    pub discount: Money,
    pub why: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
pub struct QuoteVendorView {
    pub vendor: VendorId,
    pub name: String,
    pub method: String,
    pub shipping: Money,
    pub promised: Option<Timestamp>,
    pub why: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
pub struct QuoteTaxView {
    pub name: String,
    /// Percents, a decimal: `19` or `7.5`.
    pub rate: String,
    pub base: Money,
    pub amount: Money,
    /// Inside the prices already.
    pub included: bool,
}

impl View for OptionsView {}
impl View for QuoteView {}

pub fn options((shown, vendors): &(Shown, Vec<VendorOptions>)) -> OptionsView {
    let currency = shown.cart.currency;
    let option = |o: &DeliveryOption| OptionView {
        method: o.method,
        name: o.name.clone(),
        carrier: o.carrier.clone(),
        price: money(o.price, currency),
        promised: o.promised,
        why: o.why.clone(),
    };
    let vendor =
        |v: &VendorOptions| VendorOptionsView { vendor: v.vendor, options: v.options.iter().map(option).collect() };
    OptionsView { items: vendors.iter().map(vendor).collect() }
}

pub fn quote(q: &Quoted) -> QuoteView {
    QuoteView {
        id: q.id,
        total: money(q.total, q.currency),
        lines: q.lines.iter().map(|line| quote_line(line, q.currency)).collect(),
        vendors: q.vendors.iter().map(|vendor| quote_vendor(vendor, q.currency)).collect(),
        taxes: q.taxes.iter().map(|tax| quote_tax(tax, q.currency)).collect(),
        why: q.why.clone(),
        expires: q.expires,
    }
}

fn quote_line(l: &QuotedLine, currency: Currency) -> QuoteLineView {
    QuoteLineView {
        line: l.line,
        offer: l.offer,
        vendor: l.vendor,
        title: l.title.clone(),
        quantity: l.quantity,
        unit_price: money(l.unit_price, currency),
        price: money(l.price, currency),
        discount: money(l.discount, currency),
        why: l.why.clone(),
    }
}

fn quote_vendor(v: &QuotedVendor, currency: Currency) -> QuoteVendorView {
    QuoteVendorView {
        vendor: v.vendor,
        name: v.name.clone(),
        method: v.method.clone(),
        shipping: money(v.shipping, currency),
        promised: v.promised,
        why: v.why.clone(),
    }
}

fn quote_tax(t: &QuotedTax, currency: Currency) -> QuoteTaxView {
    QuoteTaxView {
        name: t.name.clone(),
        rate: t.rate.clone(),
        base: money(t.base, currency),
        amount: money(t.amount, currency),
        included: t.included,
    }
}
