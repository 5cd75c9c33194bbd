//! Around every router: each request has a trace, and each fault of ours one line in the log (architecture 8).
use super::problem::Fault;
use crate::{
    actor::Actor,
    context::{self, Context},
};
use axum::{
    Router,
    extract::Request,
    middleware::{Next, from_fn},
    response::Response,
};
use tracing::{Instrument, info_span};

/// Lays the edge around a router with all its routes and its fallback.
pub fn edge(router: Router) -> Router {
    router.layer(from_fn(traced))
}

async fn traced(request: Request, next: Next) -> Response {
    let given = request.headers().get("traceparent").and_then(|t| t.to_str().ok());
    let trace = given.filter(|t| context::is_trace(t)).map_or_else(context::new_trace, context::child);
    let (method, path) = (request.method().clone(), request.uri().path().to_string());
    let context = Context { trace, ..Context::person(Actor::anonymous()) };
    let done = async {
        // Made in here, so that it is within the span of the trace.
        let span = info_span!("request", %method, path);
        logged(next.run(request)).instrument(span).await
    };
    context.scope(done).await
}

async fn logged(answer: impl Future<Output = Response>) -> Response {
    let mut response = answer.await;
    // Taken out: the next edge on the way to the client has nothing to add.
    if let Some(Fault { code, cause }) = response.extensions_mut().remove() {
        tracing::error!(status = response.status().as_u16(), code, cause, "answered with a fault");
    }
    response
}
