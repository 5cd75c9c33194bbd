//! Catalog on both engines: its ports, its doors, and what it hears.
#[path = "it/api.rs"]
mod api;
#[path = "it/events.rs"]
mod events;
#[path = "it/grpc.rs"]
mod grpc;
#[path = "it/lists.rs"]
mod lists;
#[path = "it/offers.rs"]
mod offers;
#[path = "it/store.rs"]
mod store;
#[path = "it/views.rs"]
mod views;
#[path = "it/world.rs"]
mod world;
