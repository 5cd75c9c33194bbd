//! Identity on both engines: its store, its tokens, its doors, and what it hears.
#[path = "it/api.rs"]
mod api;
#[path = "it/events.rs"]
mod events;
#[path = "it/grpc.rs"]
mod grpc;
#[path = "it/store.rs"]
mod store;
#[path = "it/tokens.rs"]
mod tokens;
#[path = "it/world.rs"]
mod world;
