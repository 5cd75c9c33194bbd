//! From the list to a router: identify → allow → parse → repeat? → handle → keep refusals.
use super::{
    Access, Audience, Problem, Routes, Spec, edge,
    input::Incoming,
    json,
    key::{self, Content, InFlight},
    problem::respond,
    route::Route,
};
use crate::{
    actor::{Actor, Policy},
    ask::Said,
    context::{self, Context, Seal},
    store::Store,
};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{RawPathParams, Request},
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse, Response},
    routing::{MethodFilter, MethodRouter, on},
};
use futures::FutureExt;
use kernel::error;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// Who asks, out of the request's credentials.
pub trait Identify: Send + Sync {
    fn actor(&self, head: &HeaderMap) -> Result<Actor, Problem>;
}

/// What all routes of a service share.
#[derive(Clone)]
pub struct Door {
    pub policy: Arc<dyn Policy>,
    pub identify: Arc<dyn Identify>,
    pub running: Arc<InFlight>,
    /// Signs cursors.
    pub cursors: Seal,
}

impl Door {
    /// `seal` is the one of all processes, so that a cursor opens its list in each.
    pub fn new(policy: Arc<dyn Policy>, identify: Arc<dyn Identify>, seal: &Seal) -> Door {
        Door { policy, identify, running: Arc::default(), cursors: seal.derive("cursors") }
    }
}

impl<A: Send + Sync + 'static> Routes<A> {
    pub fn bind(self, app: Arc<A>, store: Arc<dyn Store>, door: Door) -> Router {
        let mut paths: BTreeMap<String, MethodRouter> = BTreeMap::new();
        for route in self.0 {
            let path = positional(route.spec.path);
            let filter = MethodFilter::try_from(route.spec.method.clone());
            let filter = filter.expect("a method"); // can't fail: `Unlisted` knows five
            let (app, store, door) = (app.clone(), store.clone(), door.clone());
            let served = Arc::new(Served { route, app, store, door });
            let handler = on(filter, move |params: RawPathParams, request: Request| async move {
                served.answer(params, request).await.unwrap_or_else(IntoResponse::into_response)
            });
            let merged = paths.remove(&path).unwrap_or_default().merge(handler);
            paths.insert(path, merged);
        }
        // `fallback` of a method router keeps axum's Allow header.
        let paths = paths.into_iter().map(|(path, methods)| (path, methods.fallback(other_method)));
        let router = paths.fold(Router::new(), |router, (path, methods)| router.route(&path, methods));
        edge(router.fallback(|| async { Problem::not_found() }))
    }
}

/// `/a/{lamp}/b` → `/a/{1}/b`: names are for people, and two routes may call the same place differently.
pub fn positional(path: &str) -> String {
    let parts = path.split('/').enumerate();
    let named = parts.map(|(at, part)| if part.starts_with('{') { format!("{{{at}}}") } else { part.to_string() });
    named.collect::<Vec<_>>().join("/")
}

async fn other_method(method: Method) -> Response {
    if method == Method::OPTIONS {
        return StatusCode::NO_CONTENT.into_response();
    }
    Problem::no_such_method().into_response()
}

/// A route with what is behind it.
struct Served<A> {
    route: Route<A>,
    app: Arc<A>,
    store: Arc<dyn Store>,
    door: Door,
}

impl<A: Send + Sync + 'static> Served<A> {
    async fn answer(&self, params: RawPathParams, request: Request) -> Result<Response, Problem> {
        let spec = &self.route.spec;
        let (head, body) = request.into_parts();
        let actor = self.admit(&head.headers)?;
        let (bytes, tree) = read(spec, &head.headers, body).await?;
        let path: Vec<String> = params.iter().map(|(_, value)| value.to_string()).collect();
        let query = head.uri.query().unwrap_or_default().to_string();
        let version = version(spec, &head.headers)?;
        let content = Content { path: &path, query: &query, version, tree: &tree };
        let key = key::key(spec, &head.headers, &actor, &content)?;
        let (kept, cursors, head) = (Arc::new(AtomicBool::new(false)), self.door.cursors.clone(), head.headers);
        let incoming =
            Incoming { actor, head, bytes, tree, path, query, version, key: key.clone(), kept: kept.clone(), cursors };
        let Some(key) = key else { return self.run(incoming).await.map(respond) };

        let _running = self.door.running.enter(&key)?;
        match self.run(incoming).await {
            Ok(said) if kept.load(Ordering::Relaxed) => Ok(respond(said)),
            Ok(_) => Err(Problem::internal(format!("{} takes a key and kept no answer", spec.path))),
            Err(problem) => key::refused(self.store.as_ref(), key, problem).await,
        }
    }

    fn admit(&self, head: &HeaderMap) -> Result<Actor, Problem> {
        let actor = self.door.identify.actor(head)?;
        match self.route.spec.access {
            Some(Access::Open) => Ok(actor),
            Some(Access::Action(action)) if self.door.policy.allows(&actor, action) => Ok(actor),
            _ if actor.is_anonymous() => Err(Problem::unauthenticated("sign in first")),
            _ => Err(Problem::forbidden("not yours to do")),
        }
    }

    async fn run(&self, incoming: Incoming) -> Result<Said, Problem> {
        let context = Context { trace: context::trace(), ..self.patience(incoming.actor.clone()) };
        AssertUnwindSafe(context.scope((self.route.run)(self.app.clone(), incoming)))
            .catch_unwind()
            .await
            .unwrap_or_else(|panic| Err(Problem::internal(context::panic_text(panic.as_ref()))))
    }

    /// Who sends to a hook is no person that waits: what it sets off is done in the service's own name.
    fn patience(&self, actor: Actor) -> Context {
        let spec = &self.route.spec;
        match spec.audience {
            Some(Audience::Hooks) => Context::background(spec.path.split('/').nth(3).unwrap_or_default()),
            _ => Context::person(actor),
        }
    }
}

async fn read(spec: &Spec, head: &HeaderMap, body: Body) -> Result<(Bytes, Value), Problem> {
    if spec.body.is_none() && !spec.raw {
        return Ok((Bytes::new(), Value::Null));
    }
    if !spec.raw && !says_json(head) {
        let code = error::invalid("invalid.content_type");
        return Err(Problem::new(code, "the body must be application/json").with_status(415));
    }
    let bytes = axum::body::to_bytes(body, json::MAX_BYTES).await.map_err(|_| too_large())?;
    let tree = if spec.raw { Value::Null } else { json::tree(&bytes)? };
    Ok((bytes, tree))
}

/// With or without a charset; a merge patch (RFC 7396) may call itself one.
fn says_json(head: &HeaderMap) -> bool {
    let text = head.get("content-type").and_then(|t| t.to_str().ok()).unwrap_or_default();
    let kind = text.split(';').next().unwrap_or_default().trim();
    ["application/json", "application/merge-patch+json"].iter().any(|json| kind.eq_ignore_ascii_case(json))
}

fn too_large() -> Problem {
    let text = format!("the body is larger than {} bytes", json::MAX_BYTES);
    Problem::new(error::invalid("invalid.too_large"), text).with_status(413)
}

fn version(spec: &Spec, head: &HeaderMap) -> Result<Option<u64>, Problem> {
    if !spec.if_match {
        return Ok(None);
    }
    let wrong = |text| Problem::new(error::invalid("invalid.if_match"), text);
    let text = head.get("if-match").ok_or_else(|| wrong("If-Match is required").with_status(428))?;
    let version = text.to_str().ok().and_then(|t| t.strip_prefix('"')?.strip_suffix('"')?.parse().ok());
    version.map(Some).ok_or_else(|| wrong("If-Match is a version in quotes"))
}
