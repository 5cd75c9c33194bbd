//! Identity in a process of its own, beside a vendor service that only has a log, with a clock that stands.
use super::store::NOW;
use axum::body::Body;
use contracts::{
    identity::{self as pb, identity_client::IdentityClient},
    vendor as facts,
};
use http::Request;
use http_body_util::BodyExt;
use identity::{MIGRATIONS, tokens::new_key};
use kernel::{Id, UserId};
use platform::{
    actor::{
        Actor,
        Role::{PlatformAdmin, Support},
        Table,
    },
    context::Seal,
    grpc::Transport,
    http::Routes,
    module::{Module, Opening, StoreAt},
    net::{Hosted, Net, Plan},
    store::Fact,
};
use platform_sql::{Batch, Db};
use platform_test::{Engine, HandClock, stores};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
    time::Duration,
};
use tonic::Status;
use tower::ServiceExt;
use uuid::Uuid;

pub const POLICY: Table = Table(&[
    ("user.read", &[Support, PlatformAdmin]),
    ("user.manage", &[PlatformAdmin]),
    ("user.act_as", &[Support, PlatformAdmin]),
]);

pub struct World {
    pub net: Net,
    pub store: String,
    log: Db,
    pub operator: Actor,
    client: IdentityClient<Transport>,
    seal: Seal,
}

/// An answer of the door.
#[derive(Clone, Debug, PartialEq)]
pub struct Got {
    pub status: u16,
    pub etag: Option<String>,
    pub location: Option<String>,
    pub replayed: bool,
    pub bytes: Vec<u8>,
    pub json: Value,
}

impl Got {
    pub fn code(&self) -> (u16, &str) {
        (self.status, self.json["code"].as_str().unwrap_or_default())
    }
    /// With the place that is wrong.
    pub fn fault(&self) -> (u16, &str, &str) {
        let (status, code) = self.code();
        (status, code, self.json["errors"][0]["pointer"].as_str().unwrap_or("none"))
    }
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.json);
        self.json
    }
}

pub fn id<K>() -> Id<K> {
    Id::from_uuid(Uuid::now_v7())
}
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_string()
}

/// One for all tests: making it takes longer than they do.
fn key() -> String {
    static KEY: OnceLock<String> = OnceLock::new();
    KEY.get_or_init(|| new_key().unwrap()).clone()
}

pub async fn world(engine: Engine) -> World {
    over(&stores(engine, &["identity", "vendor"]).await).await
}

/// Over stores that another world used before.
pub async fn over(store: &str) -> World {
    let seal = Seal::of(b"test");
    let mut net = Net::new(Plan {
        here: vec![],
        addresses: BTreeMap::new(),
        settings: [("identity.token_key".to_string(), key())].into(),
        store: store.to_string(),
        opening: Opening::Migrate,
        seal: seal.clone(),
        policy: Arc::new(POLICY),
        clock: Arc::new(HandClock::at(NOW)),
        reads: contracts::READS,
    });
    net.host("identity", identity::routes, identity::module).await.unwrap();
    let at = StoreAt { url: store.replace("{service}", "vendor"), opening: Opening::Migrate };
    let log = Db::open(&at, &[]).await.unwrap();
    let vendor = log.clone();
    net.host("vendor", || Routes::<()>(vec![]), async |_| Ok(Module::new("vendor", Arc::new(vendor)))).await.unwrap();
    net.start().unwrap();
    let client = IdentityClient::new(net.transport("gateway", "identity").unwrap());
    World { net, store: store.to_string(), log, operator: Actor::platform_admin(id()), client, seal }
}

impl World {
    /// `PUT /a/path`, with these headers and this very body. Whatever is asked, it is no fault of ours (A4).
    pub async fn ask(&self, who: &Actor, line: &str, head: &[(&str, &str)], body: &str) -> Got {
        let (method, path) = line.split_once(' ').unwrap();
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in head {
            request = request.header(*name, *value);
        }
        if !body.is_empty() && !head.iter().any(|(name, _)| *name == "content-type") {
            request = request.header("content-type", "application/json");
        }
        let request = request.header("souk-actor", self.seal.write(who, "identity")).body(Body::from(body.to_string()));
        let door = self.net.offered[0].door.clone();
        let (head, body) = door.oneshot(request.unwrap()).await.unwrap().into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        let text = |name: &str| head.headers.get(name).map(|value| value.to_str().unwrap().to_string());
        let (etag, location, replayed) = (text("etag"), text("location"), text("idempotency-replayed").is_some());
        let json = serde_json::from_slice(&bytes).unwrap_or_default();
        let got = Got { status: head.status.as_u16(), etag, location, replayed, bytes, json };
        assert!(got.status < 500, "{line}: {got:?}");
        got
    }
    pub async fn get(&self, path: &str) -> Got {
        self.ask(&self.operator, &format!("GET {path}"), &[], "").await
    }
    /// With a key of its own.
    pub async fn post(&self, path: &str, body: Value) -> Got {
        self.post_as(&Uuid::now_v7().to_string(), path, body).await
    }
    pub async fn post_as(&self, key: &str, path: &str, body: Value) -> Got {
        self.ask(&self.operator, &format!("POST {path}"), &[("idempotency-key", key)], &body.to_string()).await
    }
    pub async fn user(&self, email: &str, roles: Value) -> UserId {
        let made = self.post("/admin/v1/users", json!({"email": email, "roles": roles})).await.expect(201);
        text(&made["id"]).parse().unwrap()
    }
    pub async fn roles(&self, user: UserId, seen: u64, body: Value) -> Got {
        let (line, seen) = (format!("PUT /admin/v1/users/{user}/roles"), format!("\"{seen}\""));
        self.ask(&self.operator, &line, &[("if-match", &seen)], &body.to_string()).await
    }
    pub async fn read(&self, user: UserId) -> Value {
        self.get(&format!("/admin/v1/users/{user}")).await.expect(200)
    }

    pub async fn keys(&self) -> String {
        self.client.clone().keys(pb::KeysRequest {}).await.unwrap().into_inner().jwks
    }
    pub async fn standing(&self, user: &str, vendor: &str) -> Result<pb::StandingReply, Status> {
        let message = pb::StandingRequest { user: user.into(), vendor: vendor.into() };
        self.client.clone().standing(message).await.map(|reply| reply.into_inner())
    }

    /// The vendor service tells, in one commit.
    pub async fn tell(&self, facts: Vec<Fact>) {
        let mut batch = Batch::new();
        batch.outbox(facts);
        self.log.save(batch).await.unwrap();
    }
    pub fn identity(&self) -> &Hosted {
        &self.net.modules[0]
    }
    pub async fn until(&self, what: &str, is_so: impl AsyncFn() -> bool) {
        for _ in 0..400 {
            if is_so().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("not within ten seconds: {what}");
    }
    pub async fn clean(&self) {
        for check in identity::checks::all() {
            assert_eq!(self.identity().store.check(&check, NOW).await.unwrap().wrong, 0, "{}", check.id);
        }
    }
}

pub async fn opened(store: &str, opening: Opening) -> Db {
    Db::open(&StoreAt { url: store.replace("{service}", "identity"), opening }, MIGRATIONS).await.unwrap()
}

/// A life of its own: what it spawned ends with it.
pub fn life<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let done = runtime.block_on(work);
    runtime.shutdown_timeout(Duration::from_secs(5));
    done
}

pub fn approved(vendor: &str, owner: &str, version: i64) -> Fact {
    let (vendor, owner) = (vendor.to_string(), owner.to_string());
    let fact = facts::VendorApproved { vendor: vendor.clone(), name: "V".into(), slug: "v".into(), owner };
    Fact::of(("vendor", vendor, version), &fact, NOW)
}
