mod events;
pub mod sql;
pub mod testbank;
