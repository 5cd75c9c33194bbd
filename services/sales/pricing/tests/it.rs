//! Pricing's ports on every adapter, and its doors.
#[path = "it/accept.rs"]
mod accept;
#[path = "it/api.rs"]
mod api;
#[path = "it/callees.rs"]
mod callees;
#[path = "it/quotes.rs"]
mod quotes;
#[path = "it/store.rs"]
mod store;
#[path = "it/taxes.rs"]
mod taxes;
#[path = "it/world.rs"]
mod world;
