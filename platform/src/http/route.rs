//! A REST route is data. One list a service; router, start-up check, matrix and OpenAPI read it.
use super::{Answer, Call, Problem, View, cursor::Cursors, json, query::Query, serve::Incoming};
use crate::ask::Said;
use axum::http::Method;
use futures::future::BoxFuture;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use std::{any::TypeId, future::Future, sync::Arc};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    Store,
    Vendor,
    Admin,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Browse,
    Buy,
    Login,
}
/// Whether an `Idempotency-Key` is wanted (api 6): on every POST that is not a pure question it is required, on other writes taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyRule {
    None,
    Taken,
    Required,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Open,
    Action(&'static str),
}
pub(crate) type Shape = fn(&mut SchemaGenerator) -> Schema;

/// Everything about a route but the code behind it.
#[derive(Clone, Debug)]
pub struct Spec {
    pub method: Method,
    pub path: &'static str,
    pub audience: Option<Audience>,
    pub access: Option<Access>,
    pub key: KeyRule,
    pub if_match: bool,
    pub cached: Option<(u32, &'static str)>,
    pub class: Class,
    pub doc: String,
    pub name: &'static str,
    pub status: u16,
    /// May answer 202 and go on after the client left.
    pub slow: bool,
    pub body: Option<Shape>,
    pub path_args: Option<Shape>,
    pub query: Option<Shape>,
    pub answer: Shape,
}
type Run<A> = Arc<dyn Fn(Arc<A>, Incoming) -> BoxFuture<'static, Result<Said, Problem>> + Send + Sync>;
pub struct Route<A> {
    pub spec: Spec,
    pub(crate) run: Run<A>,
}
pub struct Routes<A>(pub Vec<Route<A>>);
/// A route whose handler is not named yet.
pub struct Unlisted(Spec);

pub fn get(path: &'static str) -> Unlisted {
    Unlisted::new(Method::GET, path)
}
pub fn post(path: &'static str) -> Unlisted {
    Unlisted::new(Method::POST, path)
}
pub fn put(path: &'static str) -> Unlisted {
    Unlisted::new(Method::PUT, path)
}
pub fn patch(path: &'static str) -> Unlisted {
    Unlisted::new(Method::PATCH, path)
}
pub fn delete(path: &'static str) -> Unlisted {
    Unlisted::new(Method::DELETE, path)
}

impl Unlisted {
    fn new(method: Method, path: &'static str) -> Self {
        let audience = match path.split('/').nth(1) {
            Some("store") => Some(Audience::Store),
            Some("vendor") => Some(Audience::Vendor),
            Some("admin") => Some(Audience::Admin),
            _ => None,
        };
        let key = match method {
            Method::POST => KeyRule::Required,
            Method::GET => KeyRule::None,
            _ => KeyRule::Taken,
        };
        let class = if method == Method::GET { Class::Browse } else { Class::Buy };
        Unlisted(Spec {
            method,
            path,
            audience,
            access: None,
            key,
            if_match: false,
            cached: None,
            class,
            doc: String::new(),
            name: "",
            status: 200,
            slow: false,
            body: None,
            path_args: None,
            query: None,
            answer: |_| Schema::default(),
        })
    }
    pub fn doc(mut self, text: &str) -> Self {
        self.0.doc = text.trim().into();
        self
    }
    pub fn allow(mut self, action: &'static str) -> Self {
        self.0.access = Some(Access::Action(action));
        self
    }
    pub fn open(mut self) -> Self {
        self.0.access = Some(Access::Open);
        self
    }
    /// A pure question, a call by which somebody first becomes a principal, or one whose answer holds a secret (api 6).
    pub fn unkeyed(mut self) -> Self {
        self.0.key = KeyRule::None;
        self
    }
    pub fn if_match(mut self) -> Self {
        self.0.if_match = true;
        self
    }
    pub fn cached(mut self, seconds: u32, tag: &'static str) -> Self {
        self.0.cached = Some((seconds, tag));
        self
    }
    pub fn class(mut self, class: Class) -> Self {
        self.0.class = class;
        self
    }
    pub fn slow(mut self) -> Self {
        self.0.slow = true;
        self
    }
    pub fn creates(mut self) -> Self {
        self.0.status = 201;
        self
    }

    pub fn to<A, B, P, Q, V, F>(mut self, handler: F) -> Route<A>
    where
        A: Send + Sync + 'static,
        V: View + 'static,
        F: for<'a> Handler<'a, A, Call<B, P, Q>, V> + Send + Sync + 'static,
        B: DeserializeOwned + JsonSchema + Send + 'static,
        P: DeserializeOwned + JsonSchema + Send + 'static,
        Q: Query,
    {
        self.0.name = std::any::type_name::<F>().rsplit("::").next().unwrap_or_default();
        self.0.body = shape::<B>();
        self.0.path_args = shape::<P>();
        self.0.query = Q::shape();
        self.0.answer = |generator| generator.subschema_for::<V>();
        let handler = Arc::new(handler);
        let status = self.0.status;
        let place = format!("{} {}", self.0.method, self.0.path);
        let run: Run<A> = Arc::new(move |app, incoming| {
            let handler = handler.clone();
            let bound = format!("{place}\0{}\0{}", incoming.path.join("\0"), Q::bound(&incoming.query));
            Box::pin(async move {
                let body = json::body(incoming.body)?;
                let call = Call {
                    actor: incoming.actor,
                    body,
                    path: json::path(incoming.path)?,
                    query: Q::read(&incoming.query)?,
                    version: incoming.version,
                    key: incoming.key,
                    kept: incoming.kept,
                    status,
                    cursors: Cursors { seal: incoming.cursors, bound },
                };
                Ok(handler.handle(&app, call).await?.said)
            })
        });
        Route { spec: self.0, run }
    }
}
fn shape<T: JsonSchema + 'static>() -> Option<Shape> {
    (TypeId::of::<T>() != TypeId::of::<()>()).then_some((|generator| generator.subschema_for::<T>()) as Shape)
}

/// `async fn(&App, Call<…>) -> Answer<View>`: the trait only says that its future may borrow the app.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no handler",
    note = "a handler is `async fn name(app: &App, call: Call<Body, Path, Query>) -> Answer<View>` with the app of this list"
)]
pub trait Handler<'a, A: 'a, C, V> {
    type Future: Future<Output = Answer<V>> + Send + 'a;
    fn handle(&self, app: &'a A, call: C) -> Self::Future;
}
impl<'a, A: 'a, C, V, F, Fut> Handler<'a, A, C, V> for F
where
    F: Fn(&'a A, C) -> Fut,
    Fut: Future<Output = Answer<V>> + Send + 'a,
{
    type Future = Fut;
    fn handle(&self, app: &'a A, call: C) -> Fut {
        self(app, call)
    }
}

/// A service's routes as a table; the doc comment above a line is its description.
#[macro_export]
macro_rules! routes {
    ($($(#[doc = $doc:literal])* $method:ident $path:literal $($word:ident ($($arg:expr),*))* => $handler:path;)*) => {
        $crate::http::Routes(vec![$($crate::http::$method($path).doc(concat!($($doc, "\n"),*)) $(.$word($($arg),*))* .to($handler)),*])
    };
}
