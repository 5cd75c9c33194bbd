//! Doorbells, and everything that can go wrong with them.
use crate::shop::{Desk, Shop, WEBHOOK_SECRET, book, config, open, text};
use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use serde_json::{Value, json};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use testbank::Config;

/// A shop's door: what came, and what it answers.
#[derive(Clone, Default)]
struct Ear {
    heard: Arc<Mutex<Vec<Value>>>,
    deaf: Arc<Mutex<u32>>,
}

impl Ear {
    async fn open(&self) -> String {
        let ear = self.clone();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/hook", post(move |head: HeaderMap, body: Bytes| async move { ear.hear(&head, &body) }));
        tokio::spawn(async move { axum::serve(listener, router).await });
        url
    }
    fn hear(&self, head: &HeaderMap, body: &Bytes) -> StatusCode {
        let signature = head["bank-signature"].to_str().unwrap();
        let at: i64 = signature.strip_prefix("t=").unwrap().split(',').next().unwrap().parse().unwrap();
        assert_eq!(signature, testbank::sign(WEBHOOK_SECRET, at, body));
        let mut deaf = self.deaf.lock().unwrap();
        if *deaf > 0 {
            *deaf -= 1;
            return StatusCode::SERVICE_UNAVAILABLE;
        }
        self.heard.lock().unwrap().push(serde_json::from_slice(body).unwrap());
        StatusCode::NO_CONTENT
    }
    fn attempts(&self) -> Vec<String> {
        self.heard.lock().unwrap().iter().map(|event| text(&event["attempt"])).collect()
    }
    async fn hears(&self, count: usize) -> Vec<String> {
        for _ in 0..400 {
            if self.attempts().len() >= count {
                return self.attempts();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("heard {:?}, not {count}", self.attempts())
    }
}

async fn ringing(config: Config) -> (Shop, Ear) {
    let ear = Ear::default();
    let shop = open(config).await;
    shop.bank.webhooks_to(ear.open().await);
    (shop, ear)
}

async fn manner(desk: &Desk, changes: Value) {
    let mut manner = desk.yes("GET", "/test/webhooks", "", Value::Null).await;
    changes.as_object().unwrap().iter().for_each(|(name, value)| manner[name] = value.clone());
    desk.yes("PUT", "/test/webhooks", "", manner).await;
}
async fn waiting(desk: &Desk) -> Value {
    desk.yes("GET", "/test/book/summary", "", Value::Null).await["webhooks"]["waiting"].clone()
}

#[tokio::test]
async fn what_no_answer_told_is_rung() {
    let (shop, ear) = ringing(config(book())).await;
    shop.desk.taken("told", "tok_good").await;
    let p = shop.desk.authorize("slow", "tok_slow").await;
    shop.desk.advance().await;
    assert_eq!(ear.hears(1).await, ["slow"]);
    let event = ear.heard.lock().unwrap()[0].clone();
    assert_eq!((&event["type"], &event["payment"]), (&json!("payment.changed"), &p["id"]));
    assert!(text(&event["id"]).starts_with("evt_"));
    let _ = shop.desk.try_authorize("lost", "tok_timeout_after").await;
    assert_eq!(ear.hears(2).await, ["slow", "lost"]);
    let paid = shop.desk.yes("POST", "/v1/payouts", "p", json!({"vendor": "v", "amount": 1, "currency": "EUR"})).await;
    shop.desk.advance().await;
    for _ in 0..200 {
        if let Some(event) = ear.heard.lock().unwrap().get(2) {
            assert_eq!((&event["type"], &event["payout"]), (&json!("payout.changed"), &paid["id"]));
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("no word of the payout");
}

#[tokio::test]
async fn each_change_can_be_rung_twice_and_late() {
    let (shop, ear) = ringing(config(book())).await;
    manner(&shop.desk, json!({"notify": "every", "copies": 2, "delay": 100})).await;
    shop.desk.taken("a", "tok_good").await;
    assert!(ear.attempts().is_empty(), "not yet");
    assert_eq!(ear.hears(4).await, ["a"; 4]);
    let ids: std::collections::BTreeSet<_> = ear.heard.lock().unwrap().iter().map(|e| text(&e["id"])).collect();
    assert_eq!(ids.len(), 2, "a copy has the id of its original");
}

#[tokio::test]
async fn they_may_come_in_the_wrong_order_or_never() {
    let (shop, ear) = ringing(config(book())).await;
    manner(&shop.desk, json!({"notify": "every", "order": "newest_first", "delay": 700})).await;
    for attempt in ["a", "b", "c"] {
        shop.desk.authorize(attempt, "tok_good").await;
    }
    let heard = ear.hears(3).await;
    assert_ne!(heard, ["a", "b", "c"]);
    manner(&shop.desk, json!({"order": "as_it_comes", "delay": 0, "lose": 1})).await;
    shop.desk.authorize("lost", "tok_good").await;
    for _ in 0..200 {
        if waiting(&shop.desk).await == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    shop.desk.authorize("heard", "tok_good").await;
    assert_eq!(ear.hears(4).await[3], "heard");
}

#[tokio::test]
async fn a_deaf_shop_is_rung_again_also_after_a_restart() {
    let file = book();
    let (shop, ear) = ringing(config(file.clone())).await;
    *ear.deaf.lock().unwrap() = 1;
    shop.desk.authorize("a", "tok_slow").await;
    shop.desk.advance().await;
    assert_eq!(ear.hears(1).await, ["a"], "half a second later");
    *ear.deaf.lock().unwrap() = 1000;
    shop.desk.authorize("b", "tok_slow").await;
    shop.desk.advance().await;
    for _ in 0..200 {
        if *ear.deaf.lock().unwrap() < 1000 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(waiting(&shop.desk).await, 1);
    shop.bank.stop().await;
    let (_again, ear) = ringing(config(file)).await;
    assert_eq!(ear.hears(1).await, ["b"], "kept in the book");
}
