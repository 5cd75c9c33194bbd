//! The adapter over HTTP: what is sent, and what each answer means.
use crate::till::id;
use axum::{
    Router,
    body::Bytes,
    extract::{Request, State},
    http::StatusCode,
    response::IntoResponse,
};
use kernel::{Currency, Timestamp};
use payment::{
    domain::{CardToken, Payout, PayoutState, PayoutTold, Problem, Status, Told, ledger::DisputeState},
    ports::{Asking, PayoutBank, Provider},
    testbank::TestBank,
};
use platform::secret::Secret;
use serde_json::{Value, json};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

/// Answers every request the same, and keeps what came.
struct Counter {
    answer: Mutex<(u16, String, Duration)>,
    came: Mutex<Vec<(String, String, Value)>>,
}

async fn serve(State(counter): State<Arc<Counter>>, request: Request) -> impl IntoResponse {
    let line = format!("{} {}", request.method(), request.uri());
    assert_eq!(request.headers()["authorization"], "Bearer sk");
    let key = request.headers().get("idempotency-key").map_or(String::new(), |k| k.to_str().unwrap().into());
    let body: Bytes = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap();
    counter.came.lock().unwrap().push((line, key, serde_json::from_slice(&body).unwrap_or_default()));
    let (status, text, pause) = counter.answer.lock().unwrap().clone();
    tokio::time::sleep(pause).await;
    (StatusCode::from_u16(status).unwrap(), text)
}

impl Counter {
    fn says(&self, status: u16, body: impl ToString) {
        *self.answer.lock().unwrap() = (status, body.to_string(), Duration::ZERO);
    }
    fn last(&self) -> (String, String, Value) {
        self.came.lock().unwrap().last().unwrap().clone()
    }
}

async fn counter() -> (Arc<Counter>, TestBank) {
    let counter =
        Arc::new(Counter { answer: Mutex::new((500, String::new(), Duration::ZERO)), came: Mutex::default() });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let router = Router::new().fallback(serve).with_state(counter.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (counter, TestBank::at(&url, &Secret::new("sk"), Duration::from_millis(300)).unwrap())
}

fn asking() -> Asking {
    let (order, attempt) = (id(), id());
    let bank_id = Some("bp_7".to_string());
    Asking { key: "k/1".into(), order, attempt, bank_id, amount: 1999, currency: Currency::EUR }
}

fn whole(a: &Asking) -> Value {
    json!({
        "id": "bp_7", "reference": a.order, "attempt": a.attempt, "amount": 1999, "currency": "EUR",
        "status": "captured", "decline": null, "action_url": null, "captured": 1999,
        "captures": [{"key": "k", "amount": 1999}],
        "refunds": [{"id": "rf_1", "key": "r", "amount": 5, "status": "done"}, {"id": "rf_2", "key": "s", "amount": 6, "status": "failed"}],
        "disputes": [{"id": "dp_1", "amount": 7, "status": "open"}, {"id": "dp_2", "amount": 8, "status": "won"}, {"id": "dp_3", "amount": 9, "status": "lost"}],
        "version": 4,
    })
}

#[tokio::test]
async fn what_is_sent_is_what_was_agreed() {
    let (counter, bank) = counter().await;
    let (a, card) = (asking(), CardToken::new("tok_good").unwrap());
    counter.says(200, whole(&a));
    bank.authorize(&a, &card).await;
    let body = json!({"reference": a.order, "attempt": a.attempt, "amount": 1999, "currency": "EUR", "card_token": "tok_good", "return_url": null});
    assert_eq!(counter.last(), ("POST /v1/payments".into(), "k/1".into(), body));
    bank.capture(&a).await;
    assert_eq!(counter.last(), ("POST /v1/payments/bp_7/capture".into(), "k/1".into(), json!({"amount": 1999})));
    bank.refund(&a).await;
    assert_eq!(counter.last(), ("POST /v1/payments/bp_7/refunds".into(), "k/1".into(), json!({"amount": 1999})));
    bank.void(&a).await;
    assert_eq!(counter.last(), ("POST /v1/voids".into(), "k/1".into(), json!({"attempt": a.attempt})));
    Provider::look_up(&bank, a.attempt).await;
    assert_eq!(counter.last().0, format!("GET /v1/payments?attempt={}", a.attempt));
    let payout = Payout {
        id: id(),
        vendor: id(),
        currency: Currency::EUR,
        amount: 5400,
        state: PayoutState::Asked,
        bank_id: None,
        asked_at: Timestamp(0),
        tries: 0,
        due: None,
        version: 1,
    };
    counter.says(200, json!({"id": "po_1", "status": "pending"}));
    assert_eq!(bank.pay_out(&payout).await, PayoutTold::Is(PayoutState::Pending, "po_1".into()));
    let body = json!({"vendor": payout.vendor, "amount": 5400, "currency": "EUR"});
    assert_eq!(counter.last(), ("POST /v1/payouts".into(), format!("payout/{}", payout.id), body));
    counter.says(200, json!({"id": "po_1", "status": "bounced"}));
    assert_eq!(PayoutBank::look_up(&bank, "po_1").await, PayoutTold::Is(PayoutState::Bounced, "po_1".into()));
    counter.says(422, json!({"code": "no_account", "message": "x"}));
    assert_eq!(bank.pay_out(&payout).await, PayoutTold::No("no_account".into()));
    counter.says(500, "");
    assert!(matches!(bank.pay_out(&payout).await, PayoutTold::Unknown(_)));
}

#[tokio::test]
async fn the_whole_record_is_read() {
    let (counter, bank) = counter().await;
    let a = asking();
    counter.says(200, whole(&a));
    let Told::Record(record) = Provider::look_up(&bank, a.attempt).await else { panic!() };
    assert_eq!((record.bank_id.as_str(), record.status, record.captured), ("bp_7", Status::Captured, 1999));
    assert_eq!((record.reference, record.attempt), (a.order.to_string(), a.attempt.to_string()));
    assert_eq!(record.refunds.iter().map(|r| (r.amount, r.done)).collect::<Vec<_>>(), [(5, true), (6, false)]);
    let states: Vec<_> = record.disputes.iter().map(|d| d.state).collect();
    assert_eq!(states, [DisputeState::Open, DisputeState::Won, DisputeState::Lost]);
    for (decline, problem) in [
        ("declined", Problem::Declined),
        ("insufficient_funds", Problem::InsufficientFunds),
        ("new_word", Problem::Declined),
    ] {
        counter.says(200, json!({"id": "bp_1", "reference": "", "attempt": "", "amount": 1, "currency": "EUR", "status": "declined", "decline": decline, "action_url": null}));
        let Told::Record(record) = bank.void(&a).await else { panic!() };
        assert_eq!((record.status, record.problem), (Status::Declined, Some(problem)));
    }
    counter.says(200, json!({"status": "voided", "attempt": a.attempt}));
    assert_eq!(bank.void(&a).await, Told::Voided, "a tombstone");
}

/// Only a 422 is a definite no.
#[tokio::test]
async fn everything_else_is_unknown() {
    let (counter, bank) = counter().await;
    let (a, card) = (asking(), CardToken::new("tok_secret").unwrap());
    counter.says(422, json!({"code": "card.unknown", "message": "no such card"}));
    assert_eq!(bank.authorize(&a, &card).await, Told::No("card.unknown".into()));
    counter.says(422, "not even JSON");
    assert_eq!(bank.capture(&a).await, Told::No("refused".into()));
    for (status, body) in [
        (200, "[]".to_string()),
        (200, json!({"id": "bp_1", "status": "a new word"}).to_string()),
        (200, json!({"status": "authorized"}).to_string()),
        (400, "{}".into()),
        (404, "{}".into()),
        (409, "{}".into()),
        (429, "{}".into()),
        (500, "{}".into()),
        (503, "{}".into()),
    ] {
        counter.says(status, &body);
        for told in
            [bank.authorize(&a, &card).await, bank.capture(&a).await, bank.void(&a).await, bank.refund(&a).await]
        {
            assert!(matches!(told, Told::Unknown(_)), "{status} {body}: {told:?}");
        }
        let looked = Provider::look_up(&bank, a.attempt).await;
        assert_eq!(matches!(looked, Told::Nothing), status == 404, "{status} {body}: {looked:?}");
    }
    *counter.answer.lock().unwrap() = (200, whole(&a).to_string(), Duration::from_secs(2));
    let Told::Unknown(late) = bank.authorize(&a, &card).await else { panic!("it is too late") };
    assert!(!late.contains("tok_secret") && !late.contains("127.0.0.1"), "T6: {late}");
    let unnamed = Asking { bank_id: None, ..a.clone() };
    assert!(matches!(bank.capture(&unnamed).await, Told::Unknown(_)));
    for nowhere in ["", "http://127.0.0.1:1"] {
        let bank = TestBank::at(nowhere, &Secret::default(), Duration::from_secs(1)).unwrap();
        assert!(matches!(bank.void(&a).await, Told::Unknown(_)), "{nowhere}");
    }
}
