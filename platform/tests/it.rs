//! The doors of the platform, before a service of the tests' own: in one process and over a listener.
#[path = "it/calls.rs"]
mod calls;
#[path = "it/door.rs"]
mod door;
#[path = "it/form.rs"]
mod form;
#[path = "it/keys.rs"]
mod keys;
#[path = "it/lamps.rs"]
mod lamps;
#[path = "it/logs.rs"]
mod logs;
#[path = "it/pages.rs"]
mod pages;
#[path = "it/rpc.rs"]
mod rpc;
#[path = "it/shelf.rs"]
mod shelf;
#[path = "it/start.rs"]
mod start;
#[path = "it/world.rs"]
mod world;
