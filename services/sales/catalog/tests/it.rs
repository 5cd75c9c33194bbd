//! Catalog on both engines.
#[path = "it/store.rs"]
mod store;
#[path = "it/views.rs"]
mod views;
