//! A callee in another process.
use super::Transport;
use http::HeaderValue;
use std::time::Duration;
use tonic::{Status, body::Body};
use tower::{ServiceExt, service_fn, util::BoxCloneSyncService};

/// A peer that does not take a connection by then is away.
const CONNECT: Duration = Duration::from_secs(2);

/// Connects when first called: a peer may start later.
pub fn remote(name: &str, address: &str) -> Transport {
    let channel = tonic::transport::Endpoint::from_shared(address.to_string())
        .expect("checked address")
        .tcp_nodelay(true)
        .connect_timeout(CONNECT)
        .connect_lazy();
    let name: HeaderValue = name.parse().expect("checked name");
    BoxCloneSyncService::new(service_fn(move |mut request: http::Request<Body>| {
        let channel = channel.clone();
        request.headers_mut().insert("souk-to", name.clone());
        async move { channel.oneshot(request).await.map_err(|e| Status::from_error(e.into())) }
    }))
}
