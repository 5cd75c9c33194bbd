//! Pricing's binding answer at checkout: reckoned once, honoured while it lives.
use super::{
    CouponCode, CouponRefusal, Line, Problem, Reckoning, Want,
    reckon::{TooLarge, said},
};
use kernel::{CartId, Currency, Money, OfferId, OrderId, QuoteId, Timestamp, UserId, VendorId};

/// Whom a quote belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Buyer {
    User(UserId),
    /// SHA-256 of the token of the guest's cart.
    Guest([u8; 32]),
}

/// Whom it goes to. People's data: it leaves the quote once that is over.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Party {
    pub email: String,
    pub name: String,
    /// ISO 3166, two letters. It decides taxes and delivery.
    pub country: String,
    pub state: String,
    pub city: String,
    pub postcode: String,
    pub street: String,
    pub phone: String,
}

/// How one vendor's lines are to be delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub vendor: VendorId,
    pub method: String,
}

/// What is to be quoted.
#[derive(Clone)]
pub struct Basket {
    pub cart: CartId,
    pub buyer: Buyer,
    pub currency: Currency,
    pub lines: Vec<Want>,
    pub coupon: Option<CouponCode>,
    pub party: Party,
    pub deliveries: Vec<Delivery>,
}

#[derive(Clone, PartialEq, Eq)]
pub struct Quote {
    pub id: QuoteId,
    pub cart: CartId,
    pub buyer: Buyer,
    pub currency: Currency,
    /// What the customer is charged: lines and delivery, less what the platform pays.
    pub total: i64,
    pub lines: Vec<Line>,
    pub vendors: Vec<VendorPart>,
    pub coupon: Option<CouponCode>,
    pub funded: i64,
    pub why: Vec<String>,
    pub expires: Timestamp,
    pub party: Party,
    /// As it was read: the order that has it.
    pub taken_by: Option<OrderId>,
}

/// One vendor's share of a quote beside its lines: its delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VendorPart {
    pub vendor: VendorId,
    pub name: String,
    pub method: String,
    pub method_name: String,
    pub shipping: i64,
    pub shipping_tax: i64,
    /// Latest day of arrival.
    pub promised: Option<Timestamp>,
    pub why: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuoteRefusal {
    Empty,
    NoPrice(Currency, Vec<OfferId>),
    Inactive(Vec<OfferId>),
    Coupon(CouponRefusal),
    TooLarge,
}

impl Quote {
    /// All of the basket or nothing: what a cart's view names as a problem refuses a quote.
    pub fn make(id: QuoteId, basket: Basket, reckoning: Reckoning, expires: Timestamp) -> Result<Quote, QuoteRefusal> {
        refuse(&reckoning)?;
        let Reckoning { currency, lines, funded, mut why, .. } = reckoning;
        let vendors = parts(&lines, &basket.deliveries);
        let total = lines.iter().map(|l| l.price - l.funded).chain(vendors.iter().map(|v| v.shipping));
        let zero = Money::new(0, currency).ok_or(QuoteRefusal::TooLarge)?;
        let total = total.map(|part| Money::new(part, currency));
        let total = total.fold(Some(zero), |sum, part| sum?.plus(part?)).ok_or(QuoteRefusal::TooLarge)?.minor();
        why.push(explained(&lines, &vendors, total, currency));
        let Basket { cart, buyer, coupon, party, .. } = basket;
        Ok(Quote {
            id,
            cart,
            buyer,
            currency,
            total,
            lines,
            vendors,
            coupon,
            funded,
            why,
            expires,
            party,
            taken_by: None,
        })
    }

    /// Judged once, when it is accepted.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires <= now
    }
}

fn refuse(r: &Reckoning) -> Result<(), QuoteRefusal> {
    let with = |problem: Problem| r.wrong.iter().filter(move |w| w.problem == problem).map(|w| w.offer);
    let (no_price, inactive): (Vec<_>, Vec<_>) = (with(Problem::NoPrice).collect(), with(Problem::Inactive).collect());
    match r.coupon {
        _ if !inactive.is_empty() => Err(QuoteRefusal::Inactive(inactive)),
        _ if !no_price.is_empty() => Err(QuoteRefusal::NoPrice(r.currency, no_price)),
        _ if r.lines.is_empty() => Err(QuoteRefusal::Empty),
        Some(refusal) => Err(QuoteRefusal::Coupon(refusal)),
        None => Ok(()),
    }
}

/// In the order in which the vendors first appear.
fn parts(lines: &[Line], deliveries: &[Delivery]) -> Vec<VendorPart> {
    let mut parts: Vec<VendorPart> = vec![];
    for line in lines {
        if parts.iter().all(|p| p.vendor != line.vendor) {
            let method = deliveries.iter().find(|d| d.vendor == line.vendor).map(|d| d.method.clone());
            parts.push(VendorPart::free(line.vendor, method.unwrap_or_default()));
        }
    }
    parts
}

fn explained(lines: &[Line], vendors: &[VendorPart], total: i64, currency: Currency) -> String {
    let items = lines.iter().map(|l| l.price).sum();
    let funded = lines.iter().map(|l| l.funded).sum();
    let shipping = vendors.iter().map(|v| v.shipping).sum();
    let [items, shipping, funded, total] = [items, shipping, funded, total].map(|n: i64| said(n, currency));
    format!("lines {items} + delivery {shipping} − platform's discount {funded} = {total}")
}

impl VendorPart {
    fn free(vendor: VendorId, method: String) -> VendorPart {
        let (name, method_name, promised, why) = Default::default();
        VendorPart { vendor, name, method, method_name, shipping: 0, shipping_tax: 0, promised, why }
    }
}

impl From<TooLarge> for QuoteRefusal {
    fn from(_: TooLarge) -> QuoteRefusal {
        QuoteRefusal::TooLarge
    }
}
