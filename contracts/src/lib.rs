//! Generated from `proto/`. No logic.
#[path = "gen/souk.catalog.v1.rs"]
#[rustfmt::skip]
pub mod catalog;
#[path = "gen/souk.identity.v1.rs"]
#[rustfmt::skip]
pub mod identity;
#[path = "gen/souk.inventory.v1.rs"]
#[rustfmt::skip]
pub mod inventory;
#[path = "gen/souk.order.v1.rs"]
#[rustfmt::skip]
pub mod order;
#[path = "gen/souk.payment.v1.rs"]
#[rustfmt::skip]
pub mod payment;
#[path = "gen/souk.pricing.v1.rs"]
#[rustfmt::skip]
pub mod pricing;
#[path = "gen/souk.shipping.v1.rs"]
#[rustfmt::skip]
pub mod shipping;
#[path = "gen/souk.vendor.v1.rs"]
#[rustfmt::skip]
pub mod vendor;
#[path = "gen/reads.rs"]
#[rustfmt::skip]
mod reads;
pub use reads::READS;
