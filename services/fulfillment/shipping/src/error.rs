//! What the rules refuse, in the order a reader meets it.
use kernel::{
    Code, Coded, VendorId,
    error::{conflict, forbidden, invalid, not_found, refused, stale},
};
use platform::store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("a vendor without goods delivers nothing")]
    Empty,
    /// The method that was asked for does not serve. Final.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    NotServed(Vec<VendorId>),
    #[error("no time zone is called {0}")]
    NoTimeZone(String),
    #[error("the zone of this method is none of yours and none of the marketplace's")]
    NoZone,
    #[error("methods still deliver to this zone")]
    ZoneInUse,
    #[error("it is the marketplace's: vendors use it as it is")]
    Marketplace,
    #[error("it was changed by somebody else meanwhile")]
    Changed,
    #[error("there is no such parcel")]
    NoParcel,
    #[error("several parcels have this tracking number: name the shipment")]
    Ambiguous,
    /// Worth another try.
    #[error("somebody was faster, every time")]
    Contended,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::Empty => invalid("shipping.empty"),
            Self::NotServed(_) => refused(NOT_SERVED),
            Self::NoTimeZone(_) => refused("shipping.no_time_zone"),
            Self::NoZone => refused("shipping.no_zone"),
            Self::ZoneInUse => refused("shipping.zone_in_use"),
            Self::Marketplace => forbidden("forbidden"),
            Self::Changed => stale("stale"),
            Self::NoParcel => not_found("shipping.no_parcel"),
            Self::Ambiguous => refused("shipping.ambiguous_tracking"),
            Self::Contended => conflict("contended"),
            Self::Store(e) => e.code(),
        }
    }
}

/// Also said of a vendor without options, where nothing is refused.
pub const NOT_SERVED: &str = "shipping.not_served";
