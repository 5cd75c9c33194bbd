//! The public edge: who asks, out of what they show; every route of every service on one address. Knows no service, only lists.
mod crossing;
mod visitor;

use axum::{
    Router,
    extract::Request,
    response::IntoResponse,
    routing::{any, get},
};
use crossing::Crossing;
use platform::{
    context::Seal,
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
pub fn router(offered: &[Offered], seal: Seal) -> Result<Router, String> {
    patient(offered, seal, PATIENCE)
}

/// As `router`, with a patience of one's own.
pub fn patient(offered: &[Offered], seal: Seal, patience: Duration) -> Result<Router, String> {
    let mut router = Router::new();
    for (path, crossing) in crossings(offered)? {
        let (crossing, seal) = (Arc::new(crossing), seal.clone());
        let pass = move |request: Request| {
            let (crossing, seal) = (crossing.clone(), seal.clone());
            async move {
                let late = |_| Problem::late(format!("no answer within {patience:?}")).into_response();
                tokio::time::timeout(patience, crossing.pass(&seal, request)).await.unwrap_or_else(late)
            }
        };
        router = router.route(&path, any(pass));
    }
    let specs: Vec<_> = offered.iter().flat_map(|o| o.specs.clone()).collect();
    for (path, title, audience) in DOCUMENTS {
        let text = document(title, audience, &specs)?.to_string();
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
