//! Mechanisms every service needs and none owns.
pub use async_trait::async_trait;
pub mod actor;
pub mod ask;
pub mod check;
pub mod clock;
pub mod context;
pub mod feed;
pub mod grpc;
pub mod http;
mod http_assertion;
pub mod module;
pub mod net;
pub mod page;
pub mod settings;
pub mod store;
pub mod task;
