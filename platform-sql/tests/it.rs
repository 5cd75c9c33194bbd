//! The facade and the tables under every service, on both engines, in fair weather and foul.
#[path = "it/batches.rs"]
mod batches;
#[path = "it/bench.rs"]
mod bench;
#[path = "it/consumer.rs"]
mod consumer;
#[path = "it/crash.rs"]
mod crash;
#[path = "it/events.rs"]
mod events;
#[path = "it/intents.rs"]
mod intents;
#[path = "it/log.rs"]
mod log;
#[path = "it/lost.rs"]
mod lost;
#[path = "it/parking.rs"]
mod parking;
#[path = "it/retention.rs"]
mod retention;
#[path = "it/schema.rs"]
mod schema;
