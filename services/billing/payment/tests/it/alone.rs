//! The module as a process wires it: settings, tasks, alarms, the machine's clock. Nobody turns anything.
use crate::till::{SECRET, all_of, order};
use contracts::payment::{self as pb, AuthorizeState, payments_client::PaymentsClient};
use platform::{
    actor::Table,
    clock::SystemClock,
    context::Seal,
    grpc::{Transport, step},
    module::Opening,
    net::{Net, Plan},
};
use platform_test::{BOTH, Engine, stores};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use testbank::Serving;

const POLICY: Table = Table(&[
    ("balance.read", &[]),
    ("payment.read", &[]),
    ("payment.queue", &[]),
    ("payout.create", &[]),
    ("payout.read", &[]),
]);

async fn alone(engine: Engine) -> (Net, Serving) {
    let book = platform_test::folder().join("bank.db");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let bank = testbank::serve(listener, testbank::Config::new(book, SECRET, SECRET)).await.unwrap();
    let settings = [("payment.bank_url", bank.url()), ("payment.bank_secret", SECRET), ("payment.call_timeout_s", "5")];
    let mut net = Net::new(Plan {
        here: vec![],
        addresses: BTreeMap::new(),
        settings: settings.map(|(key, value)| (key.to_string(), value.to_string())).into(),
        store: stores(engine, &["payment"]).await,
        opening: Opening::Migrate,
        seal: Seal::of(b"test"),
        policy: Arc::new(POLICY),
        clock: Arc::new(SystemClock),
        reads: contracts::READS,
    });
    net.host("payment", payment::routes, payment::module).await.unwrap();
    net.start().unwrap();
    (net, bank)
}

async fn until(is_so: impl AsyncFn() -> bool) {
    for _ in 0..400 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("never")
}

fn client(net: &Net) -> PaymentsClient<Transport> {
    PaymentsClient::new(net.transport("order", "payment").unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_left_open_is_done_by_itself() {
    for engine in BOTH {
        let (net, _bank) = alone(engine).await;
        let read =
            async |order: &str| client(&net).get(pb::GetRequest { order: order.into() }).await.unwrap().into_inner();
        let lost = order("tok_timeout_before");
        let reply = client(&net).authorize(step("a", lost.request())).await.unwrap().into_inner();
        assert_eq!(reply.state(), AuthorizeState::Pending, "{engine:?}");
        until(async || read(&lost.id).await.attempt.unwrap().state() == AuthorizeState::Done).await;
        let taking = order("tok_capture_timeout_after");
        client(&net).authorize(step("b", taking.request())).await.unwrap();
        let take = pb::TakeRequest { order: taking.id.clone() };
        assert!(!client(&net).take(step("b", take)).await.unwrap().into_inner().taken);
        until(async || read(&taking.id).await.state == "taken").await;
        let back = order("tok_refund_timeout_after");
        client(&net).authorize(step("c", back.request())).await.unwrap();
        client(&net).take(step("c", pb::TakeRequest { order: back.id.clone() })).await.unwrap();
        assert!(!client(&net).refund(step("c/r", all_of(&back))).await.unwrap().into_inner().refunded);
        until(async || read(&back.id).await.refunded == 10_000).await;
    }
}

/// A happy path wakes nobody later: an idle Souk runs no SQL.
#[tokio::test(flavor = "multi_thread")]
async fn a_happy_path_leaves_no_alarm() {
    let (net, _bank) = alone(Engine::Sqlite).await;
    let o = order("tok_good");
    tokio::time::sleep(Duration::from_millis(200)).await;
    client(&net).authorize(step("a", o.request())).await.unwrap();
    client(&net).take(step("a", pb::TakeRequest { order: o.id.clone() })).await.unwrap();
    let before = net.modules[0].store.counts();
    // Longer than the lease of a first call would be, were it an alarm.
    tokio::time::sleep(Duration::from_secs(21)).await;
    assert_eq!(net.modules[0].store.counts(), before);
}
