//! A quote taken by an order: what each part earns whom, frozen.
use super::{CouponCode, Line, Offer, Quote, Sale, Taken, Terms, VendorPart};
use kernel::{ComponentId, Currency, OrderId, QuoteId, VendorId};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AcceptanceState {
    Done,
    Undone,
}

/// One an order, the judge of the step. `components` add up to the quote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    pub order: OrderId,
    pub quote: QuoteId,
    pub state: AcceptanceState,
    pub currency: Currency,
    pub total: i64,
    pub coupon: Option<CouponCode>,
    pub components: Vec<Component>,
}

/// A line or a shipping charge of one vendor, as money sees it (`ledger.md`). The customer is charged price − funded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    pub id: ComponentId,
    pub vendor: VendorId,
    /// The line of the quote; 0 is the vendor's shipping charge.
    pub line: u32,
    pub units: u32,
    pub price: i64,
    pub funded: i64,
    pub commission: i64,
    pub commission_tax: i64,
    pub marketplace_tax: i64,
    pub why: Vec<String>,
}

/// What is known when a quote is accepted, of everything in it: from then on nobody asks again.
pub struct Frozen {
    pub offers: Vec<Offer>,
    pub terms: Vec<Terms>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Accepted,
    GivenBack,
}

impl Frozen {
    /// Which offers of a quote are no longer sold: by themselves, or because their vendor is not active.
    pub fn unsold(&self, quote: &Quote) -> Vec<kernel::OfferId> {
        let sells = |line: &&Line| self.offer(line).is_some() && self.terms(line.vendor).is_some();
        quote.lines.iter().filter(|line| !sells(line)).map(|line| line.offer).collect()
    }
    fn offer(&self, line: &Line) -> Option<&Offer> {
        self.offers.iter().find(|offer| offer.id == line.offer && offer.active)
    }
    fn terms(&self, vendor: VendorId) -> Option<&Terms> {
        self.terms.iter().find(|terms| terms.vendor == vendor && terms.sells)
    }
}

impl Acceptance {
    /// Freezes the commission by the plans of this moment. `mint` gives the components' ids. None when something is not sold.
    pub fn of(
        order: OrderId,
        quote: &Quote,
        frozen: &Frozen,
        mint: impl Fn() -> ComponentId,
    ) -> Option<(Acceptance, Vec<Step>)> {
        let lines = quote.lines.iter().map(|line| {
            let (offer, terms) = (frozen.offer(line)?, frozen.terms(line.vendor)?);
            let sale = quote.sale(line.unit_price * i64::from(line.quantity), line.price - line.marketplace_tax);
            Some(Component::line(mint(), line, terms.plan.of_line(offer, sale)))
        });
        let charges = quote.vendors.iter().filter(|part| part.shipping > 0).map(|part| {
            let sale = quote.sale(part.rate, part.shipping - part.marketplace_tax);
            Some(Component::charge(mint(), part, frozen.terms(part.vendor)?.plan.of_shipping(sale)))
        });
        let acceptance = Acceptance {
            order,
            quote: quote.id,
            state: AcceptanceState::Done,
            currency: quote.currency,
            total: quote.total,
            coupon: quote.coupon.clone(),
            components: lines.chain(charges).collect::<Option<_>>()?,
        };
        Some((acceptance, vec![Step::Accepted]))
    }

    /// Doing it twice is doing it once.
    pub fn give_back(&mut self) -> Vec<Step> {
        match std::mem::replace(&mut self.state, AcceptanceState::Undone) {
            AcceptanceState::Done => vec![Step::GivenBack],
            AcceptanceState::Undone => vec![],
        }
    }
}

impl Quote {
    fn sale(&self, base: i64, most: i64) -> Sale {
        Sale { base, most, currency: self.currency, rounding: self.rounding }
    }
}

impl Component {
    fn line(id: ComponentId, line: &Line, taken: Taken) -> Component {
        Component {
            id,
            vendor: line.vendor,
            line: line.line,
            units: line.quantity,
            price: line.price,
            funded: line.funded,
            commission: taken.commission,
            commission_tax: taken.tax,
            marketplace_tax: line.marketplace_tax,
            why: taken.why,
        }
    }
    fn charge(id: ComponentId, part: &VendorPart, taken: Taken) -> Component {
        Component {
            id,
            vendor: part.vendor,
            line: 0,
            units: 1,
            price: part.shipping,
            funded: 0,
            commission: taken.commission,
            commission_tax: taken.tax,
            marketplace_tax: part.marketplace_tax,
            why: taken.why,
        }
    }
}
