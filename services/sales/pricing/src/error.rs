//! What the rules refuse, in the order a reader meets it.
use crate::domain::{CouponRefusal, InThePast, QuoteRefusal, TooLarge};
use kernel::{
    Code, Coded, Currency, OfferId, OrderId, VendorId,
    error::{conflict, internal, not_found, refused, stale, unavailable},
};
use platform::store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("a price can't begin in the past")]
    PastPrice,
    #[error("the prices were changed by somebody else meanwhile")]
    Repriced,
    #[error("there is nothing to quote")]
    Empty,
    /// Names the offers.
    #[error("no price in {currency}: {}", list(.offers))]
    NoPrice { currency: Currency, offers: Vec<OfferId> },
    /// Names the offers.
    #[error("not sold now: {}", list(.0))]
    Inactive(Vec<OfferId>),
    #[error("there is no coupon of this code")]
    CouponUnknown,
    #[error("the coupon takes off a sum of another currency")]
    CouponCurrency,
    #[error("the coupon is used up")]
    CouponUsedUp,
    #[error("there is a coupon of this code already")]
    CouponExists,
    /// Names the vendors.
    #[error("no delivery was chosen for {}", list(.0))]
    NoDelivery(Vec<VendorId>),
    /// As shipping says it, naming the vendors.
    #[error("{0}")]
    NotServed(String),
    #[error("the tax zone was changed by somebody else meanwhile")]
    Rezoned,
    #[error("the sum is beyond what can be charged")]
    TooLarge,
    #[error("there is no such quote")]
    NoQuote,
    #[error("the quote has expired")]
    Expired,
    /// Names the order that has it.
    #[error("the quote is taken by {0}")]
    Used(OrderId),
    #[error("this order accepted another quote")]
    Reused,
    #[error("this step was undone")]
    Undone,
    /// Unknown is never failed: ask again.
    #[error("{0} can't be asked right now")]
    Away(&'static str),
    /// A fault of ours or theirs.
    #[error("{0} answered what its contract does not say")]
    Odd(&'static str),
    /// Worth another try.
    #[error("somebody was faster, every time")]
    Contended,
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn list<T: ToString>(ids: &[T]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::PastPrice => refused("pricing.past"),
            Self::Repriced => stale("stale"),
            Self::Empty => refused("pricing.empty"),
            Self::NoPrice { .. } => refused("pricing.no_price"),
            Self::Inactive(_) => refused("quote.inactive"),
            Self::CouponUnknown => refused("pricing.coupon_unknown"),
            Self::CouponCurrency => refused("pricing.coupon_currency"),
            Self::CouponUsedUp => refused("pricing.coupon_used_up"),
            Self::CouponExists => conflict("pricing.coupon_exists"),
            Self::NoDelivery(_) => refused("pricing.no_delivery"),
            Self::NotServed(_) => refused("shipping.not_served"),
            Self::Rezoned => stale("stale"),
            Self::TooLarge => refused("pricing.too_large"),
            Self::NoQuote => not_found("quote.not_found"),
            Self::Expired => conflict("quote.expired"),
            Self::Used(_) => conflict("quote.used"),
            Self::Reused => refused("key_reused"),
            Self::Undone => refused("step_undone"),
            Self::Away(_) => unavailable("away"),
            Self::Odd(_) => internal("odd_answer"),
            Self::Contended => conflict("contended"),
            Self::Store(e) => e.code(),
        }
    }
}

impl From<InThePast> for Error {
    fn from(_: InThePast) -> Error {
        Error::PastPrice
    }
}
impl From<TooLarge> for Error {
    fn from(_: TooLarge) -> Error {
        Error::TooLarge
    }
}
impl From<CouponRefusal> for Error {
    fn from(refusal: CouponRefusal) -> Error {
        match refusal {
            CouponRefusal::Unknown => Error::CouponUnknown,
            CouponRefusal::Currency => Error::CouponCurrency,
            CouponRefusal::UsedUp => Error::CouponUsedUp,
        }
    }
}
impl From<QuoteRefusal> for Error {
    fn from(refusal: QuoteRefusal) -> Error {
        match refusal {
            QuoteRefusal::Empty => Error::Empty,
            QuoteRefusal::NoPrice(currency, offers) => Error::NoPrice { currency, offers },
            QuoteRefusal::Inactive(offers) => Error::Inactive(offers),
            QuoteRefusal::Coupon(refusal) => refusal.into(),
            QuoteRefusal::NoDelivery(vendors) => Error::NoDelivery(vendors),
            QuoteRefusal::TooLarge => Error::TooLarge,
        }
    }
}
