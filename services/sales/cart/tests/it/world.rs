//! Cart in a process of its own, beside whom it asks, and an order service that only has a log; with a clock that stands.
use super::{
    market::{self, METHOD, Market},
    store::{NOW, id},
};
use axum::body::Body;
use cart::MIGRATIONS;
use contracts::order as facts;
use http::Request;
use http_body_util::BodyExt;
use kernel::{CartId, OrderId};
use platform::{
    actor::{
        Actor,
        Role::{Anonymous, Customer},
        Table,
    },
    context::Seal,
    http::Routes,
    module::{Module, Opening, StoreAt},
    net::{Hosted, Net, Plan},
    store::Fact,
};
use platform_sql::{Batch, Db};
use platform_test::{Engine, HandClock, stores};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tower::ServiceExt;
use uuid::Uuid;

pub const POLICY: Table = Table(&[("cart.read", &[Anonymous, Customer]), ("cart.write", &[Anonymous, Customer])]);

pub struct World {
    pub net: Net,
    pub store: String,
    pub market: Market,
    log: Db,
    seal: Seal,
}

/// An answer of the door.
#[derive(Clone, Debug, PartialEq)]
pub struct Got {
    pub status: u16,
    pub etag: Option<String>,
    pub location: Option<String>,
    pub retry_after: Option<String>,
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

/// Somebody with a cart.
pub struct Shopper {
    pub who: Actor,
    pub cart: String,
}

impl Shopper {
    pub fn id(&self) -> CartId {
        self.cart.rsplit('/').next().unwrap().parse().unwrap()
    }
    pub fn path(&self, rest: &str) -> String {
        format!("{}{rest}", self.cart)
    }
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_string()
}
/// Who shows this token, as the gateway says it.
pub fn guest(token: &str) -> Actor {
    Actor::guest(Sha256::digest(token).into())
}

pub async fn world(engine: Engine) -> World {
    over(&stores(engine, &["cart", "catalog", "pricing", "inventory", "shipping", "order"]).await).await
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
        clock: Arc::new(HandClock::at(NOW)),
        reads: contracts::READS,
    });
    let market = market::host(&mut net).await;
    net.host("cart", cart::routes, cart::module).await.unwrap();
    let at = StoreAt { url: store.replace("{service}", "order"), opening: Opening::Migrate };
    let log = Db::open(&at, &[]).await.unwrap();
    let order = log.clone();
    net.host("order", || Routes::<()>(vec![]), async |_| Ok(Module::new("order", Arc::new(order)))).await.unwrap();
    net.start().unwrap();
    World { net, store: store.to_string(), market, log, seal }
}

impl World {
    /// `PUT /a/path`, with these headers and this very body. Whatever is asked, it is no fault of ours (A4).
    pub async fn ask(&self, who: &Actor, line: &str, head: &[(&str, &str)], body: &str) -> Got {
        let got = self.ask_anyhow(who, line, head, body).await;
        assert!(got.status < 500, "{line}: {got:?}");
        got
    }
    /// Also where somebody whom the cart asks is away.
    pub async fn ask_anyhow(&self, who: &Actor, line: &str, head: &[(&str, &str)], body: &str) -> Got {
        let (method, path) = line.split_once(' ').unwrap();
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in head {
            request = request.header(*name, *value);
        }
        if !body.is_empty() && !head.iter().any(|(name, _)| *name == "content-type") {
            request = request.header("content-type", "application/json");
        }
        let request = request.header("souk-actor", self.seal.write(who, "cart")).body(Body::from(body.to_string()));
        let door = self.net.offered.iter().find(|offered| offered.name == "cart").unwrap().door.clone();
        let (head, body) = door.oneshot(request.unwrap()).await.unwrap().into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        let text = |name: &str| head.headers.get(name).map(|value| value.to_str().unwrap().to_string());
        let (etag, location, retry_after) = (text("etag"), text("location"), text("retry-after"));
        let (replayed, status) = (text("idempotency-replayed").is_some(), head.status.as_u16());
        let json = serde_json::from_slice(&bytes).unwrap_or_default();
        Got { status, etag, location, retry_after, replayed, bytes, json }
    }
    pub async fn get(&self, who: &Actor, path: &str) -> Got {
        self.ask(who, &format!("GET {path}"), &[], "").await
    }
    /// With a key of its own.
    pub async fn post(&self, who: &Actor, path: &str, body: Value) -> Got {
        self.post_as(who, &Uuid::now_v7().to_string(), path, body).await
    }
    pub async fn post_as(&self, who: &Actor, key: &str, path: &str, body: Value) -> Got {
        self.ask(who, &format!("POST {path}"), &[("idempotency-key", key)], &body.to_string()).await
    }
    /// `PATCH /a/path` from the version that was read.
    pub async fn edit(&self, who: &Actor, line: &str, seen: u64, body: Value) -> Got {
        let (seen, body) = (format!("\"{seen}\""), if body.is_null() { String::new() } else { body.to_string() });
        self.ask(who, line, &[("if-match", &seen)], &body).await
    }

    pub async fn shopper(&self) -> Shopper {
        let body = json!({"currency": "EUR", "country": "DE"}).to_string();
        let made = self.ask(&Actor::anonymous(), "POST /store/v1/carts", &[], &body).await;
        let (who, cart) = (guest(&text(&made.json["token"])), made.location.clone().unwrap());
        Shopper { who, cart }
    }
    /// A fresh offer of a fresh vendor.
    pub fn thing(&self, title: &'static str) -> String {
        self.thing_of(&id::<kernel::kinds::VendorId>().to_string(), title)
    }
    pub fn thing_of(&self, vendor: &str, title: &'static str) -> String {
        let offer = id::<kernel::kinds::OfferId>().to_string();
        self.market.put(&offer, vendor, title);
        offer
    }
    pub async fn add(&self, shopper: &Shopper, lines: &[(&str, u32)]) -> Value {
        let line = |(offer, quantity): &(&str, u32)| json!({"offer": offer, "quantity": quantity});
        let body = json!({"lines": lines.iter().map(line).collect::<Vec<_>>()});
        self.post(&shopper.who, &shopper.path("/lines"), body).await.expect(200)
    }
    pub async fn read(&self, shopper: &Shopper) -> Value {
        self.get(&shopper.who, &shopper.cart).await.expect(200)
    }
    /// By post, of every vendor.
    pub async fn delivered(&self, shopper: &Shopper) -> Value {
        let cart = self.read(shopper).await;
        let choice = |group: &Value| json!({"vendor": group["vendor"], "method": METHOD});
        let choices = cart["groups"].as_array().unwrap().iter().map(choice).collect();
        let line = format!("PUT {}", shopper.path("/delivery"));
        let body = super::bad_input::with(&delivery(), "choices", choices);
        self.edit(&shopper.who, &line, cart["version"].as_u64().unwrap(), body).await.expect(200)
    }

    /// The order service tells, in one commit.
    pub async fn tell(&self, facts: Vec<Fact>) {
        let mut batch = Batch::new();
        batch.outbox(facts);
        self.log.save(batch).await.unwrap();
    }
    pub fn cart(&self) -> &Hosted {
        self.net.modules.iter().find(|module| module.name == "cart").unwrap()
    }
    pub async fn until_state(&self, shopper: &Shopper, state: &str) -> Value {
        for _ in 0..400 {
            let cart = self.read(shopper).await;
            if cart["state"] == state {
                return cart;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("not within ten seconds: {state}");
    }
    pub async fn clean(&self) {
        for check in cart::checks::all() {
            assert_eq!(self.cart().store.check(&check, NOW).await.unwrap().wrong, 0, "{}", check.id);
        }
    }
}

pub fn delivery() -> Value {
    json!({"email": "greta@example.com", "address": {"name": "Greta Gast", "country": "DE", "state": "BE",
        "city": "Berlin", "postcode": "10115", "street": "Torstraße 1", "phone": "+49 30 1"}, "choices": []})
}

pub async fn opened(store: &str, opening: Opening) -> Db {
    Db::open(&StoreAt { url: store.replace("{service}", "cart"), opening }, MIGRATIONS).await.unwrap()
}

/// A life of its own: what it spawned ends with it.
pub fn life<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let done = runtime.block_on(work);
    runtime.shutdown_timeout(Duration::from_secs(5));
    done
}

pub fn placed(order: OrderId, cart: CartId) -> Fact {
    let (subject, cart) = (order.to_string(), cart.to_string());
    Fact::of(("order", order, 1), &facts::OrderPlaced { order: subject, cart, ..Default::default() }, NOW)
}
pub fn confirmed(order: OrderId, cart: CartId) -> Fact {
    let (subject, cart) = (order.to_string(), cart.to_string());
    Fact::of(("order", order, 2), &facts::OrderConfirmed { order: subject, cart, ..Default::default() }, NOW)
}
pub fn cancelled(order: OrderId, cart: CartId) -> Fact {
    let (subject, cart) = (order.to_string(), cart.to_string());
    Fact::of(("order", order, 3), &facts::OrderCancelled { order: subject, cart, ..Default::default() }, NOW)
}
