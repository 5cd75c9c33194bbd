//! A product has variants; a variant is what one buys. An offer is one vendor's sale of one variant: price and stock are its, never
//! the variant's.
//!
//! ```text
//! offer: draft ──submit──▶ submitted ──approve──▶ active ⇄ paused
//!          ▲                   └──reject──▶ rejected ──submit──▶ …
//!        every state but retired ──retire──▶ retired
//! product: draft ──publish──▶ published ──retire──▶ retired
//! ```
mod category;
mod offer;
mod product;
mod slug;
pub use category::{Branch, Category};
pub use offer::{Condition, Offer, OfferEvent, OfferMove, OfferState};
pub use product::{Choice, Flaw, MOST_TITLE, Product, ProductEvent, ProductOption, ProductState, Variant};
pub use slug::{is_slug, slug};
