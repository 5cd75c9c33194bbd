//! The public door: routes as data, typed calls, problems.
mod call;
mod cursor;
mod json;
mod list;
mod openapi;
mod problem;
mod query;
mod route;
mod serve;
pub use call::{Answer, Asking, Call, Read, Reply, View, saying};
pub use cursor::List;
pub use list::matrix;
pub use openapi::document;
pub use problem::{Problem, Spot};
pub use query::{Listed, Query};
pub use route::{Access, Audience, Class, KeyRule, Route, Routes, Spec, Unlisted, delete, get, patch, post, put};
pub use serve::{Door, Identify};
/// Tree and type in one.
pub fn strict<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    json::body(json::tree(bytes)?)
}
