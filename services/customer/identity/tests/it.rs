//! Identity's store on both engines, and its tokens.
#[path = "it/store.rs"]
mod store;
#[path = "it/tokens.rs"]
mod tokens;
