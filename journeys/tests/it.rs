//! The program as a whole.
#[path = "it/idle.rs"]
mod idle;
#[path = "it/purchase.rs"]
mod purchase;
#[path = "it/stock.rs"]
mod stock;
