//! Shipping's ports on every adapter, its doors, and what it hears of others.
#[path = "it/api.rs"]
mod api;
#[path = "it/events.rs"]
mod events;
#[path = "it/rates.rs"]
mod rates;
#[path = "it/store.rs"]
mod store;
#[path = "it/world.rs"]
mod world;
