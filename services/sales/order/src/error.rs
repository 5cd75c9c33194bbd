//! What the rules refuse, what the steps refused, and what could not be found out.
use crate::domain::{Quote, Refusal};
use kernel::{
    Code, Coded, Currency, OfferId, OrderId,
    error::{conflict, internal, not_found, refused, unavailable},
};
use platform::store::StoreError;
use serde_json::{Map, Value, json};
use std::time::Duration;

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// Another's order is answered like one that does not exist.
    #[error("there is no such order")]
    NoOrder,
    #[error("there is no such quote")]
    NoQuote,
    #[error("the quote was used by order {0}")]
    QuoteUsed(OrderId),
    #[error("the cart is in checkout with order {0}")]
    CartInCheckout(OrderId),
    /// With what it would cost now, if pricing could say.
    #[error("the quote is no longer valid")]
    QuoteExpired(Option<Box<Quote>>),
    #[error("the price has changed since the quote was made")]
    PriceChanged(Box<Quote>),
    /// Final. Which lines, and what is left is for the cart to say.
    #[error("not enough of {} of the lines", .0.len())]
    Short(Vec<(u32, OfferId)>),
    #[error("a card is needed to pay this order")]
    NoCard,
    #[error("this order is in {0}")]
    OtherCurrency(Currency),
    /// A step's no that has no shape of its own here.
    #[error("{says}")]
    Step { code: Code, says: String },
    /// What ended the order, when nothing more of it is known than its name.
    #[error("the order was cancelled: {0}")]
    Cancelled(String),
    /// The money is moving, or the order is not decided yet: ask again.
    #[error("the order is being worked on; ask again")]
    InProgress,
    /// The card before is not definitely declined yet.
    #[error("the last card is not decided yet; ask again")]
    CardUndecided,
    #[error(transparent)]
    Rule(#[from] Rule),
    /// Unknown is never failed: whoever works on it asks again.
    #[error("{0} can't be asked right now")]
    Away(&'static str),
    #[error("somebody was faster, every time")]
    Contended,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A refusal of the aggregate, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.says())]
pub struct Rule(pub Refusal);

const SOON: Duration = Duration::from_secs(1);

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::NoOrder => not_found("order.not_found"),
            Self::NoQuote => not_found("quote.not_found"),
            Self::QuoteUsed(_) => conflict("quote.used"),
            Self::CartInCheckout(_) => conflict("cart.in_checkout"),
            Self::QuoteExpired(_) => conflict("quote.expired"),
            Self::PriceChanged(_) => conflict("quote.price_changed"),
            Self::Short(_) => refused("inventory.short"),
            Self::NoCard => refused("payment.card_missing"),
            Self::OtherCurrency(_) => refused("order.other_currency"),
            Self::Step { code, .. } => *code,
            Self::Cancelled(reason) => known(reason).unwrap_or(refused("order.cancelled")),
            Self::InProgress => conflict("order.in_progress"),
            Self::CardUndecided => conflict("payment.undecided"),
            Self::Rule(rule) => rule.code(),
            Self::Away(_) => unavailable("order.callee_away"),
            Self::Contended => conflict("contended"),
            Self::Store(e) => e.code(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::InProgress | Self::CardUndecided => Some(SOON),
            Self::Rule(Rule(Refusal::InProgress)) => Some(SOON),
            _ => None,
        }
    }

    fn members(&self) -> Map<String, Value> {
        let member = match self {
            Self::QuoteUsed(order) | Self::CartInCheckout(order) => ("order", json!(order)),
            Self::QuoteExpired(Some(fresh)) | Self::PriceChanged(fresh) => ("quote", shown(fresh)),
            Self::Short(lines) => {
                let line = |(number, offer): &(u32, OfferId)| json!({ "line": number, "offer": offer });
                ("lines", lines.iter().map(line).collect())
            }
            Self::Cancelled(reason) => ("reason", json!(reason)),
            _ => return Map::new(),
        };
        Map::from_iter([(member.0.to_string(), member.1)])
    }
}

impl Error {
    /// What an order that ended so is cancelled for.
    pub fn reason(&self) -> String {
        match self {
            Self::Cancelled(reason) => reason.clone(),
            Self::PriceChanged(_) => "quote.expired".into(),
            other => other.code().text.into(),
        }
    }
}

/// A step's no, by its stable code. What is not listed stays a refusal, under one name.
pub fn step(code: &str, says: &str) -> Error {
    let code = known(code).unwrap_or(refused("order.step_refused"));
    Error::Step { code, says: says.to_string() }
}

fn known(code: &str) -> Option<Code> {
    const KNOWN: [Code; 19] = [
        conflict("quote.expired"),
        conflict("quote.used"),
        not_found("quote.not_found"),
        refused("quote.inactive"),
        refused("pricing.coupon_used_up"),
        refused("inventory.short"),
        refused("inventory.illegal_move"),
        refused("payment.closed"),
        refused("payment.declined"),
        refused("payment.insufficient_funds"),
        refused("payment.needs_customer"),
        refused("payment.not_authorized"),
        refused("payment.no_attempts_left"),
        refused("payment.not_taken"),
        refused("refund.too_much"),
        refused("refund.refused"),
        refused("order.timed_out"),
        refused("step_undone"),
        refused("key_reused"),
    ];
    KNOWN.into_iter().find(|known| known.text == code)
}

impl Rule {
    fn says(&self) -> &'static str {
        match self.0 {
            Refusal::Unequal => "the quote does not add up",
            Refusal::InProgress => "the order is not decided yet; ask again",
            Refusal::AlreadyConfirmed => "the order is confirmed already",
            Refusal::AlreadyShipped => "it was shipped already",
            Refusal::AlreadyDelivered => "it was delivered already",
            Refusal::AlreadyCompleted => "it is completed already",
            Refusal::AlreadyCancelled => "it was cancelled already",
            Refusal::NoSuchVendorOrder => "there is no such vendor order in this order",
            Refusal::NoSuchLine => "there is no such line in this vendor order",
            Refusal::NoSuchParcel => "there is no such parcel in this order",
            Refusal::NoSuchComponent => "there is no such component in this order",
            Refusal::NoUnits => "no units are named, or none is left",
            Refusal::TooMany => "these are more units than were ordered",
            Refusal::TooMuch => "this is more than is left of what was charged",
            Refusal::Untold => "the order was decided before its steps were heard",
        }
    }
    fn code(&self) -> Code {
        match self.0 {
            Refusal::Unequal => internal("order.quote_unequal"),
            Refusal::InProgress => conflict("order.in_progress"),
            Refusal::AlreadyConfirmed => refused("order.already_confirmed"),
            Refusal::AlreadyShipped => refused("order.already_shipped"),
            Refusal::AlreadyDelivered => refused("order.already_delivered"),
            Refusal::AlreadyCompleted => refused("order.already_completed"),
            Refusal::AlreadyCancelled => refused("order.already_cancelled"),
            Refusal::NoSuchVendorOrder => refused("order.no_such_vendor_order"),
            Refusal::NoSuchLine => refused("order.no_such_line"),
            Refusal::NoSuchParcel => refused("order.no_such_parcel"),
            Refusal::NoSuchComponent => refused("order.no_such_component"),
            Refusal::NoUnits => refused("order.no_units"),
            Refusal::TooMany => refused("order.too_many_units"),
            Refusal::TooMuch => refused("refund.too_much"),
            Refusal::Untold => internal("order.untold"),
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Error {
        Error::Rule(Rule(refusal))
    }
}

/// The fresh quote beside the no, in the shape in which a cart shows its quote.
fn shown(q: &Quote) -> Value {
    let money = |amount: i64| json!({ "amount": amount, "currency": q.currency });
    let line = |l: &crate::domain::QuoteLine| {
        json!({ "line": l.number, "offer": l.offer, "vendor": l.vendor, "title": l.title, "sku": l.sku,
                "quantity": l.quantity, "unit_price": money(l.unit_price), "price": money(l.price), "funded": money(l.funded) })
    };
    let vendor = |d: &crate::domain::Delivery| {
        json!({ "vendor": d.vendor, "name": d.name, "method": d.method, "method_name": d.method_name,
                "shipping": money(d.shipping), "promised": d.promised })
    };
    let tax = |t: &crate::domain::QuoteTax| json!({ "name": t.name, "rate": t.rate, "base": money(t.base), "amount": money(t.amount), "included": t.included });
    json!({ "id": q.id, "total": money(q.total), "expires": q.expires, "why": q.why,
            "lines": q.lines.iter().map(line).collect::<Value>(),
            "vendors": q.deliveries.iter().map(vendor).collect::<Value>(),
            "taxes": q.taxes.iter().map(tax).collect::<Value>() })
}
