pub mod convert;
pub mod events;
pub mod grpc;
pub mod rest;
mod views;
