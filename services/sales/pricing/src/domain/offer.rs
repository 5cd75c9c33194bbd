//! What pricing has to know of an offer.
use kernel::{OfferId, VendorId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub id: OfferId,
    pub vendor: VendorId,
    /// Whether it may be sold now.
    pub active: bool,
    /// As people read it: title and variant. Empty where nobody knows one.
    pub title: String,
    /// The vendor's own number for it.
    pub sku: String,
}
