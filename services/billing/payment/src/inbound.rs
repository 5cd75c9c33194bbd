mod convert;
pub mod grpc;
mod hook;
pub mod rest;
mod show;
