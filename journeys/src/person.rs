//! Somebody who uses Souk through its door.
use crate::{Door, Got, seal};
use axum::body::Body;
use http::Request;
use platform::actor::Actor;
use serde_json::Value;
use std::time::Duration;
use uuid::Uuid;

#[derive(Clone)]
pub struct Person {
    pub actor: Actor,
    door: Door,
    /// Headers that say who it is.
    shown: Vec<(String, String)>,
}

impl Person {
    /// Signed by the tests' own seal.
    pub fn of(door: Door, actor: Actor) -> Person {
        let assertion = seal().write_for(&actor, "gateway", Duration::from_secs(3600));
        Person { actor, door, shown: vec![("souk-actor".into(), assertion)] }
    }
    pub async fn get(&self, path: &str) -> Got {
        self.send("GET", path, None, Value::Null).await.expect("an answer")
    }
    /// With a key of its own.
    pub async fn post(&self, path: &str, body: Value) -> Got {
        self.post_as(&Uuid::now_v7().to_string(), path, body).await.expect("an answer")
    }
    pub async fn post_as(&self, key: &str, path: &str, body: Value) -> Option<Got> {
        self.send("POST", path, Some(("idempotency-key", key)), body).await
    }
    /// `version` is the ETag that was read, `\"0\"` for what does not exist yet.
    pub async fn put(&self, path: &str, version: &str, body: Value) -> Got {
        self.send("PUT", path, Some(("if-match", version)), body).await.expect("an answer")
    }
    async fn send(&self, method: &str, path: &str, more: Option<(&str, &str)>, body: Value) -> Option<Got> {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in self.shown.iter().map(|(n, v)| (n.as_str(), v.as_str())).chain(more) {
            request = request.header(name, value);
        }
        let request = match body {
            Value::Null => request.body(Body::empty()),
            body => request.header("content-type", "application/json").body(Body::from(body.to_string())),
        };
        self.door.send(request.expect("a request")).await
    }
}
