//! What things cost, what was promised of it, and to which order.
//!
//! ```text
//! price list ──▶ quote (10 minutes) ──accept──▶ acceptance: done ──undo──▶ undone
//!                  ▲                                                 │
//!                  └───────────── free again ────────────────────────┘
//! ```
//! A quote is reckoned once and never changes; while it lives it is honoured although prices change. Its acceptance, one an order,
//! is the judge of the step (checkout, participants): at most one acceptance of a quote is done, and a coupon's redemptions are
//! the acceptances that are done (M11). Taxes are frozen when a quote is made, commission when it is accepted.
mod acceptance;
mod coupon;
mod delivery;
mod offer;
mod price;
mod quote;
mod reckon;
mod tax;
mod terms;
pub use acceptance::{Acceptance, AcceptanceState, Component, Frozen, Step};
pub use coupon::{Coupon, CouponCode, CouponRefusal, Discount};
pub use delivery::{Delivery, Enquiry, GoodsAsked, NoDelivery, ParcelAsked, Place, Rate, parcels};
pub use offer::{Goods, Offer};
pub use price::{InThePast, Price, PriceEvent, PriceList};
pub use quote::{Basket, Buyer, Figures, Party, Quote, QuoteRefusal, VendorPart};
pub use reckon::{Known, Line, Problem, Reckoning, TooLarge, VendorTotal, Want, Wrong};
pub use tax::{Inclusion, OwedBy, Region, Rounding, TaxPart, TaxRate, TaxZone, Taxed, ZoneFault, percent};
pub use terms::{Plan, Rule, Sale, Taken, Terms, VendorTax};

use kernel::{Currency, Money};

/// An amount as people read it.
fn said(minor: i64, currency: Currency) -> String {
    Money::new(minor, currency).map_or_else(|| minor.to_string(), |money| money.to_string())
}
