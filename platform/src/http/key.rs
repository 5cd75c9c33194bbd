//! `Idempotency-Key` (api 6): whose key and for what, what a repeat hears, two at once.
use super::{
    KeyRule, Spec,
    problem::{Problem, respond},
};
use crate::{
    actor::Actor,
    ask::{Book, Kept, Key, Known},
    store::{Store, StoreError},
};
use axum::{
    http::{HeaderMap, HeaderValue},
    response::Response,
};
use kernel::error;
use sha2::{Digest, Sha256};
use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

/// What makes two requests the same.
pub(super) struct Content<'a> {
    pub path: &'a [String],
    pub query: &'a str,
    pub version: Option<u64>,
    pub tree: &'a serde_json::Value,
}

pub(super) fn key(spec: &Spec, head: &HeaderMap, actor: &Actor, content: &Content<'_>) -> Result<Option<Key>, Problem> {
    let given = head.get("idempotency-key");
    if spec.key == KeyRule::None || (spec.key == KeyRule::Taken && given.is_none()) {
        return Ok(None);
    }
    let text = given
        .and_then(|k| k.to_str().ok())
        .filter(|k| (1..=255).contains(&k.len()) && k.bytes().all(|b| b.is_ascii_graphic()))
        .ok_or_else(unreadable)?;
    let principal =
        actor.principal().ok_or_else(|| Problem::unauthenticated("a repeatable call needs a user or a cart token"))?;
    let scope = format!("{principal} {} {}", spec.method, spec.path);
    Ok(Some(Key { book: Book::Request { scope }, text: text.into(), fingerprint: content.fingerprint() }))
}

fn unreadable() -> Problem {
    Problem::new(
        error::invalid("invalid.idempotency_key"),
        "Idempotency-Key is required: 1 to 255 visible ASCII characters",
    )
}

impl Content<'_> {
    fn fingerprint(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        for part in self.path {
            hash.update(part);
            hash.update([0])
        }
        hash.update(self.query);
        hash.update([0]);
        hash.update(format!("{:?}", self.version));
        hash.update(self.tree.to_string());
        hash.finalize().into()
    }
}

/// Only a no is looked up: a yes has taken the key with its effect, so it was the first. What a repeat runs into (answered, too
/// few left by now, already cancelled) is not its answer if there is one already.
pub(super) async fn refused(store: &dyn Store, key: Key, problem: Problem) -> Result<Response, Problem> {
    let away = |e: StoreError| Problem::of(&e);
    match store.known(&key).await.map_err(away)? {
        Some(Known::Answered(kept)) => replay(kept, &key),
        Some(Known::Undone) => Err(Problem::new(error::conflict("step_undone"), "this was undone")),
        None if problem.settled => {
            let said = problem.said();
            let kept = Kept { key: key.clone(), said: said.clone(), for_now: false, subject: None };
            match store.keep(kept).await {
                Ok(()) => Ok(respond(said)),
                // Another process was answering the same request: what it said is what stands.
                Err(StoreError::Answered) => match store.known(&key).await.map_err(away)? {
                    Some(Known::Answered(kept)) => replay(kept, &key),
                    _ => Err(Problem::of(&StoreError::Answered)),
                },
                Err(error) => Err(away(error)),
            }
        }
        None => Err(problem),
    }
}

fn replay(kept: Kept, key: &Key) -> Result<Response, Problem> {
    if kept.key.fingerprint != key.fingerprint {
        return Err(Problem::new(error::refused("key_reused"), "this Idempotency-Key was used with other contents"));
    }
    let mut response = respond(kept.said);
    response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    Ok(response)
}

/// The keys that this process is answering right now. Best effort: the unique key in the store decides the rest.
#[derive(Default)]
pub struct InFlight(Mutex<HashSet<(String, String)>>);

/// One of them, until it is dropped.
pub(super) struct Running<'a>(&'a InFlight, (String, String));

impl InFlight {
    pub(super) fn enter(&self, key: &Key) -> Result<Running<'_>, Problem> {
        let place = (format!("{:?}", key.book), key.text.clone());
        if self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(place.clone()) {
            return Ok(Running(self, place));
        }
        Err(Problem::new(error::conflict("in_flight"), "the same request is being answered right now").retry_after(1))
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}
