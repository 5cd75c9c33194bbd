//! The program as a whole.
#[path = "it/budget.rs"]
mod budget;
#[path = "it/check.rs"]
mod check;
#[path = "it/crowd.rs"]
mod crowd;
#[path = "it/idle.rs"]
mod idle;
#[path = "it/operate.rs"]
mod operate;
#[path = "it/purchase.rs"]
mod purchase;
#[path = "it/replay.rs"]
mod replay;
#[path = "it/sql.rs"]
mod sql;
#[path = "it/stock.rs"]
mod stock;
#[path = "it/storm.rs"]
mod storm;
