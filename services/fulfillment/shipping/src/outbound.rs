pub mod calendar;
pub mod events;
pub mod sql;
