//! Access tokens: checked once, remembered by their hash for at most a minute, so that a change of role, a suspension or a log-out
//! takes effect within that time (T4).
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::JwkSet};
use kernel::{Clock, UserId, VendorId};
use platform::{
    actor::{Actor, Role, Roles},
    http::Problem,
};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// Whom tokens are for.
const AUDIENCE: &str = "souk-api";
/// How long an answer about a token, or about the keys, is believed.
const BELIEVED: Duration = Duration::from_secs(60);
/// Remembered at once; beyond that the oldest half is forgotten.
const MOST: usize = 100_000;
/// An unknown key is looked for so often at most: strangers can make up as many as they like.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// What the gateway asks of whoever keeps the accounts.
#[platform::async_trait]
pub trait Accounts: Send + Sync {
    /// The public keys, as a JSON Web Key Set (RFC 7517).
    async fn keys(&self) -> Result<String, Problem>;
    /// What the user may be now, at this vendor or without one. `None`: nothing of theirs counts.
    async fn standing(&self, user: UserId, vendor: Option<VendorId>) -> Result<Option<Roles>, Problem>;
}

pub struct Tokens {
    accounts: Arc<dyn Accounts>,
    clock: Arc<dyn Clock>,
    issuer: String,
    /// SHA-256 of the key that opens the operators' door until they can log in.
    operator: [u8; 32],
    known: Mutex<HashMap<[u8; 32], Known>>,
    keys: Mutex<Option<(Instant, JwkSet)>>,
}

#[derive(Clone)]
struct Known {
    actor: Actor,
    /// By the business clock, seconds.
    expires: i64,
    since: Instant,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: i64,
    roles: Vec<String>,
    vendor_id: Option<String>,
    act: Option<Act>,
}

#[derive(Deserialize)]
struct Act {
    sub: String,
}

impl Tokens {
    /// `operator_key` opens every door of operators; it is a secret of the settings.
    pub fn new(accounts: Arc<dyn Accounts>, clock: Arc<dyn Clock>, operator_key: &str) -> Tokens {
        let (known, keys) = Default::default();
        let (issuer, operator) = ("souk".to_string(), Sha256::digest(operator_key).into());
        Tokens { accounts, clock, issuer, operator, known, keys }
    }

    /// Whoever shows this token.
    pub async fn actor(&self, token: &str) -> Result<Actor, Problem> {
        let hash: [u8; 32] = Sha256::digest(token).into();
        // Hashes are compared, so how long it takes tells nothing of the key.
        if hash == self.operator {
            return Ok(operator());
        }
        let now = self.clock.now().0.div_euclid(1_000_000);
        if let Some(known) = self.remembered(&hash) {
            return if now < known.expires { Ok(known.actor) } else { Err(Problem::token_expired()) };
        }
        let claims = self.checked(token).await?;
        if now >= claims.exp {
            return Err(Problem::token_expired());
        }
        let actor = self.standing(&claims).await?;
        let known = Known { actor: actor.clone(), expires: claims.exp, since: Instant::now() };
        self.remember(hash, known);
        Ok(actor)
    }

    fn remembered(&self, hash: &[u8; 32]) -> Option<Known> {
        let known = self.known.lock().unwrap_or_else(|e| e.into_inner());
        known.get(hash).filter(|known| known.since.elapsed() < BELIEVED).cloned()
    }

    fn remember(&self, hash: [u8; 32], new: Known) {
        let mut known = self.known.lock().unwrap_or_else(|e| e.into_inner());
        if known.len() >= MOST {
            known.retain(|_, known| known.since.elapsed() < BELIEVED / 2);
        }
        if known.len() < MOST {
            known.insert(hash, new);
        }
    }

    /// The signature, the issuer and the audience; never another algorithm than the one we sign with.
    async fn checked(&self, token: &str) -> Result<Claims, Problem> {
        let kid = decode_header(token).ok().and_then(|head| head.kid).ok_or_else(not_ours)?;
        let key = self.key(&kid).await?.ok_or_else(not_ours)?;
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[&self.issuer]);
        // Whether it has expired is the business clock's to say.
        validation.validate_exp = false;
        decode::<Claims>(token, &key, &validation).map(|read| read.claims).map_err(|_| not_ours())
    }

    async fn key(&self, kid: &str) -> Result<Option<DecodingKey>, Problem> {
        let find = |set: &JwkSet| set.find(kid).and_then(|jwk| DecodingKey::from_jwk(jwk).ok());
        let cached = self.keys.lock().unwrap_or_else(|e| e.into_inner()).clone();
        if let Some((since, set)) = &cached {
            let found = find(set).filter(|_| since.elapsed() < BELIEVED);
            if found.is_some() || since.elapsed() < LOOK_AGAIN {
                return Ok(found);
            }
        }
        let text = self.accounts.keys().await?;
        let set: JwkSet = serde_json::from_str(&text).map_err(Problem::internal)?;
        let found = find(&set);
        *self.keys.lock().unwrap_or_else(|e| e.into_inner()) = Some((Instant::now(), set));
        Ok(found)
    }

    /// What the token says and what still is so: a role that was taken away counts no longer, one given since not yet.
    async fn standing(&self, claims: &Claims) -> Result<Actor, Problem> {
        let user: UserId = claims.sub.parse().map_err(|_| not_ours())?;
        let vendor: Option<VendorId> =
            claims.vendor_id.as_ref().map(|id| id.parse()).transpose().map_err(|_| not_ours())?;
        let now = self.accounts.standing(user, vendor).await?.ok_or_else(not_ours)?;
        let said: Vec<Role> = claims.roles.iter().filter_map(|role| role.parse().ok()).collect();
        let roles: Vec<Role> = said.into_iter().filter(|role| now.contains(*role)).collect();
        let at_vendor = roles.iter().any(|role| matches!(role, Role::VendorStaff | Role::VendorAdmin));
        let acted_by = claims.act.as_ref().map(|act| act.sub.clone());
        let roles = Roles::of(&roles);
        Ok(Actor { roles, vendor: vendor.filter(|_| at_vendor), acted_by, ..Actor::customer(user) })
    }
}

fn operator() -> Actor {
    Actor { roles: Roles::of(&[Role::PlatformAdmin]), ..Actor::service("operator") }
}

fn not_ours() -> Problem {
    Problem::unauthenticated("not a token of ours")
}
