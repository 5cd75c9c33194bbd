//! Against the test bank itself, over HTTP: both sides of the wire as they are built, and both books in the end.
use crate::{
    bank::Bank,
    till::{Banks, Order, SECRET, Till, all_of, line, of, order, rest_of, vendor},
};
use axum::body::Body;
use contracts::payment::{AuthorizeState, Problem};
use http::Request;
use kernel::Clock;
use payment::{Config, domain::PayoutState, testbank::TestBank};
use platform::{actor::Actor, clock::SystemClock, secret::Secret};
use platform_test::{BOTH, Engine};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use testbank::Serving;
use tower::ServiceExt;

struct Real {
    till: Till,
    bank: Serving,
    http: reqwest::Client,
}

async fn real(engine: Engine) -> Real {
    let book = platform_test::folder().join("bank.db");
    let config = testbank::Config {
        slow: Duration::from_millis(200),
        late: Duration::from_millis(400),
        ..testbank::Config::new(book, SECRET, SECRET)
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let bank = testbank::serve(listener, config).await.unwrap();
    let adapter = TestBank::at(bank.url(), &Secret::new(SECRET), Duration::from_secs(2)).unwrap();
    let adapter = Arc::new(adapter);
    let fake = Arc::new(Bank::default());
    let banks = Banks { provider: adapter.clone(), payouts: adapter, fake, machine: SystemClock.now() };
    let config = Config { bank_secret: Secret::new(SECRET), ..Config::default() };
    let till = crate::till::at(engine, config, banks).await;
    bank.webhooks_to(&listen(&till).await);
    Real { till, bank, http: reqwest::Client::new() }
}

/// A door on a port, as a gateway would open it: the caller is nobody.
async fn listen(t: &Till) -> String {
    let (door, seal) = (t.net.offered[0].door.clone(), t.seal.clone());
    let router = axum::Router::new().fallback(move |mut request: Request<Body>| {
        let (door, assertion) = (door.clone(), seal.write(&Actor::anonymous(), "payment"));
        request.headers_mut().insert("souk-actor", assertion.parse().unwrap());
        async move { door.oneshot(request).await }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hooks/v1/payment/test", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

impl Real {
    async fn desk(&self, path: &str, body: Value) -> Value {
        let request = self.http.post(format!("{}{path}", self.bank.url())).bearer_auth(SECRET);
        let key = uuid::Uuid::now_v7().to_string();
        let request = request.header("idempotency-key", key).header("content-type", "application/json");
        let answer = request.body(body.to_string()).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default()
    }
    async fn summary(&self) -> Value {
        let request = self.http.get(format!("{}/test/book/summary", self.bank.url())).bearer_auth(SECRET);
        serde_json::from_slice(&request.send().await.unwrap().bytes().await.unwrap()).unwrap()
    }
    async fn bank_id(&self, o: &Order) -> String {
        let path = format!("/admin/v1/payments/{}", o.id);
        let got = self.till.get(&Actor::support(crate::till::id()), &path).await;
        got.json["attempts"][0]["bank_id"].as_str().expect("a name").to_string()
    }
    /// Steps of a second until it is so: what backs off has its turn, what the bank does later happens.
    async fn until(&self, what: &str, is_so: impl AsyncFn() -> bool) {
        for _ in 0..100 {
            if is_so().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
            self.till.later(Duration::from_secs(2)).await;
        }
        panic!("never: {what}")
    }
    async fn is_authorized(&self, o: &Order) -> bool {
        self.till.authorize(&o.request()).await.unwrap().state() == AuthorizeState::Done
    }
    async fn take(&self, o: &Order) {
        self.until("taken", async || self.till.take(&o.id).await.unwrap()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_that_pay_whatever_is_lost_on_the_way() {
    for engine in BOTH {
        let r = real(engine).await;
        let cards = [
            "tok_good",
            "tok_slow",
            "tok_timeout_before",
            "tok_timeout_after",
            "tok_late",
            "tok_capture_timeout_before",
            "tok_capture_timeout_after",
            "tok_capture_late",
            "tok_refund_timeout_before",
            "tok_refund_timeout_after",
            "tok_refund_late",
            "tok_refund_slow",
        ];
        for card in cards {
            let o = order(card);
            r.until(card, async || r.is_authorized(&o).await).await;
            r.take(&o).await;
            r.until(card, async || r.till.refund(&format!("{}/r", o.id), rest_of(&o, 0)).await.unwrap().refunded).await;
        }
        let sums = &r.summary().await["currencies"][0];
        let n = cards.len() as i64;
        assert_eq!(
            (&sums["captured_amount"], &sums["refunded_amount"]),
            (&json!(10_000 * n), &json!(6000 * n)),
            "{sums}"
        );
        assert_eq!(r.till.balances().await["provider_clearing"], 4000 * n, "{engine:?}: M4");
        r.till.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_that_do_not_pay() {
    for engine in BOTH {
        let r = real(engine).await;
        for (card, problem) in [
            ("tok_declined", Problem::Declined),
            ("tok_insufficient", Problem::InsufficientFunds),
            ("tok_slow_declined", Problem::Declined),
            ("tok_of_nobody", Problem::Declined),
        ] {
            let o = order(card);
            let said = async || r.till.authorize(&o.request()).await.unwrap();
            r.until(card, async || said().await.state() == AuthorizeState::Waiting).await;
            assert_eq!(said().await.problem(), problem, "{engine:?} {card}");
            assert!(r.till.void(&o.id).await.unwrap());
        }
        let dropped = order("tok_dropped");
        assert!(r.is_authorized(&dropped).await);
        let refused = r.till.take(&dropped.id).await.unwrap_err();
        assert_eq!(platform::grpc::code_of(&refused), "payment.closed");
        for card in ["tok_good", "tok_late", "tok_void_timeout_before", "tok_void_timeout_after", "tok_void_late"] {
            let o = order(card);
            r.till.authorize(&o.request()).await.unwrap();
            assert!(r.till.void(&o.id).await.unwrap());
        }
        r.until("all dead", async || {
            let sql = "SELECT count(*) AS n FROM attempts WHERE state IN ('asked', 'waiting', 'authorized')";
            r.till.db.read(sql, vec![]).await.unwrap()[0].get::<i64>("n").unwrap() == 0
        })
        .await;
        let sums = &r.summary().await["currencies"][0];
        assert_eq!(sums["captured_amount"], 0, "{sums}");
        assert!(r.till.balances().await.is_empty());
        r.till.clean().await;
    }
}

/// The bank rings when its customer has decided; nobody polls.
#[tokio::test(flavor = "multi_thread")]
async fn the_doorbell_tells_of_3d_secure_disputes_and_clerks() {
    for engine in BOTH {
        let r = real(engine).await;
        let o = order("tok_3ds");
        assert_eq!(r.till.authorize(&o.request()).await.unwrap().problem(), Problem::NeedsCustomer);
        let bank_id = r.bank_id(&o).await;
        r.desk(&format!("/test/3ds/{bank_id}"), json!({"decision": "approve"})).await;
        until(async || r.till.told().await.len() == 2).await;
        assert_eq!(r.till.told().await, ["PaymentFailed", "PaymentAuthorized"], "{engine:?}");
        r.take(&o).await;
        let dispute = r.desk(&format!("/test/payments/{bank_id}/disputes"), json!({"amount": 6000})).await;
        until(async || r.till.balances().await.contains_key("dispute_clearing")).await;
        let id = dispute["disputes"][0]["id"].as_str().expect("a dispute").to_string();
        r.desk(&format!("/test/disputes/{id}"), json!({"status": "lost"})).await;
        until(async || !r.till.balances().await.contains_key("dispute_clearing")).await;
        r.desk(&format!("/test/payments/{bank_id}/refund"), json!({"amount": 1000})).await;
        until(async || r.till.balances().await["provider_clearing"] == 3000).await;
        assert!(r.till.queue().await.is_empty());
        r.till.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_fails_there_is_refused_here() {
    let r = real(Engine::Sqlite).await;
    for card in ["tok_refund_fails", "tok_refund_slow_fails"] {
        let o = order(card);
        r.till.paid(&o).await;
        let code = async || match r.till.refund(&format!("{}/r", o.id), all_of(&o)).await {
            Err(refused) => platform::grpc::code_of(&refused) == "refund.refused",
            Ok(reply) => {
                assert!(!reply.refunded, "{card}");
                false
            }
        };
        r.until(card, code).await;
        let read = r.till.read(&o.id).await;
        assert_eq!((read.refunded, read.components[0].refunding), (0, 0), "{card}");
    }
    r.till.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_is_in_the_bank_once() {
    for engine in BOTH {
        let r = real(engine).await;
        let anna = vendor();
        r.till.paid(&of(vec![line(1, &anna, 6000, 600)], "tok_good")).await;
        let id = crate::till::id();
        let command = payment::app::PayOut { id, vendor: anna.parse().unwrap(), currency: kernel::Currency::EUR };
        r.till.app.pay_out(command, &platform::ask::Ask::nobody()).await.unwrap();
        // The bank rings when it has paid.
        until(async || r.till.app.find_payout(id).await.unwrap().unwrap().state == PayoutState::Paid).await;
        let sums = r.summary().await;
        assert_eq!(
            sums["payouts"],
            json!([{"currency": "EUR", "status": "paid", "payouts": 1, "amount": 5400}]),
            "{engine:?}"
        );
        assert_eq!(r.till.balances().await["bank"], -5400);
        r.till.clean().await;
    }
}

/// Real time alone: no clock is turned, no errand is run.
async fn until(is_so: impl AsyncFn() -> bool) {
    for _ in 0..200 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("never")
}
