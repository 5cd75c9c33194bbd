//! Inventory in a process of its own, beside an order service that only has a log.
use axum::body::Body;
use contracts::{
    catalog,
    inventory::{self as pb, inventory_client::InventoryClient},
    order as facts,
};
use http::Request;
use http_body_util::BodyExt;
use inventory::MIGRATIONS;
use kernel::{Id, LocationId, OfferId, OrderId, Timestamp};
use platform::{
    actor::{
        Actor,
        Role::{VendorAdmin, VendorStaff},
        Table,
    },
    clock::SystemClock,
    context::Seal,
    grpc::{Limits, Transport, step},
    http::Routes,
    module::{Module, Opening, StoreAt},
    net::{Hosted, Net, Plan},
    store::Fact,
};
use platform_sql::{Batch, Db, params};
use platform_test::{Engine, stores};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tonic::Status;
use tower::ServiceExt;
use uuid::Uuid;

const POLICY: Table = Table(&[
    ("stock.read", &[VendorStaff, VendorAdmin]),
    ("stock.set", &[VendorStaff, VendorAdmin]),
    ("stock.receive", &[VendorStaff, VendorAdmin]),
    ("stock.transfer", &[VendorStaff, VendorAdmin]),
    ("location.read", &[VendorStaff, VendorAdmin]),
    ("location.write", &[VendorStaff, VendorAdmin]),
]);

pub struct World {
    pub net: Net,
    pub store: String,
    /// Of the order service and of the catalogue.
    logs: [Db; 2],
    pub vendor: Actor,
    pub place: LocationId,
    client: InventoryClient<Transport>,
    seal: Seal,
}

/// An answer of the door.
#[derive(Clone, Debug, PartialEq)]
pub struct Got {
    pub status: u16,
    pub etag: Option<String>,
    pub location: Option<String>,
    pub replayed: bool,
    pub json: Value,
}

impl Got {
    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
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
    Actor::vendor_staff(id(), id())
}

pub async fn world(engine: Engine) -> World {
    with(engine, &[]).await
}

/// With settings of the `[inventory]` section.
pub async fn with(engine: Engine, section: &[(&str, &str)]) -> World {
    let store = stores(engine, &["inventory", "order", "catalog"]).await;
    over(&store, section).await
}

/// Over stores that another world may use as well.
pub async fn over(store: &str, section: &[(&str, &str)]) -> World {
    let seal = Seal::of(b"test");
    let settings = section.iter().map(|(key, value)| (format!("inventory.{key}"), value.to_string())).collect();
    let mut net = Net::new(Plan {
        here: vec![],
        addresses: BTreeMap::new(),
        settings,
        store: store.to_string(),
        opening: Opening::Migrate,
        seal: seal.clone(),
        policy: Arc::new(POLICY),
        clock: Arc::new(SystemClock),
        reads: contracts::READS,
    });
    let mut logs = vec![];
    for name in ["order", "catalog"] {
        let at = StoreAt { url: store.replace("{service}", name), opening: Opening::Migrate };
        let log = Db::open(&at, &[]).await.expect("a log");
        logs.push(log.clone());
        net.host(name, || Routes::<()>(vec![]), async |_| Ok(Module::new(name, Arc::new(log)))).await.expect("a log");
    }
    let logs = logs.try_into().unwrap_or_else(|_| panic!("two"));
    net.host("inventory", inventory::routes, inventory::module).await.expect("inventory");
    net.start().expect("started");
    // Within limits that no test reaches.
    let limits = Limits { per_second: 1_000_000, at_once: 10_000, ..Limits::default() };
    let client = InventoryClient::new(net.link("order", "inventory", limits).expect("wired").0);
    let mut world = World { net, store: store.to_string(), logs, vendor: vendor(), place: id(), client, seal };
    world.place = world.opened(&world.vendor).await;
    world
}

impl World {
    fn client(&self) -> InventoryClient<Transport> {
        self.client.clone()
    }

    pub async fn send(&self, who: &Actor, request: http::request::Builder, body: Value) -> Got {
        let request = request.header("souk-actor", self.seal.write(who, "inventory"));
        let request = match body {
            Value::Null => request.body(Body::empty()),
            body => request.header("content-type", "application/json").body(Body::from(body.to_string())),
        };
        let door = self.net.offered.iter().find(|o| o.name == "inventory").expect("offered").door.clone();
        let (head, body) = door.oneshot(request.expect("a request")).await.expect("an answer").into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        let text = |name: &str| head.headers.get(name).map(|v| v.to_str().expect("text").to_string());
        let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        let (etag, location, replayed) = (text("etag"), text("location"), text("idempotency-replayed").is_some());
        Got { status: head.status.as_u16(), etag, location, replayed, json }
    }
    pub async fn get(&self, who: &Actor, path: &str) -> Got {
        self.send(who, Request::get(path), Value::Null).await
    }
    /// With a key of its own.
    pub async fn post(&self, who: &Actor, path: &str, body: Value) -> Got {
        self.post_as(who, &Uuid::now_v7().to_string(), path, body).await
    }
    pub async fn post_as(&self, who: &Actor, key: &str, path: &str, body: Value) -> Got {
        self.send(who, Request::post(path).header("idempotency-key", key), body).await
    }
    pub async fn put(&self, who: &Actor, path: &str, seen: u64, body: Value) -> Got {
        self.send(who, Request::put(path).header("if-match", format!("\"{seen}\"")), body).await
    }

    pub async fn opened(&self, vendor: &Actor) -> LocationId {
        let body = json!({"name": "Back room", "address": "Main Street 1"});
        let got = self.post(vendor, "/vendor/v1/locations", body).await.expect(201);
        got["id"].as_str().expect("an id").parse().expect("a location")
    }
    pub fn shelf(&self, offer: OfferId) -> String {
        format!("/vendor/v1/stock/{offer}/{}", self.place)
    }
    /// A fresh offer with so many units of it.
    pub async fn stocked(&self, units: i64) -> OfferId {
        let offer = id();
        self.put(&self.vendor, &self.shelf(offer), 0, json!({"on_hand": units})).await.expect(200);
        offer
    }
    /// `[on hand, held]`.
    pub async fn units(&self, offer: OfferId) -> [i64; 2] {
        let got = self.get(&self.vendor, &self.shelf(offer)).await.expect(200);
        ["on_hand", "held"].map(|name| got[name].as_i64().expect("units"))
    }
    pub async fn free(&self, offer: OfferId) -> u32 {
        let asked = pb::AvailabilityRequest { offers: vec![offer.to_string()] };
        let reply = self.client().availability(asked).await.expect("an answer").into_inner();
        reply.free.get(&offer.to_string()).copied().unwrap_or_default()
    }

    pub async fn hold(&self, key: &str, order: OrderId, lines: &[(OfferId, u32)]) -> Result<pb::Hold, Status> {
        let message = pb::PlaceHoldRequest { order: order.to_string(), lines: self::lines(lines) };
        self.client().place_hold(step(key, message)).await.map(|r| r.into_inner())
    }
    pub async fn undo(&self, key: &str, order: OrderId) -> Result<(), Status> {
        self.client().undo_hold(step(key, pb::UndoHoldRequest { order: order.to_string() })).await.map(drop)
    }
    pub async fn commit(&self, key: &str, order: OrderId) -> Result<pb::Hold, Status> {
        let message = pb::CommitHoldRequest { order: order.to_string() };
        self.client().commit_hold(step(key, message)).await.map(|r| r.into_inner())
    }
    pub async fn release(&self, key: &str, order: OrderId, lines: &[(OfferId, u32)]) -> Result<pb::Hold, Status> {
        let message = pb::ReleaseUnitsRequest { order: order.to_string(), lines: self::lines(lines) };
        self.client().release_units(step(key, message)).await.map(|r| r.into_inner())
    }
    pub async fn give_back(&self, key: &str, order: OrderId, lines: &[(OfferId, u32)]) -> Result<pb::Hold, Status> {
        let message = pb::ReturnUnitsRequest { order: order.to_string(), lines: self::lines(lines) };
        self.client().return_units(step(key, message)).await.map(|r| r.into_inner())
    }
    /// A committed hold of a fresh order.
    pub async fn bought(&self, lines: &[(OfferId, u32)]) -> OrderId {
        let order = id();
        self.hold(&format!("{order}/hold"), order, lines).await.expect("held");
        self.commit(&format!("{order}/commit"), order).await.expect("committed");
        order
    }

    /// The order service tells of a parcel.
    pub async fn tell(&self, order: OrderId, lines: &[(OfferId, u32)]) {
        self.tell_all(vec![parcel(order, lines)]).await
    }
    /// In one commit.
    pub async fn tell_all(&self, facts: Vec<Fact>) {
        let mut batch = Batch::new();
        batch.outbox(facts);
        self.logs[0].save(batch).await.expect("told");
    }
    /// The catalogue tells whose offer is sold from now on.
    pub async fn activated(&self, offer: OfferId, vendor: &Actor) {
        let vendor = vendor.vendor.expect("a vendor").to_string();
        let message = catalog::OfferActivated { offer: offer.to_string(), vendor, ..Default::default() };
        let mut batch = Batch::new();
        batch.outbox(vec![Fact::of(("offer", offer, 1), &message, Timestamp(1_700_000_000_000_000))]);
        self.logs[1].save(batch).await.expect("told");
    }
    /// What inventory told of this shelf so far, as name and bytes. From the table: the log shows nothing that an open write
    /// anywhere in the cluster could still precede.
    pub async fn told(&self, offer: OfferId) -> Vec<(String, Vec<u8>)> {
        let sql =
            "SELECT type, payload FROM outbox WHERE aggregatetype = 'stock' AND aggregateid = $1 ORDER BY version";
        let rows = self.inside().await.read(sql, params![format!("{offer}/{}", self.place)]).await.expect("rows");
        rows.iter().map(|row| (row.get("type").expect("a type"), row.get("payload").expect("bytes"))).collect()
    }
    pub fn doorbell(&self) -> tokio::sync::watch::Receiver<i64> {
        self.inventory().store.doorbell()
    }
    pub fn inventory(&self) -> &Hosted {
        self.net.modules.iter().find(|m| m.name == "inventory").expect("hosted")
    }
    /// Inventory's own store, seen from outside.
    pub async fn inside(&self) -> Db {
        let at = StoreAt { url: self.store.replace("{service}", "inventory"), opening: Opening::ReadOnly };
        Db::open(&at, MIGRATIONS).await.expect("a store")
    }
    /// Until inventory has heard so much that a shelf has these units.
    pub async fn until(&self, offer: OfferId, units: [i64; 2]) {
        for _ in 0..200 {
            if self.units(offer).await == units {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        assert_eq!(self.units(offer).await, units);
    }
    pub async fn clean(&self) {
        for module in &self.net.modules {
            for check in &module.checks {
                let finding = module.store.check(check, kernel::Clock::now(&SystemClock)).await.expect("checked");
                assert_eq!(finding.wrong, 0, "{} {}", check.id, check.says);
            }
        }
    }
}

fn lines(lines: &[(OfferId, u32)]) -> Vec<pb::Line> {
    lines.iter().map(|(offer, quantity)| pb::Line { offer: offer.to_string(), quantity: *quantity }).collect()
}

pub fn parcel(order: OrderId, lines: &[(OfferId, u32)]) -> Fact {
    let line = |(offer, quantity): &(OfferId, u32)| facts::ShippedLine {
        offer: offer.to_string(),
        quantity: *quantity,
        ..Default::default()
    };
    let message = facts::VendorOrderShipped {
        order: order.to_string(),
        lines: lines.iter().map(line).collect(),
        ..Default::default()
    };
    let vendor_order: kernel::VendorOrderId = id();
    Fact::of(("vendor_order", vendor_order, 1), &message, Timestamp(1_700_000_000_000_000))
}
