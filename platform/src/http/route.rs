//! A REST route is data. One list a service; router, start-up check, matrix and OpenAPI read it.
use super::{
    Answer, Problem, View,
    input::{Incoming, Input},
    spec::{Access, Audience, Class, KeyRule, Spec},
};
use crate::ask::Said;
use axum::http::Method;
use futures::future::BoxFuture;
use schemars::Schema;
use std::{future::Future, sync::Arc};

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
            Some("hooks") => Some(Audience::Hooks),
            _ => None,
        };
        let hook = audience == Some(Audience::Hooks);
        let key = match method {
            _ if hook => KeyRule::None,
            Method::GET => KeyRule::None,
            Method::POST => KeyRule::Required,
            _ => KeyRule::Taken,
        };
        let class = match method {
            _ if hook => Class::Hook,
            Method::GET => Class::Browse,
            _ => Class::Buy,
        };
        Unlisted(Spec {
            method,
            path,
            audience,
            access: hook.then_some(Access::Open),
            key,
            if_match: false,
            cached: None,
            class,
            doc: String::new(),
            name: "",
            status: 200,
            slow: false,
            raw: false,
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

    pub fn to<A, C, V, F>(mut self, handler: F) -> Route<A>
    where
        A: Send + Sync + 'static,
        C: Input,
        V: View + 'static,
        F: for<'a> Handler<'a, A, C, V> + Send + Sync + 'static,
    {
        self.0.name = std::any::type_name::<F>().rsplit("::").next().unwrap_or_default();
        self.0.answer = |generator| generator.subschema_for::<V>();
        if V::NOTHING {
            self.0.status = 204;
        }
        C::describe(&mut self.0);
        let (handler, spec) = (Arc::new(handler), Arc::new(self.0.clone()));
        let run: Run<A> = Arc::new(move |app, incoming| {
            let (handler, spec) = (handler.clone(), spec.clone());
            Box::pin(async move { Ok(handler.handle(&app, C::of(&spec, incoming)?).await?.said) })
        });
        Route { spec: self.0, run }
    }
}

/// `async fn(&App, Call<…>) -> Answer<View>`: the trait only says that its future may borrow the app.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no handler",
    note = "a handler is `async fn name(app: &App, call: Call<Body, Path, Query>) -> Answer<View>` with the app of this list; a hook's takes a `RawCall`"
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
