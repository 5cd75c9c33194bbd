//! Who asks, out of what they show. What a request says of itself in headers of ours counts for nothing.
use axum::{
    extract::{ConnectInfo, Request},
    http::HeaderMap,
};
use platform::{actor::Actor, context::Seal, http::Problem};
use sha2::{Digest, Sha256};
use std::net::SocketAddr;

/// What a guest shows of the cart: the proof of who they are.
const CART_TOKEN: &str = "souk-cart-token";
const ASSERTION: &str = "souk-actor";

/// Until identity signs tokens, whoever has the seal's secret may say who asks, in an assertion made out to the gateway.
pub fn actor(head: &mut HeaderMap, seal: &Seal) -> Result<Actor, Problem> {
    head.remove("authorization");
    let known = match head.get(ASSERTION) {
        None => Actor::anonymous(),
        Some(assertion) => {
            let known = assertion.to_str().ok().and_then(|text| seal.read(text, "gateway"));
            known.ok_or_else(|| Problem::unauthenticated("not an assertion of ours"))?
        }
    };
    let Some(token) = head.get(CART_TOKEN) else { return Ok(known) };
    let token = token.as_bytes();
    if !(1..=255).contains(&token.len()) || !token.iter().all(u8::is_ascii_graphic) {
        return Err(Problem::unauthenticated("not a cart token"));
    }
    Ok(Actor { guest: Some(Sha256::digest(token).into()), ..known })
}

/// Services believe headers that begin with `souk-`, so none comes in from outside.
pub fn forget_claims(head: &mut HeaderMap) {
    let claims: Vec<_> = head.keys().filter(|name| name.as_str().starts_with("souk-")).cloned().collect();
    for name in claims {
        head.remove(name);
    }
}

/// The address the request came from, as `souk-visitor`.
pub fn tell_address(request: &mut Request) {
    let from = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(at)| at.ip().to_string());
    if let Some(Ok(value)) = from.map(|at| at.parse()) {
        request.headers_mut().insert("souk-visitor", value);
    }
}
