//! Carts on both engines, and their edits over fakes of those they ask.
#[path = "it/edits.rs"]
mod edits;
#[path = "it/store.rs"]
mod store;
