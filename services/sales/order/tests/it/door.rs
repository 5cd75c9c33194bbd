//! The order service as it is wired, over participants that obey the protocol, seen through its door.
use super::{
    made,
    payment::{self, Payment},
    pricing::{self, Pricing},
    stock::{Shelves, Stock},
};
use axum::body::Body;
use contracts::{
    inventory::inventory_server::InventoryServer,
    order::{GetPartyRequest, Party, orders_client::OrdersClient},
    payment::payments_server::PaymentsServer,
    pricing::pricing_server::PricingServer,
};
use http::Request;
use http_body_util::BodyExt;
use kernel::{Timestamp, UserId};
use order::{
    MIGRATIONS,
    domain::{Owner, Quote},
};
use platform::{
    actor::{
        Actor,
        Role::{Anonymous, Customer, PlatformAdmin, Support, VendorAdmin, VendorStaff},
        Table,
    },
    context::Seal,
    http::Routes,
    module::{Module, Opening, StoreAt},
    net::{Net, Plan},
    store::Fact,
};
use platform_sql::{Batch, Db};
use platform_test::{Engine, HandClock, stores, until};
use prost::{Message, Name};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};
use tower::ServiceExt;
use uuid::Uuid;

const POLICY: Table = Table(&[
    ("order.place", &[Anonymous, Customer]),
    ("order.read", &[Anonymous, Customer]),
    ("order.pay", &[Anonymous, Customer]),
    ("order.cancel", &[Anonymous, Customer]),
    ("vendor_order.read", &[VendorStaff, VendorAdmin]),
    ("vendor_order.ship", &[VendorStaff, VendorAdmin]),
    ("vendor_order.cancel", &[VendorStaff, VendorAdmin]),
    ("orders.read", &[Support, PlatformAdmin]),
    ("orders.refund", &[Support, PlatformAdmin]),
    ("orders.queue", &[Support, PlatformAdmin]),
]);

pub struct Shop {
    pub net: Net,
    pub store: String,
    pub clock: Arc<HandClock>,
    pub pricing: Arc<Mutex<pricing::Book>>,
    pub stock: Arc<Mutex<Shelves>>,
    pub payment: Arc<Mutex<payment::Book>>,
    /// Of payment and of shipping.
    logs: [Db; 2],
    seal: Seal,
    pub anna: UserId,
}

/// An answer of the door.
#[derive(Clone, Debug)]
pub struct Got {
    pub status: u16,
    pub head: http::HeaderMap,
    pub text: String,
    pub json: Value,
}

impl Got {
    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }
    pub fn text(&self, name: &str) -> String {
        self.json[name].as_str().unwrap_or_else(|| panic!("no {name} in {}", self.json)).to_string()
    }
    #[track_caller]
    pub fn expect(self, status: u16) -> Got {
        assert_eq!(self.status, status, "{}", self.json);
        self
    }
}

pub async fn shop(engine: Engine) -> Shop {
    let services = ["order", "pricing", "inventory", "payment", "shipping"];
    over(&stores(engine, &services).await).await
}

pub async fn over(store: &str) -> Shop {
    let (seal, clock) = (Seal::of(b"test"), Arc::new(HandClock::at(made::NOW)));
    let settings = [("order.patience_ms", "300"), ("order.pause_ms", "2"), ("order.claim_s", "1")];
    let mut net = Net::new(Plan {
        here: vec![],
        addresses: BTreeMap::new(),
        settings: settings.map(|(key, value)| (key.to_string(), value.to_string())).into(),
        store: store.to_string(),
        opening: Opening::Migrate,
        seal: seal.clone(),
        policy: Arc::new(POLICY),
        clock: clock.clone(),
        reads: contracts::READS,
    });
    let book = pricing::Book { limit: 1000, ..Default::default() };
    let pricing = Pricing { book: Arc::new(Mutex::new(book)), clock: clock.clone() };
    let (stock, payment) = (Stock { shelves: Arc::default(), clock: clock.clone() }, Payment::default());
    let mut logs = vec![];
    for name in ["shipping", "inventory", "payment", "pricing"] {
        let at = StoreAt { url: store.replace("{service}", name), opening: Opening::Migrate };
        let log = Db::open(&at, &[]).await.unwrap();
        logs.push(log.clone());
        let (pricing, stock, payment) = (pricing.clone(), stock.clone(), payment.clone());
        let module = async |_: platform::module::Deps<'_>| {
            let module = Module::new(name, Arc::new(log));
            Ok(match name {
                "inventory" => module.grpc(InventoryServer::new(stock)),
                "payment" => module.grpc(PaymentsServer::new(payment)),
                "pricing" => module.grpc(PricingServer::new(pricing)),
                _ => module,
            })
        };
        net.host(name, || Routes::<()>(vec![]), module).await.unwrap();
    }
    net.host("order", order::routes, order::module).await.unwrap();
    net.start().unwrap();
    let logs = [logs[2].clone(), logs[0].clone()];
    let (pricing, stock, payment) = (pricing.book, stock.shelves, payment.book);
    Shop { net, store: store.to_string(), clock, pricing, stock, payment, logs, seal, anna: made::id() }
}

impl Shop {
    async fn send(&self, who: &Actor, request: http::request::Builder, body: Value) -> Got {
        let request = request.header("souk-actor", self.seal.write(who, "order"));
        let request = match body {
            Value::Null => request.body(Body::empty()),
            body => request.header("content-type", "application/json").body(Body::from(body.to_string())),
        };
        let door = self.net.offered.iter().find(|o| o.name == "order").unwrap().door.clone();
        let (head, body) = door.oneshot(request.unwrap()).await.unwrap().into_parts();
        let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Got { status: head.status.as_u16(), head: head.headers, text, json }
    }
    pub async fn get(&self, who: &Actor, path: &str) -> Got {
        self.send(who, Request::get(path), Value::Null).await
    }
    pub async fn post(&self, who: &Actor, path: &str, body: Value) -> Got {
        self.post_as(who, path, &Uuid::now_v7().to_string(), body).await
    }
    pub async fn post_as(&self, who: &Actor, path: &str, key: &str, body: Value) -> Got {
        self.send(who, Request::post(path).header("idempotency-key", key), body).await
    }

    pub fn customer(&self) -> Actor {
        Actor::customer(self.anna)
    }
    /// A quote of Anna's over lamps of one vendor and a rug of another, with enough of both.
    pub fn quote(&self) -> Quote {
        self.quoted(Owner::User(self.anna))
    }
    pub fn quoted(&self, owner: Owner) -> Quote {
        let quote = Quote { owner: Some(owner), ..made::lamps_and_rug() };
        self.pricing.lock().unwrap().quotes.insert(quote.id.to_string(), quote.clone());
        let mut stock = self.stock.lock().unwrap();
        for line in &quote.lines {
            stock.stock.insert(line.offer.to_string(), [i64::from(line.quantity), 0]);
        }
        quote
    }
    pub async fn order(&self, quote: &Quote, card: &str) -> Got {
        self.post(&self.customer(), "/store/v1/orders", order_body(quote, card)).await
    }
    pub fn vendor_of(&self, quote: &Quote, line: usize) -> Actor {
        Actor::vendor_staff(made::id(), quote.lines[line].vendor)
    }
    /// The vendor order of this line of the quote.
    pub fn part(order: &Value, quote: &Quote, line: usize) -> Value {
        let vendor = quote.lines[line].vendor.to_string();
        let parts = order["vendor_orders"].as_array().unwrap();
        parts.iter().find(|p| p["vendor"] == vendor.as_str()).unwrap().clone()
    }

    /// Payment, or shipping, tells something of an order: one version more of its aggregate.
    pub async fn payment_tells<M: Message + Name>(&self, message: &M) {
        self.tell(0, &[message]).await
    }
    pub async fn shipping_tells<M: Message + Name>(&self, messages: &[&M]) {
        self.tell(1, messages).await
    }
    async fn tell<M: Message + Name>(&self, log: usize, messages: &[&M]) {
        let mut batch = Batch::new();
        let fact = |m: &&M| Fact::of(("thing", Uuid::now_v7(), 1), *m, Timestamp(1_700_000_000_000_000));
        batch.outbox(messages.iter().map(fact).collect());
        self.logs[log].save(batch).await.unwrap();
    }

    pub async fn until(&self, who: &Actor, path: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        until(path, async || is_so(&self.get(who, path).await.json)).await;
        self.get(who, path).await.json
    }
    pub async fn party(&self, id: &str) -> Result<Party, tonic::Status> {
        let client = OrdersClient::new(self.net.transport("notification", "order").unwrap());
        client.clone().get_party(GetPartyRequest { party: id.into() }).await.map(|reply| reply.into_inner())
    }
    pub fn store(&self) -> Arc<dyn platform::store::Store> {
        self.net.modules.iter().find(|m| m.name == "order").unwrap().store.clone()
    }
    /// Its own store, seen from outside.
    pub async fn inside(&self) -> Db {
        let at = StoreAt { url: self.store.replace("{service}", "order"), opening: Opening::ReadOnly };
        Db::open(&at, MIGRATIONS).await.unwrap()
    }
    pub async fn clean(&self) {
        super::world::clean(&self.inside().await, kernel::Clock::now(&platform::clock::SystemClock)).await
    }
}

pub fn order_body(quote: &Quote, card: &str) -> Value {
    let attributes = json!({"till": "7"});
    json!({"quote": quote.id, "payment": {"card_token": card}, "client_reference": "r-1", "attributes": attributes})
}
