//! Orders from the rule to the door.
#[path = "it/api.rs"]
mod api;
#[path = "it/checkout.rs"]
mod checkout;
#[path = "it/domain.rs"]
mod domain;
#[path = "it/door.rs"]
mod door;
#[path = "it/events.rs"]
mod events;
#[path = "it/fulfil.rs"]
mod fulfil;
#[path = "it/made.rs"]
mod made;
#[path = "it/matrix.rs"]
mod matrix;
#[path = "it/payment.rs"]
mod payment;
#[path = "it/pricing.rs"]
mod pricing;
#[path = "it/scenarios.rs"]
mod scenarios;
#[path = "it/stock.rs"]
mod stock;
#[path = "it/store.rs"]
mod store;
#[path = "it/wire.rs"]
mod wire;
#[path = "it/world.rs"]
mod world;
