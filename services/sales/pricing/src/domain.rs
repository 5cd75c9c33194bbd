//! What things cost, what was promised of it, and to which order.
//!
//! ```text
//! price list ──▶ quote (10 minutes) ──accept──▶ acceptance: done ──undo──▶ undone
//!                  ▲                                                 │
//!                  └───────────── free again ────────────────────────┘
//! ```
//! A quote is reckoned once and never changes; while it lives it is honoured although prices change. Its acceptance, one an order,
//! is the judge of the step (checkout, participants): at most one acceptance of a quote is done, and a coupon's redemptions are
//! the acceptances that are done (M11).
mod acceptance;
mod coupon;
mod offer;
mod price;
mod quote;
mod reckon;
pub use acceptance::{Acceptance, AcceptanceState, Component, Rates, Step};
pub use coupon::{Coupon, CouponCode, CouponRefusal, Discount};
pub use offer::Offer;
pub use price::{InThePast, Price, PriceEvent, PriceList};
pub use quote::{Basket, Buyer, Delivery, Party, Quote, QuoteRefusal, VendorPart};
pub use reckon::{Known, Line, Problem, Reckoning, TooLarge, Want, Wrong};
