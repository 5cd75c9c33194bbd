//! What the rules refuse.
use kernel::{
    Code, Coded,
    error::{conflict, internal, not_found, refused, stale},
};
use platform::store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is an account with this address already")]
    Taken,
    #[error("there is no such user")]
    NoUser,
    #[error("an operator's account can't be acted for")]
    Operator,
    #[error("the user has no role at this vendor")]
    NotTheirVendor,
    #[error("the user is suspended")]
    Suspended,
    #[error("it was changed by somebody else meanwhile")]
    Changed,
    #[error("token: {0}")]
    Token(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::Taken => conflict("user.email_taken"),
            Self::NoUser => not_found("user.not_found"),
            Self::Operator => refused("user.is_operator"),
            Self::NotTheirVendor => refused("user.not_their_vendor"),
            Self::Suspended => refused("user.suspended"),
            Self::Changed => stale("stale"),
            Self::Token(_) => internal("token"),
            Self::Store(e) => e.code(),
        }
    }
}
