//! The program as a whole.
#[path = "it/idle.rs"]
mod idle;
#[path = "it/stock.rs"]
mod stock;
