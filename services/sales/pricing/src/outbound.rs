pub mod catalog;
pub mod events;
pub mod seal;
pub mod shipping;
pub mod sql;
pub mod vendor;
