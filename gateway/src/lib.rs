//! The public edge: who asks, out of what they show; every route of every service on one address. Knows no service, only lists.
mod crossing;
mod tokens;
mod visitor;
pub use tokens::{Accounts, Tokens};
pub use visitor::Visitors;

use axum::{
    Router,
    extract::Request,
    response::IntoResponse,
    routing::{any, get},
};
use crossing::Crossing;
use platform::{
    http::{Audience, Problem, document, edge, positional},
    net::Offered,
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

const DOCUMENTS: [(&str, &str, Audience); 3] = [
    ("/store/v1/openapi.json", "Souk store", Audience::Store),
    ("/vendor/v1/openapi.json", "Souk vendor", Audience::Vendor),
    ("/admin/v1/openapi.json", "Souk admin", Audience::Admin),
];

/// A service that has not even begun to answer by then is not waited for. (What streams may go on streaming.)
const PATIENCE: Duration = Duration::from_secs(30);

/// `Err` names what the lists contradict each other in.
pub fn router(offered: &[Offered], visitors: Visitors) -> Result<Router, String> {
    patient(offered, visitors, PATIENCE)
}

/// As `router`, with a patience of one's own.
pub fn patient(offered: &[Offered], visitors: Visitors, patience: Duration) -> Result<Router, String> {
    let (mut router, visitors) = (Router::new(), Arc::new(visitors));
    for (path, crossing) in crossings(offered)? {
        let (crossing, visitors) = (Arc::new(crossing), visitors.clone());
        let pass = move |request: Request| {
            let (crossing, visitors) = (crossing.clone(), visitors.clone());
            async move {
                let late = |_| Problem::late(format!("no answer within {patience:?}")).into_response();
                tokio::time::timeout(patience, crossing.pass(&visitors, request)).await.unwrap_or_else(late)
            }
        };
        router = router.route(&path, any(pass));
    }
    let specs: Vec<_> = offered.iter().flat_map(|o| o.specs.clone()).collect();
    for (path, title, audience) in DOCUMENTS {
        let text = document(title, audience, &specs).to_string();
        router = router.route(path, get(move || async move { ([("content-type", "application/json")], text) }));
    }
    Ok(edge(router.fallback(|| async { Problem::not_found() })))
}

/// One entry a path: two services may share one, by method.
fn crossings(offered: &[Offered]) -> Result<BTreeMap<String, Crossing>, String> {
    let mut crossings = BTreeMap::<String, Crossing>::new();
    for service in offered {
        for spec in &service.specs {
            crossings.entry(positional(spec.path)).or_default().add(spec.clone(), service.clone())?;
        }
    }
    Ok(crossings)
}
