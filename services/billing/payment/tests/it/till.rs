//! Payment alone in a process: its doors, a bank whose messages can be lost, and two clocks that stand until they are turned.
use crate::bank::Bank;
use axum::body::Body;
use contracts::payment::{self as pb, payments_client::PaymentsClient};
use http::Request;
use http_body_util::BodyExt;
use kernel::{Clock, Id, Timestamp};
use payment::{Config, MIGRATIONS, World, app::Payments};
use platform::{
    actor::{
        Actor,
        Role::{PlatformAdmin, Support, VendorAdmin},
        Table,
    },
    context::Seal,
    grpc::{Transport, step},
    module::Opening,
    net::{Net, Plan},
    secret::Secret,
    store::Counts,
};
use platform_sql::{Db, params};
use platform_test::{Engine, HandClock, stores};
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tonic::Status;
use tower::ServiceExt;
use uuid::Uuid;

pub const NOW: Timestamp = Timestamp(1_700_000_000_123_456);
/// The machine lives in another year than the business: neither may be read for the other.
pub const MACHINE: Timestamp = Timestamp(1_900_000_000_000_000);
pub const SECRET: &str = "shared with the bank";

const POLICY: Table = Table(&[
    ("balance.read", &[VendorAdmin]),
    ("payment.read", &[Support, PlatformAdmin]),
    ("payment.queue", &[Support, PlatformAdmin]),
    ("payout.create", &[PlatformAdmin]),
    ("payout.read", &[PlatformAdmin]),
]);

pub struct Till {
    pub net: Net,
    pub db: Db,
    pub app: Payments,
    pub bank: Arc<Bank>,
    pub clock: Arc<HandClock>,
    pub machine: Arc<HandClock>,
    pub seal: Seal,
}

pub struct Got {
    pub status: u16,
    pub head: http::HeaderMap,
    pub json: Value,
}

pub fn id<K>() -> Id<K> {
    Id::from_uuid(Uuid::now_v7())
}

pub async fn till(engine: Engine) -> Till {
    with(engine, Config { bank_secret: Secret::new(SECRET), ..Config::default() }).await
}

pub async fn with(engine: Engine, config: Config) -> Till {
    let bank = Arc::new(Bank::default());
    at(engine, config, Banks { provider: bank.clone(), payouts: bank.clone(), fake: bank, machine: MACHINE }).await
}

/// Who answers, and when: the fake one, or one over the wire.
pub struct Banks {
    pub provider: Arc<dyn payment::ports::Provider>,
    pub payouts: Arc<dyn payment::ports::PayoutBank>,
    pub fake: Arc<Bank>,
    pub machine: Timestamp,
}

pub async fn at(engine: Engine, config: Config, banks: Banks) -> Till {
    let (clock, machine) = (Arc::new(HandClock::at(NOW)), Arc::new(HandClock::at(banks.machine)));
    let (bank, seal) = (banks.fake, Seal::of(b"test"));
    let mut net = Net::new(Plan {
        here: vec![],
        addresses: BTreeMap::new(),
        settings: BTreeMap::new(),
        store: stores(engine, &["payment"]).await,
        opening: Opening::Migrate,
        seal: seal.clone(),
        policy: Arc::new(POLICY),
        clock: clock.clone(),
        reads: contracts::READS,
    });
    let world = World { provider: banks.provider, bank: banks.payouts, clock: clock.clone(), machine: machine.clone() };
    let (mut own, mut store) = (None, None);
    let build = async |deps: platform::module::Deps<'_>| {
        let db = Db::open(&deps.store, MIGRATIONS).await.unwrap();
        let app = payment::over(&db, world, config);
        (own, store) = (Some(app.clone()), Some(db.clone()));
        Ok(payment::serving(app, db, deps.door.clone()))
    };
    net.host("payment", payment::routes, build).await.unwrap();
    Till { net, db: store.unwrap(), app: own.unwrap(), bank, clock, machine, seal }
}

/// An order of two vendors: A sells 6000, B 4000, commission 10 %.
#[derive(Clone)]
pub struct Order {
    pub id: String,
    pub lines: Vec<pb::Component>,
    pub total: i64,
    pub card: String,
}

pub fn line(n: u32, vendor: &str, price: i64, commission: i64) -> pb::Component {
    pb::Component {
        id: id::<kernel::kinds::ComponentId>().to_string(),
        vendor: vendor.into(),
        line: n,
        units: 1,
        price,
        commission,
        ..Default::default()
    }
}

pub fn vendor() -> String {
    id::<kernel::kinds::VendorId>().to_string()
}

pub fn order(card: &str) -> Order {
    of(vec![line(1, &vendor(), 6000, 600), line(2, &vendor(), 4000, 400)], card)
}

pub fn of(lines: Vec<pb::Component>, card: &str) -> Order {
    let total = lines.iter().map(|l| l.price - l.funded).sum();
    Order { id: id::<kernel::kinds::OrderId>().to_string(), lines, total, card: card.into() }
}

impl Order {
    pub fn request(&self) -> pb::AuthorizeRequest {
        pb::AuthorizeRequest {
            order: self.id.clone(),
            currency: "EUR".into(),
            total: self.total,
            components: self.lines.clone(),
            card_token: self.card.clone(),
            client_reference: "r-1".into(),
            user: String::new(),
        }
    }
}

pub type Reply<T> = Result<T, Status>;

impl Till {
    pub fn client(&self) -> PaymentsClient<Transport> {
        PaymentsClient::new(self.net.transport("order", "payment").expect("wired"))
    }
    pub async fn authorize(&self, request: &pb::AuthorizeRequest) -> Reply<pb::AuthorizeReply> {
        let key = format!("{}/authorize", request.order);
        self.client().authorize(step(&key, request.clone())).await.map(|r| r.into_inner())
    }
    pub async fn take(&self, order: &str) -> Reply<bool> {
        let message = pb::TakeRequest { order: order.into() };
        self.client().take(step(&format!("{order}/take"), message)).await.map(|r| r.into_inner().taken)
    }
    pub async fn void(&self, order: &str) -> Reply<bool> {
        let message = pb::VoidRequest { order: order.into(), reason: "deadline".into() };
        self.client().void(message).await.map(|r| r.into_inner().voided)
    }
    pub async fn add_card(&self, order: &str, card: &str, key: &str) -> Reply<pb::AuthorizeReply> {
        let message = pb::AddAttemptRequest { order: order.into(), card_token: card.into() };
        self.client().add_attempt(step(key, message)).await.map(|r| r.into_inner())
    }
    pub async fn refund(&self, key: &str, message: pb::RefundRequest) -> Reply<pb::RefundReply> {
        self.client().refund(step(key, message)).await.map(|r| r.into_inner())
    }
    pub async fn read(&self, order: &str) -> pb::Payment {
        self.client().get(pb::GetRequest { order: order.into() }).await.expect("a payment").into_inner()
    }
    /// Authorized and taken.
    pub async fn paid(&self, order: &Order) {
        let done = self.authorize(&order.request()).await.expect("authorized");
        assert_eq!(done.state(), pb::AuthorizeState::Done);
        assert!(self.take(&order.id).await.expect("taken"));
    }
    /// Time passes, and what is due is done.
    pub async fn later(&self, span: Duration) {
        self.clock.turn(span);
        self.machine.turn(span);
        self.errands().await;
    }
    pub async fn errands(&self) {
        self.app.run_errands(self.clock.now()).await.expect("errands");
    }
    /// Ten minutes in steps: whatever backs off has had its turn.
    pub async fn settle(&self) {
        for _ in 0..20 {
            self.later(Duration::from_secs(30)).await;
        }
    }
    /// Public events in order, without their package.
    pub async fn told(&self) -> Vec<String> {
        let rows = self.db.read("SELECT type FROM outbox ORDER BY position, version", params![]).await.expect("outbox");
        let kind = |row: &platform_sql::Row| row.get::<String>("type").expect("type");
        rows.iter().map(|row| kind(row).trim_start_matches("souk.payment.v1.").to_string()).collect()
    }
    pub async fn queue(&self) -> Vec<String> {
        let rows = self.db.read("SELECT kind FROM queue ORDER BY kind", params![]).await.expect("queue");
        rows.iter().map(|row| row.get("kind").expect("kind")).collect()
    }
    /// The ledger by account, without vendors.
    pub async fn balances(&self) -> BTreeMap<String, i64> {
        let sql = "SELECT account, CAST(sum(amount) AS bigint) AS amount FROM entries GROUP BY account";
        let rows = self.db.read(sql, params![]).await.expect("entries");
        let sums = rows.iter().map(|row| (row.get("account").expect("account"), row.get("amount").expect("amount")));
        sums.filter(|(_, amount)| *amount != 0).collect()
    }
    pub async fn text(&self, sql: &'static str) -> Option<String> {
        let rows = self.db.read(sql, params![]).await.expect("rows");
        rows.first().and_then(|row| row.get("v").expect("v"))
    }
    pub async fn clean(&self) {
        for check in payment::checks::all() {
            let found = self.net.modules[0].store.check(&check, NOW).await.expect("checked");
            assert_eq!(found.wrong, 0, "{}: {}", check.id, check.says);
        }
    }
    pub fn counts(&self) -> Counts {
        self.net.modules[0].store.counts()
    }
    pub async fn call(&self, actor: &Actor, request: http::request::Builder, body: Vec<u8>) -> Got {
        let request = request.header("souk-actor", self.seal.write(actor, "payment"));
        let request = request.header("content-type", "application/json").body(Body::from(body)).unwrap();
        let (head, body) = self.net.offered[0].door.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Got {
            status: head.status.as_u16(),
            head: head.headers,
            json: serde_json::from_slice(&bytes).unwrap_or_default(),
        }
    }
    pub async fn get(&self, actor: &Actor, path: &str) -> Got {
        self.call(actor, Request::get(path), vec![]).await
    }
}

/// Everything that is left of these components.
pub fn rest_of(order: &Order, at: usize) -> pb::RefundRequest {
    part(order, pb::RefundPart { component: order.lines[at].id.clone(), rest: true, ..Default::default() })
}

pub fn amount_of(order: &Order, at: usize, amount: i64) -> pb::RefundRequest {
    part(order, pb::RefundPart { component: order.lines[at].id.clone(), amount, ..Default::default() })
}

pub fn units_of(order: &Order, at: usize, units: u32) -> pb::RefundRequest {
    part(order, pb::RefundPart { component: order.lines[at].id.clone(), units, ..Default::default() })
}

pub fn all_of(order: &Order) -> pb::RefundRequest {
    pb::RefundRequest { order: order.id.clone(), parts: vec![], reason: "cancelled".into(), all: true }
}

fn part(order: &Order, part: pb::RefundPart) -> pb::RefundRequest {
    pb::RefundRequest { order: order.id.clone(), parts: vec![part], reason: "returned".into(), all: false }
}
