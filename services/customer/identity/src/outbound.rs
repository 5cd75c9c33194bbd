pub mod events;
pub mod sql;
pub mod tokens;
