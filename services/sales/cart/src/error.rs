//! What the rules refuse, and what could not be found out.
use crate::domain::Refusal;
use kernel::{
    Code, Coded, OrderId,
    error::{conflict, internal, not_found, refused, stale, unavailable},
};
use platform::store::StoreError;
use serde_json::{Map, Value};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the cart is in the checkout of {0}")]
    InCheckout(OrderId),
    #[error("the cart was bought with {0}")]
    Closed(OrderId),
    #[error("a cart has at most 100 lines of at most 999 units")]
    TooMany,
    #[error("there is no such line")]
    NoLine,
    #[error("the cart is empty")]
    Empty,
    #[error("say first where it goes: PUT …/delivery")]
    NoDelivery,
    #[error("the cart was changed meanwhile")]
    Changed,
    /// Here or in a service that was asked. Worth another try.
    #[error("somebody was faster, every time")]
    Contended,
    #[error("there is no such offer: {0}")]
    NoOffer(String),
    /// Another service's no, in its own words and code.
    #[error("{why}")]
    Told { code: &'static str, why: String },
    /// Unknown is never failed: ask again.
    #[error("{0} can't be asked right now")]
    Away(&'static str),
    /// A fault of ours or theirs, for the log.
    #[error("{callee} answered what its contract does not say: {said}")]
    Odd { callee: &'static str, said: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::InCheckout(_) => conflict("cart.in_checkout"),
            Self::Closed(_) => conflict("cart.closed"),
            Self::TooMany => refused("cart.too_many"),
            Self::NoLine => not_found("line.not_found"),
            Self::Empty => refused("cart.empty"),
            Self::NoDelivery => refused("cart.no_delivery"),
            Self::Changed => stale("stale"),
            Self::Contended => conflict("contended"),
            Self::NoOffer(_) => refused("offer.not_found"),
            Self::Told { code, .. } => refused(code),
            Self::Away(_) => unavailable("away"),
            Self::Odd { .. } => internal("odd_answer"),
            Self::Store(e) => e.code(),
        }
    }
    fn members(&self) -> Map<String, Value> {
        match self {
            Self::InCheckout(order) | Self::Closed(order) => {
                Map::from_iter([("order".to_string(), Value::String(order.to_string()))])
            }
            _ => Map::new(),
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Error {
        match refusal {
            Refusal::InCheckout(order) => Error::InCheckout(order),
            Refusal::Closed(order) => Error::Closed(order),
            Refusal::TooMany => Error::TooMany,
            Refusal::NoLine => Error::NoLine,
            Refusal::Empty => Error::Empty,
            Refusal::NoDelivery => Error::NoDelivery,
        }
    }
}
