pub mod convert;
pub mod events;
pub mod rest;
mod views;
