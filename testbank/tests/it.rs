//! The bank through its own door, on a free port with a book of its own.
#[path = "it/cards.rs"]
mod cards;
#[path = "it/desk.rs"]
mod desk;
#[path = "it/keys.rs"]
mod keys;
#[path = "it/pages.rs"]
mod pages;
#[path = "it/restart.rs"]
mod restart;
#[path = "it/shop.rs"]
mod shop;
#[path = "it/webhooks.rs"]
mod webhooks;
