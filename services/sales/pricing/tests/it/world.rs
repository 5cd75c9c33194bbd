//! Pricing alone in a process, with a clock that stands, and who asks it.
use super::callees::{self, Goods, Terms};
use axum::body::Body;
use contracts::pricing::{self as pb, pricing_client::PricingClient};
use http::Request;
use http_body_util::BodyExt;
use kernel::{Id, Timestamp};
use platform::{
    actor::{
        Actor,
        Role::{PlatformAdmin, VendorAdmin, VendorStaff},
        Table,
    },
    context::{Context, Seal},
    grpc::{Transport, step},
    module::Opening,
    net::{Net, Plan},
    store::Store,
};
use platform_test::{Engine, HandClock, stores};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tonic::Status;
use tower::ServiceExt;
use uuid::Uuid;

pub const NOW: Timestamp = Timestamp(1_700_000_000_123_456);

const POLICY: Table = Table(&[
    ("prices.read", &[VendorStaff, VendorAdmin]),
    ("prices.set", &[VendorStaff, VendorAdmin]),
    ("coupons.create", &[PlatformAdmin]),
    ("coupons.read", &[PlatformAdmin]),
    ("taxes.read", &[PlatformAdmin]),
    ("taxes.set", &[PlatformAdmin]),
]);

pub struct World {
    pub net: Net,
    pub clock: Arc<HandClock>,
    pub seal: Seal,
    pub goods: Goods,
    pub terms: Terms,
    pub client: PricingClient<Transport>,
}

pub struct Got {
    pub status: u16,
    pub etag: Option<String>,
    pub json: Value,
}

pub fn id<K>() -> Id<K> {
    Id::from_uuid(Uuid::now_v7())
}

pub async fn world(engine: Engine) -> World {
    let (clock, seal) = (Arc::new(HandClock::at(NOW)), Seal::of(b"test"));
    let mut net = Net::new(Plan {
        here: vec![],
        addresses: BTreeMap::new(),
        settings: [("pricing.quote_key".to_string(), "secret".to_string())].into(),
        store: stores(engine, &["catalog", "vendor", "shipping", "pricing"]).await,
        opening: Opening::Migrate,
        seal: seal.clone(),
        policy: Arc::new(POLICY),
        clock: clock.clone(),
        reads: contracts::READS,
    });
    let (goods, terms) = callees::host(&mut net).await;
    net.host("pricing", pricing::routes, pricing::module).await.unwrap();
    let client = PricingClient::new(net.transport("order", "pricing").unwrap());
    World { net, clock, seal, goods, terms, client }
}

pub fn vendor() -> Actor {
    Actor::vendor_admin(id(), id())
}

impl World {
    pub async fn call(&self, actor: &Actor, request: http::request::Builder, body: Value) -> Got {
        let request = request.header("souk-actor", self.seal.write(actor, "pricing"));
        let request = request.header("content-type", "application/json").body(Body::from(body.to_string())).unwrap();
        let (head, body) = self
            .net
            .offered
            .iter()
            .find(|o| o.name == "pricing")
            .unwrap()
            .door
            .clone()
            .oneshot(request)
            .await
            .unwrap()
            .into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let etag = head.headers.get("etag").map(|e| e.to_str().unwrap().to_string());
        Got { status: head.status.as_u16(), etag, json: serde_json::from_slice(&bytes).unwrap_or_default() }
    }
    pub async fn get(&self, actor: &Actor, path: &str) -> Got {
        self.call(actor, Request::get(path), Value::Null).await
    }
    pub async fn put_price(&self, actor: &Actor, offer: &str, seen: u64, body: Value) -> Got {
        let path = format!("/vendor/v1/offers/{offer}/prices/EUR");
        self.call(actor, Request::put(path).header("if-match", format!("\"{seen}\"")), body).await
    }
    /// A new offer of this vendor, without a price.
    pub fn offered(&self, actor: &Actor) -> String {
        let offer = id::<kernel::kinds::OfferId>().to_string();
        self.goods.put(&offer, &actor.vendor.unwrap().to_string());
        offer
    }
    /// A new offer of this vendor at this price.
    pub async fn priced(&self, actor: &Actor, amount: i64) -> String {
        let offer = self.offered(actor);
        let got = self.put_price(actor, &offer, 0, json!({"amount": amount})).await;
        assert_eq!(got.status, 200, "{}", got.json);
        offer
    }
    pub async fn coupon(&self, body: Value) -> Got {
        let request = Request::post("/admin/v1/coupons").header("idempotency-key", Uuid::now_v7().to_string());
        self.call(&Actor::platform_admin(id()), request, body).await
    }
    pub async fn taxed(&self, region: &str, seen: u64, body: Value) -> Got {
        let request = Request::put(format!("/admin/v1/tax-zones/{region}")).header("if-match", format!("\"{seen}\""));
        self.call(&Actor::platform_admin(id()), request, body).await
    }
    pub async fn used(&self, code: &str) -> i64 {
        let got = self.get(&Actor::platform_admin(id()), &format!("/admin/v1/coupons/{code}")).await;
        got.json["used"].as_i64().unwrap()
    }

    /// Every vendor delivers for nothing, if the request does not say how.
    pub async fn quote(&self, mut request: pb::MakeQuoteRequest) -> Result<pb::Quote, Status> {
        if request.deliveries.is_empty() {
            let (currency, lines) = (request.currency.clone(), request.lines.clone());
            let asked = pb::PriceRequest { currency, lines, ..pb::PriceRequest::default() };
            let priced = self.client.clone().price(asked).await?.into_inner();
            let free = |total: pb::VendorTotal| pb::Delivery { vendor: total.vendor, method: "free".into() };
            request.deliveries = priced.vendors.into_iter().map(free).collect();
        }
        self.quote_as(request).await
    }
    pub async fn quote_as(&self, request: pb::MakeQuoteRequest) -> Result<pb::Quote, Status> {
        let key = Uuid::now_v7().to_string();
        self.client.clone().make_quote(step(&key, request)).await.map(|r| r.into_inner())
    }
    pub async fn accept(&self, order: &str, quote: &str) -> Result<pb::Acceptance, Status> {
        let message = pb::AcceptRequest { order: order.into(), quote: quote.into() };
        self.client.clone().accept(step(&format!("{order}/accept"), message)).await.map(|r| r.into_inner())
    }
    pub async fn undo(&self, order: &str) -> Result<(), Status> {
        let message = pb::UndoAcceptRequest { order: order.into() };
        self.client.clone().undo_accept(step(&format!("{order}/accept"), message)).await.map(drop)
    }
    fn store(&self) -> Arc<dyn Store> {
        self.net.modules.iter().find(|module| module.name == "pricing").unwrap().store.clone()
    }
    /// Until so many changes of the offer were told.
    pub async fn until_told(&self, offer: &str, changes: i64) {
        let store = self.store();
        let told = async {
            while !store.facts(0, 100).await.unwrap().iter().any(|f| f.subject == offer && f.version == changes) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), told).await.expect("told");
    }
    pub async fn clean(&self) {
        for check in pricing::checks::all() {
            let found = self.store().check(&check, NOW).await.unwrap();
            assert_eq!(found.wrong, 0, "{}", check.id);
        }
    }
}

/// As for a person who waits: a silent callee is asked once more, not for half a minute.
pub async fn hurried<F: Future>(work: F) -> F::Output {
    Context::person(Actor::service("order")).scope(work).await
}

pub fn order() -> String {
    id::<kernel::kinds::OrderId>().to_string()
}

/// A cart of a user, of these offers.
pub fn basket(lines: &[(&str, u32)], coupon: &str) -> pb::MakeQuoteRequest {
    let lines = lines.iter().map(|(offer, quantity)| pb::Want { offer: offer.to_string(), quantity: *quantity });
    pb::MakeQuoteRequest {
        cart: id::<kernel::kinds::CartId>().to_string(),
        user: id::<kernel::kinds::UserId>().to_string(),
        guest: vec![],
        currency: "EUR".into(),
        lines: lines.collect(),
        coupon: coupon.into(),
        party: Some(pb::Party {
            email: "anna@example.org".into(),
            name: "Anna".into(),
            country: "DE".into(),
            state: "BE".into(),
            city: "Berlin".into(),
            postcode: "10115".into(),
            street: "Weg 1".into(),
            phone: "+49 30 1".into(),
        }),
        deliveries: vec![],
    }
}

pub fn code(status: &Status) -> &str {
    platform::grpc::code_of(status)
}
