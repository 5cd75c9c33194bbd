//! A quote taken by an order: what each part earns whom, frozen.
use super::{CouponCode, Line, Quote};
use kernel::{ComponentId, Currency, OrderId, QuoteId, VendorId, share};

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
}

/// What the platform takes, in hundredths of a percent: of a line's price, and of a shipping charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    pub commission: i64,
    pub on_shipping: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Accepted,
    GivenBack,
}

impl Acceptance {
    /// Freezes the commission, rounded half up once a component. `mint` gives the components' ids.
    pub fn of(order: OrderId, quote: &Quote, rates: Rates, mint: impl Fn() -> ComponentId) -> (Acceptance, Vec<Step>) {
        let lines = quote.lines.iter().map(|line| Component::line(mint(), line, rates.commission));
        let charges = quote.vendors.iter().filter(|part| part.shipping > 0);
        let charges = charges.map(|part| Component::charge(mint(), part.vendor, part.shipping, rates.on_shipping));
        let acceptance = Acceptance {
            order,
            quote: quote.id,
            state: AcceptanceState::Done,
            currency: quote.currency,
            total: quote.total,
            coupon: quote.coupon.clone(),
            components: lines.chain(charges).collect(),
        };
        (acceptance, vec![Step::Accepted])
    }

    /// Doing it twice is doing it once.
    pub fn give_back(&mut self) -> Vec<Step> {
        match std::mem::replace(&mut self.state, AcceptanceState::Undone) {
            AcceptanceState::Done => vec![Step::GivenBack],
            AcceptanceState::Undone => vec![],
        }
    }
}

impl Component {
    fn line(id: ComponentId, line: &Line, rate: i64) -> Component {
        let commission = share::half_up(line.price, rate, 10_000);
        let (units, price, funded) = (line.quantity, line.price, line.funded);
        let (commission_tax, marketplace_tax) = (0, 0);
        Component {
            id,
            vendor: line.vendor,
            line: line.line,
            units,
            price,
            funded,
            commission,
            commission_tax,
            marketplace_tax,
        }
    }
    fn charge(id: ComponentId, vendor: VendorId, price: i64, rate: i64) -> Component {
        let commission = share::half_up(price, rate, 10_000);
        Component { id, vendor, line: 0, units: 1, price, funded: 0, commission, commission_tax: 0, marketplace_tax: 0 }
    }
}
