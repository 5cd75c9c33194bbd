//! The test desk: disputes, payouts, the issuer, the book.
use crate::shop::{book, config, open, shop, text};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn a_dispute_is_opened_and_won_or_lost() {
    let desk = shop().await;
    let p = desk.taken("a", "tok_good").await;
    let path = format!("/test/payments/{}/disputes", text(&p["id"]));
    assert_eq!(desk.no(&path, "", json!({"amount": 1001})).await, (422, "dispute_too_much".into()));
    for (amount, status) in [(300, "won"), (700, "lost")] {
        let disputed = desk.yes("POST", &path, "", json!({"amount": amount})).await;
        let dispute = disputed["disputes"].as_array().unwrap().iter().find(|d| d["status"] == "open").unwrap().clone();
        let close = format!("/test/disputes/{}", text(&dispute["id"]));
        let closed = desk.yes("POST", &close, "", json!({"status": status})).await;
        let now = closed["disputes"].as_array().unwrap().iter().find(|d| d["id"] == dispute["id"]).unwrap().clone();
        assert_eq!((&now["amount"], &now["status"]), (&json!(amount), &json!(status)));
        assert_eq!(desk.no(&close, "", json!({"status": "won"})).await, (422, "dispute_closed".into()));
    }
    let refunds = format!("/v1/payments/{}/refunds", text(&p["id"]));
    assert_eq!(desk.no(&refunds, "r1", json!({"amount": 301})).await, (422, "refund_too_much".into()));
    desk.yes("POST", &refunds, "r2", json!({"amount": 300})).await;
}

#[tokio::test]
async fn a_payout_is_paid_later_and_may_bounce() {
    let desk = shop().await;
    let body = json!({"vendor": "ven_1", "amount": 5400, "currency": "EUR"});
    let paid = desk.yes("POST", "/v1/payouts", "p1", body.clone()).await;
    assert_eq!((&paid["vendor"], &paid["amount"], &paid["status"]), (&json!("ven_1"), &json!(5400), &json!("pending")));
    assert_eq!(desk.yes("POST", "/v1/payouts", "p1", body.clone()).await, paid);
    let other = json!({"vendor": "ven_1", "amount": 1, "currency": "EUR"});
    assert_eq!(desk.no("/v1/payouts", "p1", other).await, (409, "key_reused".into()));
    desk.advance().await;
    let path = format!("/v1/payouts/{}", text(&paid["id"]));
    assert_eq!(desk.yes("GET", &path, "", Value::Null).await["status"], "paid");
    let bounce = format!("/test/payouts/{}", text(&paid["id"]));
    assert_eq!(desk.yes("POST", &bounce, "", json!({"status": "bounced"})).await["status"], "bounced");
    assert_eq!(desk.yes("POST", &bounce, "", json!({"status": "paid"})).await["status"], "bounced", "that is its end");
    let listed = desk.yes("GET", "/test/book/payouts", "", Value::Null).await;
    assert_eq!((listed["items"].as_array().unwrap().len(), &listed["items"][0]["status"]), (1, &json!("bounced")));
}

#[tokio::test]
async fn slow_things_happen_by_themselves() {
    let config =
        testbank::Config { slow: Duration::from_millis(50), late: Duration::from_millis(50), ..config(book()) };
    let shop = open(config).await;
    let p = shop.desk.authorize("a", "tok_slow").await;
    assert!(shop.desk.try_authorize("b", "tok_late").await.is_err());
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let (status, _) = shop.desk.send("GET", "/v1/payments?attempt=b", "", Value::Null).await.unwrap();
        if shop.desk.payment(&p["id"]).await["status"] == "authorized" && status == 200 {
            return;
        }
    }
    panic!("nothing happened in 2 s");
}

#[tokio::test]
async fn the_clerk_refunds_and_the_issuer_drops() {
    let desk = shop().await;
    let p = desk.taken("a", "tok_good").await;
    let path = format!("/test/payments/{}/refund", text(&p["id"]));
    let back = desk.yes("POST", &path, "", json!({"amount": 250})).await;
    assert_eq!((&back["refunds"][0]["key"], &back["refunds"][0]["amount"]), (&json!(""), &json!(250)));
    let p = desk.authorize("b", "tok_good").await;
    let dropped = desk.yes("POST", &format!("/test/payments/{}/drop", text(&p["id"])), "", Value::Null).await;
    assert_eq!(dropped["status"], "voided");
}

/// What `souk check` compares with (M4, M6).
#[tokio::test]
async fn the_book_adds_up() {
    let desk = shop().await;
    let p = desk.taken("a", "tok_good").await;
    let id = text(&p["id"]);
    desk.yes("POST", &format!("/v1/payments/{id}/refunds"), "r", json!({"amount": 400})).await;
    desk.yes("POST", &format!("/test/payments/{id}/disputes"), "", json!({"amount": 100})).await;
    desk.authorize("b", "tok_declined").await;
    let left = desk.authorize("c", "tok_good").await;
    desk.yes("POST", &format!("/v1/payments/{}/void", text(&left["id"])), "v", json!({})).await;
    desk.yes("POST", "/v1/voids", "v2", json!({"attempt": "never"})).await;
    let yen = json!({"reference": "pay_2", "attempt": "d", "amount": 70, "currency": "JPY", "card_token": "tok_good"});
    desk.yes("POST", "/v1/payments", "d", yen).await;
    desk.yes("POST", "/v1/payouts", "p", json!({"vendor": "ven_1", "amount": 900, "currency": "EUR"})).await;

    let first = desk.yes("GET", "/test/book?limit=1", "", Value::Null).await;
    let euro = &first["items"][0];
    assert_eq!(
        (&euro["reference"], &euro["currency"], &first["next"]),
        (&json!("pay_1"), &json!("EUR"), &json!("pay_1"))
    );
    let numbers = [
        ("payments", 3),
        ("declined", 1),
        ("voids", 1),
        ("voided_amount", 1000),
        ("captures", 1),
        ("captured_amount", 1000),
        ("refunds", 1),
        ("refunded_amount", 400),
        ("disputes_open", 1),
        ("disputed_amount", 100),
        ("lost_amount", 0),
    ];
    for (name, number) in numbers {
        assert_eq!(euro[name], number, "{name}");
    }
    let rest = desk.yes("GET", "/test/book?limit=1000&after=pay_1", "", Value::Null).await;
    assert_eq!((&rest["items"][0]["authorized"], &rest["next"]), (&json!(1), &Value::Null));
    let sums = desk.yes("GET", "/test/book/summary", "", Value::Null).await;
    assert_eq!(
        (&sums["currencies"][0]["captured_amount"], &sums["currencies"][1]["currency"]),
        (&json!(1000), &json!("JPY"))
    );
    assert_eq!(sums["payouts"], json!([{"currency": "EUR", "status": "pending", "payouts": 1, "amount": 900}]));
    assert_eq!(sums["tombstones"], 1);
}
