pub mod events;
pub mod seal;
pub mod sql;
