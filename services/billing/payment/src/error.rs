//! What the rules refuse, in the order a reader meets it.
use crate::domain::{Refused, ledger::Refusal};
use kernel::{
    Code, Coded, ComponentId,
    error::{conflict, invalid, not_found, refused},
};
use platform::store::StoreError;
use std::time::Duration;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("components, tenders and total do not add up")]
    TotalDiffers,
    #[error("a card is needed")]
    NoCard,
    #[error("there is no such payment")]
    NoPayment,
    /// For good.
    #[error("the payment is closed: {0}")]
    Closed(String),
    #[error("the wallet or gift card does not cover its part")]
    NotCovered,
    #[error("nothing is authorized")]
    NotAuthorized,
    /// Worth another try.
    #[error("the last card is not decided yet")]
    Undecided,
    #[error("no further card can be tried")]
    NoAttemptsLeft,
    #[error("this step was taken with other contents")]
    KeyReused,
    #[error("the money was not taken")]
    NotTaken,
    #[error("the payment has no component {0}")]
    NoComponent(ComponentId),
    #[error("not so much is left of {0}")]
    TooMuch(ComponentId),
    /// For good.
    #[error("the provider refused the refund")]
    RefundRefused,
    #[error("nothing is owed that could be paid out")]
    NothingToPay,
    /// Worth another try.
    #[error("a payout to this vendor is being asked for")]
    PayoutUnderWay,
    #[error("the signature is missing, wrong or too old")]
    BadSignature,
    /// The sender tries again.
    #[error("the provider's record can't be read now")]
    RecordAway,
    /// Worth another try.
    #[error("somebody was faster, every time")]
    Contended,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::TotalDiffers => invalid("payment.total_differs"),
            Self::NoCard => invalid("payment.no_card"),
            Self::NoPayment => not_found("payment.not_found"),
            Self::Closed(_) => refused("payment.closed"),
            Self::NotCovered => refused("payment.not_covered"),
            Self::NotAuthorized => refused("payment.not_authorized"),
            Self::Undecided => conflict("payment.undecided"),
            Self::NoAttemptsLeft => refused("payment.no_attempts_left"),
            Self::KeyReused => refused("key_reused"),
            Self::NotTaken => refused("payment.not_taken"),
            Self::NoComponent(_) => not_found("refund.no_component"),
            Self::TooMuch(_) => refused("refund.too_much"),
            Self::RefundRefused => refused("refund.refused"),
            Self::NothingToPay => refused("payout.nothing_to_pay"),
            Self::PayoutUnderWay => conflict("payout.under_way"),
            Self::BadSignature => kernel::error::unauthenticated("hook.bad_signature"),
            Self::RecordAway => kernel::error::unavailable("hook.record_away"),
            Self::Contended => conflict("contended"),
            Self::Store(e) => e.code(),
        }
    }
    fn retry_after(&self) -> Option<Duration> {
        matches!(self, Self::Undecided | Self::PayoutUnderWay | Self::Contended).then_some(Duration::from_secs(1))
    }
}

impl From<Refused> for Error {
    fn from(no: Refused) -> Error {
        match no {
            Refused::TotalDiffers => Error::TotalDiffers,
            Refused::NoCard => Error::NoCard,
            Refused::Closed(reason) => Error::Closed(reason),
            Refused::NotAuthorized => Error::NotAuthorized,
            Refused::Undecided | Refused::Left(_) => Error::Undecided,
            Refused::NoAttemptsLeft => Error::NoAttemptsLeft,
            Refused::KeyReused => Error::KeyReused,
            Refused::NotTaken => Error::NotTaken,
            Refused::Refund(Refusal::NoComponent(id)) => Error::NoComponent(id),
            Refused::Refund(Refusal::TooMuch(id)) => Error::TooMuch(id),
        }
    }
}
