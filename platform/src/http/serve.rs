//! From the list to a router: identify → allow → parse → repeat? → handle → keep refusals.
use super::{Access, KeyRule, Problem, Routes, Spec, json, route::Route};
use crate::{
    actor::{Actor, Policy},
    ask::{Book, Kept, Key, Known, Said},
    context::{Context, Seal},
    store::{Store, StoreError},
};
use axum::{
    Router,
    body::Body,
    extract::{RawPathParams, Request},
    http::{HeaderMap, HeaderName, StatusCode},
    response::{IntoResponse, Response},
    routing::{MethodFilter, MethodRouter, on},
};
use futures::FutureExt;
use kernel::{Coded, error};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, HashSet},
    panic::AssertUnwindSafe,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

/// Who asks, out of the request's credentials.
pub trait Identify: Send + Sync {
    fn actor(&self, head: &HeaderMap) -> Result<Actor, Problem>;
}

/// What all doors of a process share.
#[derive(Clone)]
pub struct Door {
    pub policy: Arc<dyn Policy>,
    pub identify: Arc<dyn Identify>,
    pub running: Arc<Mutex<HashSet<(String, String)>>>,
    /// Signs cursors.
    pub cursors: Seal,
}

impl Door {
    /// `seal` is the one of all processes, so that a cursor opens its list in each.
    pub fn new(policy: Arc<dyn Policy>, identify: Arc<dyn Identify>, seal: &Seal) -> Door {
        Door { policy, identify, running: Arc::default(), cursors: seal.derive("cursors") }
    }
}

pub struct Incoming {
    pub actor: Actor,
    pub body: serde_json::Value,
    pub path: Vec<String>,
    pub query: String,
    pub version: Option<u64>,
    pub key: Option<Key>,
    pub kept: Arc<AtomicBool>,
    pub cursors: Seal,
}

impl<A: Send + Sync + 'static> Routes<A> {
    pub fn bind(self, app: Arc<A>, store: Arc<dyn Store>, door: Door) -> Router {
        let mut paths: BTreeMap<&'static str, MethodRouter> = BTreeMap::new();
        for route in self.0 {
            let (path, filter) =
                (route.spec.path, MethodFilter::try_from(route.spec.method.clone()).expect("known method"));
            let route = Arc::new(route);
            let (app, store, door) = (app.clone(), store.clone(), door.clone());
            let handler = on(filter, move |params: RawPathParams, request: Request| async move {
                serve(&route, app, store.as_ref(), &door, params, request)
                    .await
                    .unwrap_or_else(IntoResponse::into_response)
            });
            let merged = paths.remove(path).unwrap_or_default().merge(handler);
            paths.insert(path, merged);
        }
        // `fallback` of a method router keeps axum's Allow header.
        let wrong_method =
            || async { Problem::invalid("this path has no such method").with_status(405).into_response() };
        paths
            .into_iter()
            .fold(Router::new(), |router, (path, methods)| router.route(path, methods.fallback(wrong_method)))
    }
}

async fn serve<A: 'static>(
    route: &Route<A>,
    app: Arc<A>,
    store: &dyn Store,
    door: &Door,
    params: RawPathParams,
    request: Request,
) -> Result<Response, Problem> {
    let spec = &route.spec;
    let (head, body) = request.into_parts();
    let actor = door.identify.actor(&head.headers)?;
    match spec.access {
        Some(Access::Open) => {}
        Some(Access::Action(action)) if door.policy.allows(&actor, action) => {}
        _ if actor.is_anonymous() => return Err(Problem::unauthenticated("sign in first")),
        _ => return Err(Problem::forbidden("not yours to do")),
    }
    let body = read(spec, &head.headers, body).await?;
    let path: Vec<String> = params.iter().map(|(_, value)| value.to_string()).collect();
    let query = head.uri.query().unwrap_or_default().to_string();
    let version = version(spec, &head.headers)?;
    let content = Content { path: &path, query: &query, version, body: &body };
    let key = key(spec, &head.headers, &actor, &content)?;
    let kept = Arc::new(AtomicBool::new(false));
    let cursors = door.cursors.clone();
    let incoming = Incoming { actor, body, path, query, version, key: key.clone(), kept: kept.clone(), cursors };
    let run = run(route, app, incoming);
    let Some(key) = key else { return run.await.map(respond) };

    let _running = Running::enter(door, &key)?;
    match run.await {
        Ok(said) if kept.load(Ordering::Relaxed) => Ok(respond(said)),
        Ok(_) => {
            tracing::error!(route = spec.path, "keyed route kept no answer");
            Err(Problem::new(error::internal("answer_not_kept"), "something went wrong here"))
        }
        Err(problem) => refused(store, key, problem).await,
    }
}

async fn run<A: 'static>(route: &Route<A>, app: Arc<A>, incoming: Incoming) -> Result<Said, Problem> {
    let context = Context::person(incoming.actor.clone());
    AssertUnwindSafe(context.scope((route.run)(app, incoming)))
        .catch_unwind()
        .await
        .unwrap_or_else(|_| Err(Problem::new(error::internal("panicked"), "something went wrong here")))
}

/// Only a no is looked up: a yes has taken the key with its effect, so it was the first. What a repeat runs into (answered, too
/// few left by now, already cancelled) is not its answer if there is one already.
async fn refused(store: &dyn Store, key: Key, problem: Problem) -> Result<Response, Problem> {
    let away = |e: StoreError| Problem::new(e.code(), "try again");
    match store.known(&key).await.map_err(away)? {
        Some(Known::Answered(kept)) => replay(kept, &key),
        Some(Known::Undone) => Err(Problem::new(error::conflict("step_undone"), "this was undone")),
        None if problem.settled => {
            let said = problem.said();
            store.keep(Kept { key, said: said.clone(), for_now: false, subject: None }).await.map_err(away)?;
            Ok(respond(said))
        }
        None => Err(problem),
    }
}

async fn read(spec: &Spec, head: &HeaderMap, body: Body) -> Result<serde_json::Value, Problem> {
    if spec.body.is_none() {
        return Ok(serde_json::Value::Null);
    }
    if !head.get("content-type").is_some_and(|t| t.as_bytes().starts_with(b"application/json")) {
        return Err(Problem::invalid("the body must be application/json").with_status(415));
    }
    let bytes = axum::body::to_bytes(body, json::MAX_BYTES)
        .await
        .map_err(|_| Problem::invalid(format!("the body is larger than {} bytes", json::MAX_BYTES)).with_status(413))?;
    json::tree(&bytes)
}
/// What makes two requests the same.
struct Content<'a> {
    path: &'a [String],
    query: &'a str,
    version: Option<u64>,
    body: &'a serde_json::Value,
}

fn key(spec: &Spec, head: &HeaderMap, actor: &Actor, content: &Content<'_>) -> Result<Option<Key>, Problem> {
    let given = head.get("idempotency-key");
    if spec.key == KeyRule::None || (spec.key == KeyRule::Taken && given.is_none()) {
        return Ok(None);
    }
    let text = given
        .and_then(|k| k.to_str().ok())
        .filter(|k| (1..=255).contains(&k.len()) && k.bytes().all(|b| b.is_ascii_graphic()))
        .ok_or_else(|| {
            Problem::invalid("Idempotency-Key is required: 1 to 255 visible ASCII characters").at(
                "",
                "idempotency_key",
                "missing or malformed",
            )
        })?;
    let principal =
        actor.principal().ok_or_else(|| Problem::unauthenticated("a repeatable call needs a user or a cart token"))?;
    Ok(Some(Key {
        book: Book::Request { scope: format!("{principal} {} {}", spec.method, spec.path) },
        text: text.into(),
        fingerprint: content.fingerprint(),
    }))
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
        hash.update(self.body.to_string());
        hash.finalize().into()
    }
}

fn version(spec: &Spec, head: &HeaderMap) -> Result<Option<u64>, Problem> {
    if !spec.if_match {
        return Ok(None);
    }
    let text = head.get("if-match").ok_or_else(|| Problem::invalid("If-Match is required").with_status(428))?;
    text.to_str()
        .ok()
        .and_then(|t| t.strip_prefix('"')?.strip_suffix('"')?.parse().ok())
        .map(Some)
        .ok_or_else(|| Problem::invalid("If-Match is a version in quotes"))
}
fn replay(kept: Kept, key: &Key) -> Result<Response, Problem> {
    if kept.key.fingerprint != key.fingerprint {
        return Err(Problem::new(error::refused("key_reused"), "this Idempotency-Key was used with other contents"));
    }
    let mut response = respond(kept.said);
    response.headers_mut().insert("idempotency-replayed", axum::http::HeaderValue::from_static("true"));
    Ok(response)
}
pub(super) fn respond(said: Said) -> Response {
    let mut response = Response::new(Body::from(said.body));
    *response.status_mut() = StatusCode::from_u16(said.status).unwrap_or_default();
    for (name, value) in said.head {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), value.parse()) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
/// Best effort: two at once in one process. The unique key decides the rest.
struct Running<'a>(&'a Door, (String, String));
impl<'a> Running<'a> {
    fn enter(door: &'a Door, key: &Key) -> Result<Self, Problem> {
        let place = (format!("{:?}", key.book), key.text.clone());
        if door.running.lock().unwrap().insert(place.clone()) {
            return Ok(Self(door, place));
        }
        Err(Problem::new(error::conflict("in_flight"), "the same request is being answered right now"))
    }
}
impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.running.lock().unwrap().remove(&self.1);
    }
}
