pub mod body;
pub mod convert;
pub mod events;
pub mod grpc;
pub mod rest;
pub mod view;
