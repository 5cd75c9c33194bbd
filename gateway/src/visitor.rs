//! Who asks, out of what they show. What a request says of itself in headers of ours counts for nothing.
use crate::tokens::Tokens;
use axum::{
    extract::{ConnectInfo, Request},
    http::{HeaderMap, HeaderValue},
};
use platform::{actor::Actor, context::Seal, http::Problem};
use sha2::{Digest, Sha256};
use std::net::SocketAddr;

/// What a guest shows of the cart: the proof of who they are.
const CART_TOKEN: &str = "souk-cart-token";
const ASSERTION: &str = "souk-actor";

/// What visitors can show.
pub struct Visitors {
    seal: Seal,
    tokens: Option<Tokens>,
}

impl Visitors {
    /// Whoever has the seal's secret may say who asks, in an assertion made out to the gateway.
    pub fn sealed(seal: Seal) -> Visitors {
        Visitors { seal, tokens: None }
    }
    /// And whoever shows an access token is who it says.
    pub fn with_tokens(self, tokens: Tokens) -> Visitors {
        Visitors { tokens: Some(tokens), ..self }
    }
    pub fn seal(&self) -> &Seal {
        &self.seal
    }

    pub async fn actor(&self, head: &mut HeaderMap) -> Result<Actor, Problem> {
        let known = match (head.remove("authorization"), head.get(ASSERTION)) {
            (Some(token), _) => self.bearer(&token).await?,
            (None, Some(assertion)) => {
                let known = assertion.to_str().ok().and_then(|text| self.seal.read(text, "gateway"));
                known.ok_or_else(|| Problem::unauthenticated("not an assertion of ours"))?
            }
            (None, None) => Actor::anonymous(),
        };
        let Some(token) = head.get(CART_TOKEN) else { return Ok(known) };
        let token = token.as_bytes();
        if !(1..=255).contains(&token.len()) || !token.iter().all(u8::is_ascii_graphic) {
            return Err(Problem::unauthenticated("not a cart token"));
        }
        Ok(Actor { guest: Some(Sha256::digest(token).into()), ..known })
    }

    async fn bearer(&self, header: &HeaderValue) -> Result<Actor, Problem> {
        let token = header.to_str().ok().and_then(|text| text.strip_prefix("Bearer "));
        match (token, &self.tokens) {
            (Some(token), Some(tokens)) => tokens.actor(token.trim()).await,
            _ => Err(Problem::unauthenticated("not a token of ours")),
        }
    }
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
