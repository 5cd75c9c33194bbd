//! The cart, its lines by vendor, and what is wrong with them.
use super::money;
use crate::{
    domain::{Cart, Delivery, Line, State},
    ports::{Good, Shown},
};
use kernel::{CartId, Currency, LineId, MethodId, Money, OfferId, OrderId, VendorId};
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

impl View for CartView {
    fn version(&self) -> Option<u64> {
        Some(self.version)
    }
    fn location(&self) -> Option<String> {
        Some(format!("/store/v1/carts/{}", self.id))
    }
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
