//! Vendor's port on every adapter, and its doors.
#[path = "it/api.rs"]
mod api;
#[path = "it/store.rs"]
mod store;
