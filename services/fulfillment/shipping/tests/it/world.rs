//! Shipping beside an order service that only tells, with a clock that stands.
use axum::body::Body;
use contracts::{order as facts, shipping::shipping_client::ShippingClient};
use http::{Request, request};
use http_body_util::BodyExt;
use kernel::{Id, Timestamp};
use platform::{
    actor::{
        Actor,
        Role::{VendorAdmin, VendorStaff},
        Table,
    },
    context::Seal,
    grpc::Transport,
    http::Routes,
    module::{Deps, Module, Opening, StoreAt},
    net::{Net, Plan, StartError},
    secret::Secret,
    store::{Fact, Store},
};
use platform_sql::{Batch, Db, migrations};
use platform_test::{Engine, HandClock, stores};
use serde_json::Value;
use shipping::{
    Config,
    domain::RecordedRate,
    signature::{HEADER, sign},
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tower::ServiceExt;
use uuid::Uuid;

/// 2023-11-14 22:13 UTC, a Tuesday; 19:13 in São Paulo.
pub const NOW: Timestamp = Timestamp(1_700_000_000_123_456);
const SECRET: &str = "carrier's secret";

const POLICY: Table = Table(&[
    ("delivery.read", &[VendorStaff, VendorAdmin]),
    ("delivery.set", &[VendorAdmin]),
    ("parcels.read", &[VendorStaff, VendorAdmin]),
]);

pub struct World {
    net: Net,
    seal: Seal,
    pub client: ShippingClient<Transport>,
    /// What order told so far.
    told: Db,
}

pub struct Got {
    pub status: u16,
    pub head: http::HeaderMap,
    pub json: Value,
}

pub fn id<K>() -> Id<K> {
    Id::from_uuid(Uuid::now_v7())
}
pub fn vendor() -> Actor {
    Actor::vendor_admin(id(), id())
}

pub async fn world(engine: Engine) -> World {
    open(stores(engine, &["shipping", "order"]).await).await
}
/// With freight that was recorded before.
pub async fn recorded(engine: Engine, rates: &[RecordedRate]) -> World {
    let store = stores(engine, &["shipping", "order"]).await;
    let at = StoreAt { url: store.replace("{service}", "shipping"), opening: Opening::Migrate };
    let db = Db::open(&at, shipping::MIGRATIONS).await.unwrap();
    let app = shipping::over(&db, Arc::new(HandClock::at(NOW)), Config::default());
    app.import_recorded_rates(rates).await.unwrap();
    drop((app, db));
    open(store).await
}

async fn open(store: String) -> World {
    let seal = Seal::of(b"test");
    let mut net = Net::new(Plan {
        here: vec![],
        addresses: BTreeMap::new(),
        settings: [("shipping.carrier_secret".to_string(), SECRET.to_string())].into(),
        store: store.clone(),
        opening: Opening::Migrate,
        seal: seal.clone(),
        policy: Arc::new(POLICY),
        clock: Arc::new(HandClock::at(NOW)),
        reads: contracts::READS,
    });
    net.host("shipping", shipping::routes, shipping::module).await.unwrap();
    let mut told = None;
    let order = async |deps: Deps<'_>| -> Result<Module, StartError> {
        let db = Db::open(&deps.store, migrations![]).await.map_err(|e| deps.no_store(e))?;
        told = Some(db.clone());
        Ok(Module::new("order", Arc::new(db)))
    };
    net.host("order", || Routes::<()>(vec![]), order).await.unwrap();
    net.start().unwrap();
    let client = ShippingClient::new(net.transport("order", "shipping").unwrap());
    World { net, seal, client, told: told.unwrap() }
}

/// One parcel of one unit.
pub fn shipped(shipment: &str, tracking: &str) -> facts::VendorOrderShipped {
    let text = |id: Uuid| kernel::OrderId::from_uuid(id).to_string();
    facts::VendorOrderShipped {
        order: text(Uuid::now_v7()),
        vendor_order: id::<kernel::kinds::VendorOrderId>().to_string(),
        vendor: id::<kernel::kinds::VendorId>().to_string(),
        shipment: shipment.into(),
        lines: vec![facts::ShippedLine {
            line: "1".into(),
            offer: id::<kernel::kinds::OfferId>().to_string(),
            quantity: 1,
        }],
        carrier: "Post".into(),
        tracking: tracking.into(),
        party: String::new(),
    }
}
pub fn new_shipment() -> String {
    id::<kernel::kinds::ShipmentId>().to_string()
}

impl World {
    /// Order says that something left the vendor's hands.
    pub async fn tell(&self, facts: &[facts::VendorOrderShipped]) {
        let mut batch = Batch::new();
        let fact = |f: &facts::VendorOrderShipped| Fact::of(("vendor_order", Uuid::now_v7(), 1), f, NOW);
        batch.outbox(facts.iter().map(fact).collect());
        self.told.save(batch).await.unwrap();
    }
    pub fn store(&self) -> Arc<dyn Store> {
        self.net.modules[0].store.clone()
    }
    /// Kinds of what shipping told of this shipment, once there are so many.
    pub async fn tells(&self, shipment: &str, count: usize) -> Vec<String> {
        let store = self.store();
        let listening = async {
            loop {
                let facts = store.facts(0, 1000).await.unwrap();
                let own = facts.into_iter().filter(|f| f.subject == shipment);
                let kinds: Vec<_> = own.map(|f| f.kind.rsplit('.').next().unwrap_or_default().to_string()).collect();
                if kinds.len() >= count {
                    return kinds;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), listening).await.expect("told")
    }
    async fn call(&self, request: request::Builder, body: Vec<u8>) -> Got {
        let request = request.body(Body::from(body)).unwrap();
        let (head, body) = self.net.offered[0].door.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Got {
            status: head.status.as_u16(),
            head: head.headers,
            json: serde_json::from_slice(&bytes).unwrap_or_default(),
        }
    }
    fn by(&self, actor: &Actor, line: &str) -> request::Builder {
        let (method, path) = line.split_once(' ').unwrap();
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        request.header("souk-actor", self.seal.write(actor, "shipping"))
    }
    pub async fn get(&self, actor: &Actor, path: &str) -> Got {
        self.call(self.by(actor, &format!("GET {path}")), vec![]).await
    }
    pub async fn post(&self, actor: &Actor, path: &str, body: Value) -> Got {
        self.post_as(actor, path, &Uuid::now_v7().to_string(), body).await
    }
    pub async fn post_as(&self, actor: &Actor, path: &str, key: &str, body: Value) -> Got {
        let request = self.by(actor, &format!("POST {path}")).header("idempotency-key", key);
        self.call(request, body.to_string().into_bytes()).await
    }
    pub async fn put(&self, actor: &Actor, path: &str, seen: &str, body: Value) -> Got {
        let request = self.by(actor, &format!("PUT {path}")).header("if-match", format!("\"{seen}\""));
        self.call(request, body.to_string().into_bytes()).await
    }
    pub async fn delete(&self, actor: &Actor, path: &str, seen: &str) -> Got {
        self.call(self.by(actor, &format!("DELETE {path}")).header("if-match", format!("\"{seen}\"")), vec![]).await
    }
    /// The carrier tells, and signs it.
    pub async fn carrier(&self, body: &Value) -> Got {
        let text = body.to_string();
        let signature = sign(&Secret::new(SECRET), 1_700_000_000, text.as_bytes());
        self.carrier_as(&signature, body).await
    }
    /// As the gateway hands it on: it knows nobody there.
    pub async fn carrier_as(&self, signature: &str, body: &Value) -> Got {
        let request = self.by(&Actor::anonymous(), "POST /hooks/v1/shipping/simulated").header(HEADER, signature);
        self.call(request, body.to_string().into_bytes()).await
    }
    pub async fn clean(&self) {
        for check in shipping::checks::all() {
            let found = self.store().check(&check, NOW).await.unwrap();
            assert_eq!(found.wrong, 0, "{}", check.id);
        }
    }
}
