//! A callee in another process.
use super::Transport;
use http::{HeaderValue, Uri};
use std::time::Duration;
use tonic::{Status, body::Body, transport::Endpoint};
use tower::{ServiceExt, service_fn, util::BoxCloneSyncService};

/// A peer that does not take a connection by then is away.
const CONNECT: Duration = Duration::from_secs(2);

/// Connects when first called: a peer may start later. `Err` says what is wrong with the address.
pub fn remote(name: &'static str, address: &str) -> Result<Transport, String> {
    let uri: Option<Uri> =
        address.parse().ok().filter(|uri: &Uri| uri.scheme_str() == Some("http") && uri.port().is_some());
    let endpoint = Endpoint::from(uri.ok_or_else(|| format!("{address:?} is not of the form http://host:port"))?);
    let channel = endpoint.tcp_nodelay(true).connect_timeout(CONNECT).connect_lazy();
    Ok(BoxCloneSyncService::new(service_fn(move |mut request: http::Request<Body>| {
        let channel = channel.clone();
        request.headers_mut().insert("souk-to", HeaderValue::from_static(name));
        async move { channel.oneshot(request).await.map_err(|e| Status::from_error(e.into())) }
    })))
}
