pub mod catalog;
mod document;
pub mod inventory;
pub mod pricing;
pub mod shipping;
pub mod sql;
mod told;
