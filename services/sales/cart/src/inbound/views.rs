//! What is shown of a cart.
use crate::{
    domain::{Cart, Delivery, Line, State},
    ports::{Good, Quoted, QuotedLine, QuotedTax, QuotedVendor, Shown, VendorOptions},
};
use kernel::{CartId, Currency, LineId, MethodId, Money, OfferId, OrderId, QuoteId, Timestamp, VendorId};
use platform::http::View;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize, JsonSchema)]
pub struct CartView {
    pub id: CartId,
    /// A guest's, when the cart is made; never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    pub state: StateView,
    /// The order that is being decided, or that closed it.
    pub order: Option<OrderId>,
    pub currency: Currency,
    pub country: Option<String>,
    /// By vendor.
    pub groups: Vec<GroupView>,
    /// Of the lines that can be bought, without delivery, less the discount.
    pub total: Money,
    pub discount: Money,
    pub coupon: Option<CouponView>,
    pub delivery: Option<DeliveryView>,
    pub why: Vec<String>,
    pub version: u64,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StateView {
    Open,
    InCheckout,
    Closed,
}

#[derive(Serialize, JsonSchema)]
pub struct GroupView {
    pub vendor: VendorId,
    pub vendor_name: String,
    pub lines: Vec<LineView>,
    pub items: Money,
}

#[derive(Serialize, JsonSchema)]
pub struct LineView {
    pub id: LineId,
    pub offer: OfferId,
    pub title: String,
    pub variant_title: String,
    pub sku: String,
    /// Of the product's page.
    pub slug: String,
    pub quantity: u32,
    pub unit_price: Option<Money>,
    pub price: Option<Money>,
    pub problems: Vec<ProblemView>,
    pub why: Vec<String>,
}

/// What is wrong with a line now.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ProblemView {
    /// It costs something else than when it was put in.
    PriceChanged {
        was: Money,
    },
    /// So many are left.
    OnlyLeft {
        left: u32,
    },
    SoldOut,
    /// The vendor does not sell it now.
    NotSold,
    /// It has no price in this currency.
    NoPrice,
}

#[derive(Serialize, JsonSchema)]
pub struct CouponView {
    pub code: String,
    /// Why it gives nothing.
    pub problem: Option<String>,
}

#[derive(Serialize, JsonSchema)]
pub struct DeliveryView {
    pub email: String,
    pub address: AddressView,
    pub choices: Vec<ChoiceView>,
}

#[derive(Serialize, JsonSchema)]
pub struct AddressView {
    pub name: String,
    pub country: String,
    pub state: String,
    pub city: String,
    pub postcode: String,
    pub street: String,
    pub phone: String,
}

#[derive(Serialize, JsonSchema)]
pub struct ChoiceView {
    pub vendor: VendorId,
    pub method: MethodId,
}

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
    /// A decimal: `0.19`.
    pub rate: String,
    pub base: Money,
    pub amount: Money,
    /// Inside the prices already.
    pub included: bool,
}

impl View for CartView {
    fn version(&self) -> Option<u64> {
        Some(self.version)
    }
    fn location(&self) -> Option<String> {
        Some(format!("/store/v1/carts/{}", self.id))
    }
}
impl View for OptionsView {}
impl View for QuoteView {}

/// Beyond 2⁵³ nothing is sold, so an amount that does not fit is shown as none.
fn money(minor: i64, currency: Currency) -> Money {
    Money::new(minor, currency).unwrap_or_else(|| Money::zero(currency))
}

pub fn cart(shown: &Shown) -> CartView {
    let Cart { id, currency, country, coupon, delivery, state, version, .. } = shown.cart.clone();
    let (state, order) = match state {
        State::Open => (StateView::Open, None),
        State::InCheckout(order) => (StateView::InCheckout, Some(order)),
        State::Closed(order) => (StateView::Closed, Some(order)),
    };
    let problem = Some(shown.priced.coupon_problem.clone()).filter(|why| !why.is_empty());
    CartView {
        id,
        token: shown.token.clone(),
        state,
        order,
        currency,
        country,
        groups: groups(shown),
        total: money(shown.priced.total, currency),
        discount: money(shown.priced.funded, currency),
        coupon: (!coupon.is_empty()).then_some(CouponView { code: coupon, problem }),
        delivery: delivery.map(delivery_view),
        why: shown.priced.why.clone(),
        version: u64::try_from(version).unwrap_or_default(),
    }
}

/// In the order in which the vendors came in. What catalog does not know any more stands under nobody, and is shown all the same.
fn groups(shown: &Shown) -> Vec<GroupView> {
    let mut order: Vec<VendorId> = vec![];
    let mut lines: BTreeMap<VendorId, Vec<LineView>> = BTreeMap::new();
    for line in &shown.cart.lines {
        let good = shown.goods.iter().find(|good| good.offer == line.offer);
        let vendor = good.map_or(VendorId::from_uuid(uuid::Uuid::nil()), |good| good.vendor);
        if !order.contains(&vendor) {
            order.push(vendor);
        }
        lines.entry(vendor).or_default().push(line_view(shown, line, good));
    }
    let group = |vendor: VendorId| {
        let known = shown.priced.vendors.iter().find(|(id, ..)| *id == vendor);
        GroupView {
            vendor,
            vendor_name: known.map(|(_, name, _)| name.clone()).unwrap_or_default(),
            lines: lines.remove(&vendor).unwrap_or_default(),
            items: money(known.map(|(.., items)| *items).unwrap_or_default(), shown.cart.currency),
        }
    };
    order.into_iter().map(group).collect()
}

fn line_view(shown: &Shown, line: &Line, good: Option<&Good>) -> LineView {
    let priced = shown.priced.lines.iter().find(|priced| priced.offer == line.offer);
    let currency = shown.cart.currency;
    let text = |of: fn(&Good) -> &String| good.map(|good| of(good).clone()).unwrap_or_default();
    LineView {
        id: line.id,
        offer: line.offer,
        title: text(|good| &good.title),
        variant_title: text(|good| &good.variant_title),
        sku: text(|good| &good.sku),
        slug: text(|good| &good.slug),
        quantity: line.quantity,
        unit_price: priced.map(|priced| money(priced.unit_price, currency)),
        price: priced.map(|priced| money(priced.price, currency)),
        problems: problems(shown, line, good),
        why: priced.map(|priced| priced.why.clone()).unwrap_or_default(),
    }
}

fn problems(shown: &Shown, line: &Line, good: Option<&Good>) -> Vec<ProblemView> {
    if !good.is_some_and(|good| good.sold) {
        return vec![ProblemView::NotSold];
    }
    let mut problems = vec![];
    let priced = shown.priced.lines.iter().find(|priced| priced.offer == line.offer);
    match (priced, line.seen_price) {
        (None, _) => problems.push(ProblemView::NoPrice),
        (Some(now), Some(was)) if now.unit_price != was => {
            problems.push(ProblemView::PriceChanged { was: money(was, shown.cart.currency) })
        }
        _ => {}
    }
    match shown.free.iter().find(|(offer, _)| *offer == line.offer).map(|(_, free)| *free) {
        Some(0) => problems.push(ProblemView::SoldOut),
        Some(left) if left < line.quantity => problems.push(ProblemView::OnlyLeft { left }),
        _ => {}
    }
    problems
}

fn delivery_view(d: Delivery) -> DeliveryView {
    let a = d.address;
    DeliveryView {
        email: d.email,
        address: AddressView {
            name: a.name,
            country: a.country,
            state: a.state,
            city: a.city,
            postcode: a.postcode,
            street: a.street,
            phone: a.phone,
        },
        choices: d.choices.iter().map(|c| ChoiceView { vendor: c.vendor, method: c.method }).collect(),
    }
}

pub fn options((shown, vendors): &(Shown, Vec<VendorOptions>)) -> OptionsView {
    let currency = shown.cart.currency;
    let option = |o: &crate::ports::DeliveryOption| OptionView {
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
