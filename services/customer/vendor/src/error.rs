//! What the rules refuse, in the order a reader meets it.
use crate::domain::{IllegalMove, Status};
use kernel::{
    Code, Coded,
    error::{conflict, refused, stale},
};
use platform::store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("another vendor has this slug")]
    SlugTaken,
    #[error("a vendor that is {} can't be moved so", .0.as_str())]
    Illegal(Status),
    #[error("it was changed by somebody else meanwhile")]
    Changed,
    /// Worth another try.
    #[error("somebody was faster, every time")]
    Contended,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::SlugTaken => conflict("vendor.slug_taken"),
            Self::Illegal(_) => refused("vendor.illegal_move"),
            Self::Changed => stale("stale"),
            Self::Contended => conflict("contended"),
            Self::Store(e) => e.code(),
        }
    }
}

impl From<IllegalMove> for Error {
    fn from(IllegalMove(status): IllegalMove) -> Error {
        Error::Illegal(status)
    }
}
