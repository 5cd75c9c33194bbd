//! The public edge, before a service that says what it was sent: in this process and behind an address.
#[path = "it/pass.rs"]
mod pass;
#[path = "it/tokens.rs"]
mod tokens;
#[path = "it/world.rs"]
mod world;
