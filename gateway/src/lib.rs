//! The public edge: tokens in, assertions on, every route of every service on one address. Knows no service, only lists.
use axum::{
    Router,
    extract::Request,
    http::{HeaderMap, HeaderValue},
    response::{IntoResponse, Response},
    routing::get,
};
use platform::{
    actor::Actor,
    context::Seal,
    http::{Audience, Problem, document},
    net::Offered,
};
use tower::ServiceExt;

pub fn router(offered: &[Offered], seal: Seal) -> Result<Router, String> {
    let mut router = Router::new();
    for service in offered {
        let mut paths: Vec<_> = service.specs.iter().map(|s| s.path).collect();
        paths.dedup();
        paths.sort();
        paths.dedup();
        for path in paths {
            let (service, seal) = (service.clone(), seal.clone());
            router = router.route(
                path,
                axum::routing::any(move |request: Request| {
                    let (service, seal) = (service.clone(), seal.clone());
                    async move { pass(service, &seal, request).await.unwrap_or_else(IntoResponse::into_response) }
                }),
            );
        }
    }
    let specs: Vec<_> = offered.iter().flat_map(|o| o.specs.clone()).collect();
    for (path, title, audience) in [
        ("/store/v1/openapi.json", "Souk store", Audience::Store),
        ("/vendor/v1/openapi.json", "Souk vendor", Audience::Vendor),
        ("/admin/v1/openapi.json", "Souk admin", Audience::Admin),
    ] {
        let text = document(title, audience, &specs)?.to_string();
        router = router.route(path, get(move || async move { ([("content-type", "application/json")], text) }));
    }
    Ok(router.fallback(|| async { Problem::not_found() }))
}
async fn pass(service: Offered, seal: &Seal, mut request: Request) -> Result<Response, Problem> {
    let actor = actor(request.headers(), seal)?;
    let assertion =
        HeaderValue::from_str(&seal.write(&actor, service.name)).map_err(|_| Problem::unauthenticated("odd token"))?;
    request.headers_mut().insert("souk-actor", assertion);
    request.headers_mut().remove("authorization");
    match service.door.oneshot(request).await {
        Ok(response) => Ok(response),
        Err(never) => match never {},
    }
}
/// Until identity signs tokens, whoever has the seal's secret may say who asks, in an assertion made out to the gateway.
fn actor(head: &HeaderMap, seal: &Seal) -> Result<Actor, Problem> {
    let Some(assertion) = head.get("souk-actor") else { return Ok(Actor::anonymous()) };
    let known = assertion.to_str().ok().and_then(|text| seal.read(text, "gateway"));
    known.ok_or_else(|| Problem::unauthenticated("not an assertion of ours"))
}
