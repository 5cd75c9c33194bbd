//! What pricing has to know of an offer.
use kernel::{OfferId, ProductId, VendorId};

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
    pub goods: Goods,
}

/// What rules of plans and taxes look at, and what a carrier weighs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Goods {
    pub product: Option<ProductId>,
    /// Slugs from the top of the tree down to its own category.
    pub categories: Vec<String>,
    pub condition: Option<String>,
    /// Of one unit; 0 when nobody knows.
    pub weight_grams: u32,
}
