//! Catalog in a process of its own, beside pricing, inventory and vendor services that only have a log.
use super::store::NOW;
use axum::body::Body;
use catalog::MIGRATIONS;
use contracts::{
    catalog::{self as pb, catalog_client::CatalogClient},
    inventory, pricing,
    vendor::{self as vendors},
};
use http::Request;
use http_body_util::BodyExt;
use kernel::{Id, OfferId, VendorId};
use platform::{
    actor::{
        Actor,
        Role::{PlatformAdmin, VendorAdmin, VendorStaff},
        Table,
    },
    clock::SystemClock,
    context::Seal,
    grpc::Transport,
    http::Routes,
    module::{Module, Opening, StoreAt},
    net::{Hosted, Net, Plan},
    store::Fact,
};
use platform_sql::{Batch, Db};
use platform_test::{Engine, stores};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tower::ServiceExt;
use uuid::Uuid;

pub const POLICY: Table = Table(&[
    ("offer.read", &[VendorStaff, VendorAdmin]),
    ("offer.write", &[VendorStaff, VendorAdmin]),
    ("offer.approve", &[PlatformAdmin]),
    ("catalog.manage", &[PlatformAdmin]),
]);

pub struct World {
    pub net: Net,
    pub store: String,
    logs: BTreeMap<&'static str, Db>,
    pub operator: Actor,
    client: CatalogClient<Transport>,
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
pub fn vendor() -> Actor {
    Actor::vendor_admin(id(), id())
}
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_string()
}

pub async fn world(engine: Engine) -> World {
    over(&stores(engine, &["catalog", "pricing", "inventory", "vendor"]).await).await
}

/// Over stores that another world used before.
pub async fn over(store: &str) -> World {
    let seal = Seal::of(b"test");
    let mut net = Net::new(Plan {
        here: vec![],
        addresses: BTreeMap::new(),
        settings: BTreeMap::new(),
        store: store.to_string(),
        opening: Opening::Migrate,
        seal: seal.clone(),
        policy: Arc::new(POLICY),
        clock: Arc::new(SystemClock),
        reads: contracts::READS,
    });
    net.host("catalog", catalog::routes, catalog::module).await.unwrap();
    let mut logs = BTreeMap::new();
    for name in ["pricing", "inventory", "vendor"] {
        let at = StoreAt { url: store.replace("{service}", name), opening: Opening::Migrate };
        let log = Db::open(&at, &[]).await.unwrap();
        logs.insert(name, log.clone());
        net.host(name, || Routes::<()>(vec![]), async |_| Ok(Module::new(name, Arc::new(log)))).await.unwrap();
    }
    net.start().unwrap();
    let client = CatalogClient::new(net.transport("cart", "catalog").unwrap());
    World { net, store: store.to_string(), logs, operator: Actor::platform_admin(id()), client, seal }
}

pub async fn opened(store: &str, opening: Opening) -> Db {
    Db::open(&StoreAt { url: store.replace("{service}", "catalog"), opening }, MIGRATIONS).await.unwrap()
}

/// A life of its own: what it spawned ends with it.
pub fn life<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let done = runtime.block_on(work);
    runtime.shutdown_timeout(Duration::from_secs(5));
    done
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
        let request = request.header("souk-actor", self.seal.write(who, "catalog")).body(Body::from(body.to_string()));
        let door = self.net.offered.iter().find(|offered| offered.name == "catalog").unwrap().door.clone();
        let (head, body) = door.oneshot(request.unwrap()).await.unwrap().into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        let text = |name: &str| head.headers.get(name).map(|value| value.to_str().unwrap().to_string());
        let (etag, location, replayed) = (text("etag"), text("location"), text("idempotency-replayed").is_some());
        let json = serde_json::from_slice(&bytes).unwrap_or_default();
        let got = Got { status: head.status.as_u16(), etag, location, replayed, bytes, json };
        assert!(got.status < 500, "{line}: {got:?}");
        got
    }
    pub async fn get(&self, who: &Actor, path: &str) -> Got {
        self.ask(who, &format!("GET {path}"), &[], "").await
    }
    /// As anybody.
    pub async fn shop(&self, path: &str) -> Got {
        self.get(&Actor::anonymous(), &format!("/store/v1{path}")).await
    }
    /// With a key of its own.
    pub async fn post(&self, who: &Actor, path: &str, body: Value) -> Got {
        self.post_as(who, &Uuid::now_v7().to_string(), path, body).await
    }
    pub async fn post_as(&self, who: &Actor, key: &str, path: &str, body: Value) -> Got {
        self.ask(who, &format!("POST {path}"), &[("idempotency-key", key)], &body.to_string()).await
    }
    pub async fn put(&self, who: &Actor, path: &str, seen: u64, body: Value) -> Got {
        let seen = format!("\"{seen}\"");
        self.ask(who, &format!("PUT {path}"), &[("if-match", &seen)], &body.to_string()).await
    }

    pub async fn category(&self, slug: &str, body: Value) -> Got {
        let (line, body) = (format!("PUT /admin/v1/categories/{slug}"), body.to_string());
        self.ask(&self.operator, &line, &[], &body).await
    }
    /// A published product of one variant, in the category `lamps`.
    pub async fn product(&self, slug: &str) -> Value {
        self.category("lamps", json!({"name": "Lamps"})).await.expect(200);
        let body = json!({"title": slug, "slug": slug, "category": "lamps", "variants": [{"weight_grams": 700}]});
        let made = self.post(&self.operator, "/admin/v1/products", body).await.expect(201);
        let publish = format!("/admin/v1/products/{}/publish", text(&made["id"]));
        self.post(&self.operator, &publish, json!({})).await.expect(200)
    }
    /// A draft.
    pub async fn offer(&self, who: &Actor, product: &Value) -> Value {
        let body = json!({"variant": product["variants"][0]["id"], "sku": Uuid::now_v7().to_string()});
        self.post(who, "/vendor/v1/offers", body).await.expect(201)
    }
    pub async fn vendor_moves(&self, who: &Actor, offer: &str, step: &str) -> Got {
        self.post(who, &format!("/vendor/v1/offers/{offer}/{step}"), json!({})).await
    }
    pub async fn operator_moves(&self, offer: &str, step: &str, body: Value) -> Got {
        self.post(&self.operator, &format!("/admin/v1/offers/{offer}/{step}"), body).await
    }
    /// An offer that is sold.
    pub async fn sold(&self, who: &Actor, product: &Value) -> OfferId {
        let offer = text(&self.offer(who, product).await["id"]);
        self.vendor_moves(who, &offer, "submit").await.expect(200);
        self.operator_moves(&offer, "approve", json!({})).await.expect(200);
        offer.parse().unwrap()
    }
    pub async fn offers(&self, offers: Vec<String>) -> Vec<pb::Offer> {
        let request = pb::OffersRequest { offers };
        self.client.clone().offers(request).await.unwrap().into_inner().offers
    }

    /// A service tells these, in one commit.
    pub async fn tell(&self, source: &str, facts: Vec<Fact>) {
        let mut batch = Batch::new();
        batch.outbox(facts);
        self.logs[source].save(batch).await.unwrap();
    }
    pub fn catalog(&self) -> &Hosted {
        self.net.modules.iter().find(|module| module.name == "catalog").unwrap()
    }
    /// Catalog's own store, seen from outside.
    pub async fn inside(&self) -> Db {
        opened(&self.store, Opening::ReadOnly).await
    }
    /// Until it is so, for ten seconds.
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
        for check in catalog::checks::all() {
            assert_eq!(self.catalog().store.check(&check, NOW).await.unwrap().wrong, 0, "{}", check.id);
        }
    }
}

pub fn priced(offer: OfferId, number: i64, currency: &str, price: i64) -> Fact {
    let (offer, vendor, currency) = (offer.to_string(), id::<kernel::kinds::VendorId>().to_string(), currency.into());
    let fact = pricing::PriceChanged { offer: offer.clone(), vendor, currency, price };
    Fact::of(("price", offer, number), &fact, NOW)
}

/// `in_stock`, `low` (risen to it), `falls_low` or `none`.
pub fn stocked(offer: OfferId, location: &str, number: i64, word: &str) -> Fact {
    let subject = format!("{offer}/{location}");
    let (offer, location, vendor) = (offer.to_string(), location.to_string(), String::new());
    let of = ("stock", subject, number);
    match word {
        "none" => Fact::of(of, &inventory::StockDepleted { offer, location, vendor }, NOW),
        "falls_low" => Fact::of(of, &inventory::StockLow { offer, location, vendor }, NOW),
        word => Fact::of(of, &inventory::StockRestocked { offer, location, vendor, low: word == "low" }, NOW),
    }
}

pub fn approved(vendor: VendorId, number: i64, name: &str) -> Fact {
    let (vendor, slug) = (vendor.to_string(), name.to_lowercase());
    let fact = vendors::VendorApproved { vendor: vendor.clone(), name: name.into(), slug, owner: String::new() };
    Fact::of(("vendor", vendor, number), &fact, NOW)
}
pub fn changed(vendor: VendorId, number: i64, name: &str, status: &str) -> Fact {
    let (vendor, slug, status) = (vendor.to_string(), name.to_lowercase(), status.into());
    let fact = vendors::VendorChanged { vendor: vendor.clone(), name: name.into(), slug, status };
    Fact::of(("vendor", vendor, number), &fact, NOW)
}
pub fn suspended(vendor: VendorId, number: i64) -> Fact {
    let vendor = vendor.to_string();
    let fact = vendors::VendorSuspended { vendor: vendor.clone(), status: "suspended".into() };
    Fact::of(("vendor", vendor, number), &fact, NOW)
}
