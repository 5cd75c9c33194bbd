//! The public door: routes as data, typed calls, problems.
mod call;
mod cursor;
mod edge;
mod faults;
mod input;
mod json;
mod key;
mod list;
mod openapi;
mod problem;
mod query;
mod route;
mod schema;
mod scope;
mod serve;
mod spec;
pub use call::{Answer, Asking, Call, Nothing, RawCall, Read, Reply, View, saying};
pub use edge::edge;
pub use faults::matrix;
pub use input::Input;
pub use key::InFlight;
pub use list::List;
pub use openapi::document;
pub use problem::{Problem, Spot};
pub use query::{Listed, Query};
pub use route::{Route, Routes, Unlisted, delete, get, patch, post, put};
pub use serve::{Door, Identify, positional};
pub use spec::{Access, Audience, Class, KeyRule, Spec};
/// Tree and type in one.
pub fn strict<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    json::body(json::tree(bytes)?)
}
