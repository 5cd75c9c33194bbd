//! What the rules refuse.
use crate::domain::{Flaw, MOST_TITLE, OfferState};
use kernel::{
    Code, Coded,
    error::{conflict, not_found, refused, stale},
};
use platform::store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{}", flaw(.0))]
    Flawed(Flaw),
    #[error("the offer is {} and can't be moved so", state(*.0))]
    Illegal(OfferState),
    #[error("there is no such category")]
    NoCategory,
    #[error("a category can't stand below itself")]
    BelowItself,
    #[error("there is no such variant")]
    NoVariant,
    #[error("another one has this slug already")]
    SlugTaken,
    #[error("you have an offer with this SKU already")]
    SkuTaken,
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
            Self::Flawed(_) => refused("product.flawed"),
            Self::Illegal(_) => refused("offer.illegal_move"),
            Self::NoCategory => refused("category.not_found"),
            Self::BelowItself => refused("category.below_itself"),
            Self::NoVariant => not_found("variant.not_found"),
            Self::SlugTaken => conflict("slug.taken"),
            Self::SkuTaken => conflict("offer.sku_taken"),
            Self::Changed => stale("stale"),
            Self::Contended => conflict("contended"),
            Self::Store(e) => e.code(),
        }
    }
}

fn flaw(flaw: &Flaw) -> String {
    match flaw {
        Flaw::Slug => {
            "a slug has small letters, digits and single hyphens; name one if the title has none of them".into()
        }
        Flaw::Title => format!("a title has 1 to {MOST_TITLE} characters"),
        Flaw::TwoOptionsAlike => "two options have one name".into(),
        Flaw::NoVariant => "a product has at least one variant".into(),
        Flaw::TwoVariantsAlike => "two variants choose alike".into(),
        Flaw::Choices(variant) => format!("variant {variant} does not choose one value of each option"),
        Flaw::Gone(variant) => format!("variant {variant} is left out, and offers may stand on it"),
        Flaw::Unknown(variant) => format!("this product has no variant {variant}"),
        Flaw::Retired => "the product is retired".into(),
    }
}

pub fn state(state: OfferState) -> &'static str {
    match state {
        OfferState::Draft => "draft",
        OfferState::Submitted => "submitted",
        OfferState::Active => "active",
        OfferState::Paused => "paused",
        OfferState::Rejected => "rejected",
        OfferState::Retired => "retired",
    }
}
