//! Pricing's binding answer at checkout: reckoned once, honoured while it lives.
use super::{
    CouponCode, CouponRefusal, Delivery, Known, Line, NoDelivery, Place, Problem, Rate, Reckoning, Rounding, TaxPart,
    Taxed, TooLarge, Want, said,
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
    pub place: Place,
    pub city: String,
    pub street: String,
    pub phone: String,
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
    pub taxes: Vec<TaxPart>,
    /// Of the zone it goes to; the commission is rounded so, too.
    pub rounding: Rounding,
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
    /// As the method costs.
    pub rate: i64,
    /// As the customer pays: the rate, and the tax where that is added.
    pub shipping: i64,
    pub shipping_tax: i64,
    /// What of the tax the marketplace owes.
    pub marketplace_tax: i64,
    /// Latest day of arrival.
    pub promised: Option<Timestamp>,
    pub why: Vec<String>,
}

/// What a quote is made of.
pub struct Figures {
    pub reckoning: Reckoning,
    pub rates: Vec<Rate>,
    pub known: Known,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuoteRefusal {
    Empty,
    NoPrice(Currency, Vec<OfferId>),
    Inactive(Vec<OfferId>),
    Coupon(CouponRefusal),
    NoDelivery(Vec<VendorId>),
    TooLarge,
}

impl Quote {
    pub fn make(id: QuoteId, basket: Basket, figures: Figures, expires: Timestamp) -> Result<Quote, QuoteRefusal> {
        let Figures { reckoning, rates, known } = figures;
        reckoning.refusal()?;
        let Reckoning { currency, lines, funded, mut taxes, mut why, .. } = reckoning;
        let parts = rates.into_iter().map(|rate| VendorPart::of(rate, &known, currency));
        let parts = parts.collect::<Result<Vec<_>, TooLarge>>()?;
        let charges = lines.iter().map(|l| l.price - l.funded).chain(parts.iter().map(|(part, _)| part.shipping));
        let total = sum(charges, currency).ok_or(QuoteRefusal::TooLarge)?;
        let mut vendors = vec![];
        for (part, tax) in parts {
            tax.into_iter().for_each(|tax| TaxPart::gather(&mut taxes, tax));
            vendors.push(part);
        }
        why.push(explained(&lines, &vendors, total, currency));
        let Basket { cart, buyer, coupon, party, .. } = basket;
        let (rounding, taken_by) = (known.rounding(), None);
        Ok(Quote {
            id,
            cart,
            buyer,
            currency,
            total,
            lines,
            vendors,
            taxes,
            rounding,
            coupon,
            funded,
            why,
            expires,
            party,
            taken_by,
        })
    }

    /// Judged once, when it is accepted.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires <= now
    }
}

impl Reckoning {
    /// What a cart's view names as a problem refuses a quote.
    pub fn refusal(&self) -> Result<(), QuoteRefusal> {
        let with = |problem| self.wrong.iter().filter(move |w| w.problem == problem).map(|w| w.offer);
        let (no_price, inactive): (Vec<_>, Vec<_>) =
            (with(Problem::NoPrice).collect(), with(Problem::Inactive).collect());
        match self.coupon {
            _ if !inactive.is_empty() => Err(QuoteRefusal::Inactive(inactive)),
            _ if !no_price.is_empty() => Err(QuoteRefusal::NoPrice(self.currency, no_price)),
            _ if self.lines.is_empty() => Err(QuoteRefusal::Empty),
            Some(refusal) => Err(QuoteRefusal::Coupon(refusal)),
            None => Ok(()),
        }
    }
}

fn sum(parts: impl Iterator<Item = i64>, currency: Currency) -> Option<i64> {
    let zero = Money::new(0, currency);
    let total = parts.map(|part| Money::new(part, currency)).fold(zero, |sum, part| sum?.plus(part?));
    total.map(Money::minor)
}

fn explained(lines: &[Line], vendors: &[VendorPart], total: i64, currency: Currency) -> String {
    let items = lines.iter().map(|l| l.price).sum();
    let funded = lines.iter().map(|l| l.funded).sum();
    let shipping = vendors.iter().map(|v| v.shipping).sum();
    let [items, shipping, funded, total] = [items, shipping, funded, total].map(|n: i64| said(n, currency));
    format!("lines {items} + delivery {shipping} − platform's discount {funded} = {total}")
}

impl VendorPart {
    /// Delivery is taxed as what has no category of its own.
    fn of(rate: Rate, known: &Known, currency: Currency) -> Result<(VendorPart, Option<TaxPart>), TooLarge> {
        let Rate { vendor, method, name: method_name, price, promised, mut why } = rate;
        let terms = known.terms_of(vendor);
        let cost = Money::new(price, currency).ok_or(TooLarge)?;
        let taxed = match (&known.zone, terms) {
            (Some(zone), Some(terms)) => zone.on(cost, &[], &terms.tax)?,
            _ => Taxed::none(price),
        };
        let Taxed { price: shipping, tax: shipping_tax, owed: marketplace_tax, part, why: reason } = taxed;
        why.extend(reason.filter(|_| price > 0));
        let name = terms.map(|terms| terms.name.clone()).unwrap_or_default();
        let part = part.filter(|_| price > 0);
        let own = VendorPart {
            vendor,
            name,
            method,
            method_name,
            rate: price,
            shipping,
            shipping_tax,
            marketplace_tax,
            promised,
            why,
        };
        Ok((own, part))
    }
}

impl From<TooLarge> for QuoteRefusal {
    fn from(_: TooLarge) -> QuoteRefusal {
        QuoteRefusal::TooLarge
    }
}
impl From<NoDelivery> for QuoteRefusal {
    fn from(NoDelivery(vendors): NoDelivery) -> QuoteRefusal {
        QuoteRefusal::NoDelivery(vendors)
    }
}
