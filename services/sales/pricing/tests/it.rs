//! Pricing's ports on every adapter, and its doors.
#[path = "it/accept.rs"]
mod accept;
#[path = "it/api.rs"]
mod api;
#[path = "it/quotes.rs"]
mod quotes;
#[path = "it/store.rs"]
mod store;
#[path = "it/world.rs"]
mod world;
