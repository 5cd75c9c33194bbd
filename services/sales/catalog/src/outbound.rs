mod document;
pub mod events;
pub mod sql;
