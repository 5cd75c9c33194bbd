//! From a request that was let in to what a handler takes.
use super::{
    Problem,
    call::{Call, RawCall},
    cursor::Cursors,
    json,
    query::{Query, is_nothing},
    schema::Shape,
    spec::Spec,
};
use crate::{actor::Actor, ask::Key, context::Seal};
use axum::http::HeaderMap;
use bytes::Bytes;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::{Arc, atomic::AtomicBool};

/// What came in, after the door has looked at it.
pub struct Incoming {
    pub actor: Actor,
    pub head: HeaderMap,
    pub bytes: Bytes,
    /// The bytes as JSON; null for a hook and where no body is taken.
    pub tree: Value,
    pub path: Vec<String>,
    pub query: String,
    pub version: Option<u64>,
    pub key: Option<Key>,
    pub kept: Arc<AtomicBool>,
    pub cursors: Seal,
}

/// What a handler takes: `Call`, `Read` or `RawCall`.
pub trait Input: Sized + Send + 'static {
    fn describe(spec: &mut Spec);
    fn of(spec: &Spec, incoming: Incoming) -> Result<Self, Problem>;
}

impl<B, P, Q> Input for Call<B, P, Q>
where
    B: DeserializeOwned + JsonSchema + Send + 'static,
    P: DeserializeOwned + JsonSchema + Send + 'static,
    Q: Query,
{
    fn describe(spec: &mut Spec) {
        spec.body = shape::<B>();
        spec.path_args = shape::<P>();
        spec.query = Q::shape();
    }
    fn of(spec: &Spec, incoming: Incoming) -> Result<Self, Problem> {
        let list = [spec.path, &incoming.path.join("\0"), &Q::bound(&incoming.query)].join("\0");
        Ok(Call {
            actor: incoming.actor,
            path: json::path(incoming.path)?,
            query: Q::read(&incoming.query)?,
            body: json::body(incoming.tree)?,
            version: incoming.version,
            key: incoming.key,
            kept: incoming.kept,
            status: spec.status,
            cursors: Cursors { seal: incoming.cursors, bound: list },
        })
    }
}

impl<P: DeserializeOwned + JsonSchema + Send + 'static> Input for RawCall<P> {
    fn describe(spec: &mut Spec) {
        spec.raw = true;
        spec.path_args = shape::<P>();
    }
    fn of(spec: &Spec, incoming: Incoming) -> Result<Self, Problem> {
        Ok(RawCall { head: incoming.head, body: incoming.bytes, path: json::path(incoming.path)?, status: spec.status })
    }
}

fn shape<T: JsonSchema + 'static>() -> Option<Shape> {
    (!is_nothing::<T>()).then_some(|generator| generator.subschema_for::<T>())
}
