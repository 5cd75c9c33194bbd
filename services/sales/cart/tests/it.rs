//! Carts on both engines: the store, edits over fakes of those they ask, the doors over their contracts, and the order's news.
#[path = "it/api.rs"]
mod api;
#[path = "it/bad_input.rs"]
mod bad_input;
#[path = "it/edits.rs"]
mod edits;
#[path = "it/events.rs"]
mod events;
#[path = "it/market.rs"]
mod market;
#[path = "it/quotes.rs"]
mod quotes;
#[path = "it/store.rs"]
mod store;
#[path = "it/world.rs"]
mod world;
