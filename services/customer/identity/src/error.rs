//! What the rules refuse.
use kernel::{
    Code, Coded,
    error::{conflict, internal, not_found, refused},
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
    #[error("a role at a vendor names the vendor, and only such a role does")]
    RoleNeedsVendor,
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
            Self::RoleNeedsVendor => refused("user.role_needs_vendor"),
            Self::Token(_) => internal("token"),
            Self::Store(e) => e.code(),
        }
    }
}
