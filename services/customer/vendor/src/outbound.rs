pub mod events;
mod plan;
pub mod sql;
