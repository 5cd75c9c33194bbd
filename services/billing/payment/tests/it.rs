//! Payment's rules, ports and doors.
#[path = "it/alone.rs"]
mod alone;
#[path = "it/bank.rs"]
mod bank;
#[path = "it/book.rs"]
mod book;
#[path = "it/cases.rs"]
mod cases;
#[path = "it/checkout.rs"]
mod checkout;
#[path = "it/desk.rs"]
mod desk;
#[path = "it/disputes.rs"]
mod disputes;
#[path = "it/door.rs"]
mod door;
#[path = "it/lives.rs"]
mod lives;
#[path = "it/moves.rs"]
mod moves;
#[path = "it/payouts.rs"]
mod payouts;
#[path = "it/real.rs"]
mod real;
#[path = "it/refunds.rs"]
mod refunds;
#[path = "it/saga.rs"]
mod saga;
#[path = "it/store.rs"]
mod store;
#[path = "it/storms.rs"]
mod storms;
#[path = "it/table.rs"]
mod table;
#[path = "it/testbank.rs"]
mod testbank;
#[path = "it/till.rs"]
mod till;
