//! Somebody who uses Souk through its door.
use crate::{Door, Got, seal};
use axum::body::Body;
use http::Request;
use platform::actor::Actor;
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

/// A write with a key, which may be sent again and again.
#[derive(Clone, Debug)]
pub struct Keyed {
    pub method: &'static str,
    pub path: String,
    pub key: String,
    /// The ETag that was read, where the route wants to know.
    pub version: Option<String>,
    pub body: Value,
}

#[derive(Clone)]
pub struct Person {
    door: Door,
    /// Headers that say who it is.
    shown: Vec<(String, String)>,
}

impl Person {
    /// Signed by the tests' own seal.
    pub fn of(door: Door, actor: Actor) -> Person {
        let assertion = seal().write_for(&actor, "gateway", Duration::from_secs(3600));
        Person { door, shown: vec![("souk-actor".into(), assertion)] }
    }
    /// Who has the key of the operators' door.
    pub fn operator(door: Door) -> Person {
        Person::with_token(door, &crate::operator_key())
    }
    pub fn with_token(door: Door, token: &str) -> Person {
        Person { door, shown: vec![("authorization".into(), format!("Bearer {token}"))] }
    }
    /// Nobody in particular.
    pub fn stranger(door: Door) -> Person {
        Person { door, shown: vec![] }
    }
    /// The same person, showing the token of a cart.
    pub fn showing_cart(&self, token: &str) -> Person {
        let mut person = self.clone();
        person.shown.push(("souk-cart-token".into(), token.to_string()));
        person
    }
    /// An operator becomes somebody else for a while.
    pub async fn acting_as(&self, user: &str, vendor: Option<&str>) -> Person {
        let mut body = json!({"user": user, "reason": "a journey"});
        if let Some(vendor) = vendor {
            body["vendor"] = json!(vendor);
        }
        let minted = self.post("/admin/v1/act-as", body).await.expect(200);
        Person::with_token(self.door.clone(), minted["access_token"].as_str().expect("a token"))
    }
    pub async fn get(&self, path: &str) -> Got {
        self.try_get(path).await.expect("an answer")
    }
    /// `None` when no whole answer came, as with every `Option` here.
    pub async fn try_get(&self, path: &str) -> Option<Got> {
        self.send("GET", path, &[], Value::Null).await
    }
    /// With a key of its own.
    pub async fn post(&self, path: &str, body: Value) -> Got {
        self.post_as(&Uuid::now_v7().to_string(), path, body).await.expect("an answer")
    }
    pub async fn post_as(&self, key: &str, path: &str, body: Value) -> Option<Got> {
        self.send("POST", path, &[("idempotency-key", key)], body).await
    }
    /// Where no key is wanted.
    pub async fn try_post(&self, path: &str, body: Value) -> Option<Got> {
        self.send("POST", path, &[], body).await
    }
    pub async fn send_keyed(&self, write: &Keyed) -> Option<Got> {
        let version = write.version.as_deref().map(|version| ("if-match", version));
        let headers: Vec<(&str, &str)> = version.into_iter().chain([("idempotency-key", write.key.as_str())]).collect();
        self.send(write.method, &write.path, &headers, write.body.clone()).await
    }
    /// `version` is the ETag that was read, `\"0\"` for what does not exist yet.
    pub async fn put(&self, path: &str, version: &str, body: Value) -> Got {
        self.send("PUT", path, &[("if-match", version)], body).await.expect("an answer")
    }
    async fn send(&self, method: &str, path: &str, more: &[(&str, &str)], body: Value) -> Option<Got> {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in self.shown.iter().map(|(n, v)| (n.as_str(), v.as_str())).chain(more.iter().copied()) {
            request = request.header(name, value);
        }
        let request = match body {
            Value::Null => request.body(Body::empty()),
            body => request.header("content-type", "application/json").body(Body::from(body.to_string())),
        };
        self.door.send(request.expect("a request")).await
    }
}
