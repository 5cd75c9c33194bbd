//! Access tokens at the door: what counts, what does not, and for how long it is believed.
use super::world::seal;
use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{KeyPair, KeySize},
};
use gateway::{Accounts, Tokens};
use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::Jwk};
use kernel::{Clock, Timestamp, UserId, VendorId};
use platform::{
    actor::{Role, Roles},
    http::Problem,
};
use serde_json::{Value, json};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicI64, AtomicUsize, Ordering},
};

const NOW: i64 = 1_800_000_000;

struct Hand(AtomicI64);
impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst) * 1_000_000)
    }
}

/// One account, whose roles can be taken away.
struct Book {
    keys: String,
    roles: Mutex<Option<Roles>>,
    asked: AtomicUsize,
}

#[platform::async_trait]
impl Accounts for Book {
    async fn keys(&self) -> Result<String, Problem> {
        Ok(self.keys.clone())
    }
    async fn standing(&self, _: UserId, _: Option<VendorId>) -> Result<Option<Roles>, Problem> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        Ok(*self.roles.lock().unwrap())
    }
}

struct Bench {
    key: EncodingKey,
    book: Arc<Book>,
    clock: Arc<Hand>,
    tokens: Tokens,
}

fn key() -> EncodingKey {
    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
    use base64::{Engine, engine::general_purpose::STANDARD};
    let body = STANDARD.encode(der.as_ref());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
    EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap()
}

fn bench() -> Bench {
    let key = key();
    let mut jwk = Jwk::from_encoding_key(&key, Algorithm::RS256).unwrap();
    jwk.common.key_id = Some("k1".into());
    let roles = Mutex::new(Some(Roles::of(&[Role::Customer, Role::VendorAdmin])));
    let book = Arc::new(Book { keys: json!({"keys": [jwk]}).to_string(), roles, asked: AtomicUsize::new(0) });
    let clock = Arc::new(Hand(AtomicI64::new(NOW)));
    let tokens = Tokens::new(book.clone(), clock.clone(), "the operators' key");
    Bench { key, book, clock, tokens }
}

fn claims() -> Value {
    json!({"iss": "souk", "aud": "souk-api", "sub": user(), "exp": NOW + 900, "roles": ["customer", "vendor_admin"],
           "vendor_id": VendorId::from_uuid(uuid(2)).to_string(), "act": {"sub": "operator"}})
}
fn uuid(n: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(n)
}
fn user() -> String {
    UserId::from_uuid(uuid(1)).to_string()
}

impl Bench {
    fn sign(&self, claims: &Value) -> String {
        let header = Header { kid: Some("k1".into()), ..Header::new(Algorithm::RS256) };
        jsonwebtoken::encode(&header, claims, &self.key).unwrap()
    }
    async fn refused(&self, token: &str) -> String {
        self.tokens.actor(token).await.unwrap_err().code
    }
}

#[tokio::test]
async fn a_token_says_who_asks_for_whom_and_through_whom() {
    let b = bench();
    let actor = b.tokens.actor(&b.sign(&claims())).await.unwrap();
    assert_eq!((actor.user.unwrap().to_string(), actor.vendor.unwrap()), (user(), VendorId::from_uuid(uuid(2))));
    assert!(actor.is(Role::VendorAdmin) && actor.is(Role::Customer) && !actor.is(Role::PlatformAdmin));
    assert_eq!(actor.acted_by.as_deref(), Some("operator"));
    let sealed = seal().read(&seal().write(&actor, "cart"), "cart").unwrap();
    assert_eq!(sealed, actor, "nothing is lost on the way to a service");
}

#[tokio::test]
async fn what_is_not_ours_counts_for_nothing() {
    let b = bench();
    for (name, other) in [("iss", json!("somebody")), ("aud", json!("other")), ("sub", json!("usr_?"))] {
        let mut claims = claims();
        claims[name] = other;
        assert_eq!(b.refused(&b.sign(&claims)).await, "unauthenticated", "{name}");
    }
    let strange = Bench { key: key(), ..bench() };
    assert_eq!(b.refused(&strange.sign(&claims())).await, "unauthenticated", "another key");
    let none = "eyJhbGciOiJub25lIiwia2lkIjoiazEifQ.eyJzdWIiOiJ4In0.";
    assert_eq!(b.refused(none).await, "unauthenticated", "no algorithm");
    assert_eq!(b.refused("the operators' kez").await, "unauthenticated");
}

#[tokio::test]
async fn it_expires_by_the_business_clock_also_when_it_is_remembered() {
    let b = bench();
    let token = b.sign(&claims());
    b.tokens.actor(&token).await.unwrap();
    b.clock.0.fetch_add(901, Ordering::SeqCst);
    assert_eq!(b.refused(&token).await, "token.expired");
    assert_eq!(Bench { clock: b.clock.clone(), ..bench() }.refused("x").await, "unauthenticated");
}

#[tokio::test]
async fn a_token_is_looked_up_once_a_minute_and_a_role_that_was_taken_away_is_gone_then() {
    let b = bench();
    let token = b.sign(&claims());
    for _ in 0..5 {
        b.tokens.actor(&token).await.unwrap();
    }
    assert_eq!(b.book.asked.load(Ordering::SeqCst), 1);
    *b.book.roles.lock().unwrap() = Some(Roles::of(&[Role::Customer]));
    let other = b.sign(&{
        let mut claims = claims();
        claims["jti"] = json!("another token, so nothing is remembered of it");
        claims
    });
    let actor = b.tokens.actor(&other).await.unwrap();
    assert!(!actor.is(Role::VendorAdmin) && actor.vendor.is_none());
    *b.book.roles.lock().unwrap() = None;
    let mut suspended = claims();
    suspended["jti"] = json!("a third");
    assert_eq!(b.refused(&b.sign(&suspended)).await, "unauthenticated");
}

#[tokio::test]
async fn the_operators_key_opens_their_door() {
    let b = bench();
    let actor = b.tokens.actor("the operators' key").await.unwrap();
    assert!(actor.is(Role::PlatformAdmin) && actor.user.is_none());
    assert_eq!(actor.service.as_deref(), Some("operator"));
}
