//! The program as a whole.
#[path = "it/budget.rs"]
mod budget;
#[path = "it/crowd.rs"]
mod crowd;
#[path = "it/idle.rs"]
mod idle;
#[path = "it/purchase.rs"]
mod purchase;
#[path = "it/replay.rs"]
mod replay;
#[path = "it/stock.rs"]
mod stock;
#[path = "it/storm.rs"]
mod storm;
