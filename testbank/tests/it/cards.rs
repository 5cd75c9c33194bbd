//! Every card does what its name says.
use crate::shop::{Desk, payment, shop, text};
use serde_json::{Value, json};

async fn act(desk: &Desk, p: &Value, act: &str, key: &str) -> Result<(u16, Value), reqwest::Error> {
    let body = if act == "void" { json!({}) } else { json!({"amount": 1000}) };
    desk.send("POST", &format!("/v1/payments/{}/{act}", text(&p["id"])), key, body).await
}

#[tokio::test]
async fn a_good_card_is_authorized_captured_and_refunded() {
    let desk = shop().await;
    let p = desk.authorize("a", "tok_good").await;
    assert_eq!(
        p,
        json!({"id": p["id"], "reference": "pay_1", "attempt": "a", "amount": 1000, "currency": "EUR", "status": "authorized",
               "decline": null, "action_url": null, "captured": 0, "captures": [], "refunds": [], "disputes": [], "version": 1})
    );
    assert!(text(&p["id"]).starts_with("bp_"));
    let taken = act(&desk, &p, "capture", "k1").await.unwrap().1;
    assert_eq!(
        (&taken["status"], &taken["captured"], &taken["version"]),
        (&json!("captured"), &json!(1000), &json!(2))
    );
    assert_eq!(taken["captures"], json!([{"key": "k1", "amount": 1000}]));
    let path = format!("/v1/payments/{}/refunds", text(&p["id"]));
    let back = desk.yes("POST", &path, "k2", json!({"amount": 400})).await;
    let refund = &back["refunds"][0];
    assert_eq!((&refund["key"], &refund["amount"], &refund["status"]), (&json!("k2"), &json!(400), &json!("done")));
    assert_eq!(desk.no(&path, "k3", json!({"amount": 601})).await, (422, "refund_too_much".into()));
    desk.yes("POST", &path, "k4", json!({"amount": 600})).await;
    assert_eq!(desk.payment(&p["id"]).await["refunds"].as_array().unwrap().len(), 2);
    assert_eq!(desk.yes("GET", "/v1/payments?attempt=a", "", Value::Null).await, desk.payment(&p["id"]).await);
}

#[tokio::test]
async fn a_card_may_be_declined() {
    let desk = shop().await;
    for (card, why) in [("tok_declined", "declined"), ("tok_insufficient", "insufficient_funds")] {
        let p = desk.authorize(card, card).await;
        assert_eq!((&p["status"], &p["decline"]), (&json!("declined"), &json!(why)));
        let (status, refused) = act(&desk, &p, "capture", &format!("{card}/c")).await.unwrap();
        assert_eq!((status, &refused["code"]), (422, &json!("not_authorized")));
        let (status, same) = act(&desk, &p, "void", &format!("{card}/v")).await.unwrap();
        assert_eq!((status, &same["status"]), (200, &json!("declined")), "nothing is left to void: that is a yes");
    }
    let unknown = desk.no("/v1/payments", "x", payment("x", "tok_gold")).await;
    assert_eq!(unknown, (422, "card_unknown".into()));
}

#[tokio::test]
async fn what_was_voided_is_never_captured_and_what_was_captured_never_voided() {
    let desk = shop().await;
    let p = desk.authorize("a", "tok_good").await;
    assert_eq!(act(&desk, &p, "void", "v").await.unwrap().1["status"], "voided");
    assert_eq!(act(&desk, &p, "capture", "c").await.unwrap().1["code"], "authorization_voided");
    let p = desk.taken("b", "tok_good").await;
    assert_eq!(act(&desk, &p, "void", "v2").await.unwrap().1["code"], "already_captured");
    assert_eq!(act(&desk, &p, "capture", "c2").await.unwrap().1["code"], "capture_too_much");
    assert_eq!(desk.no("/v1/voids", "v3", json!({"attempt": "b"})).await, (422, "already_captured".into()));
}

#[tokio::test]
async fn three_d_secure_waits_for_the_customer() {
    let desk = shop().await;
    for (decision, status) in [("approve", "authorized"), ("refuse", "declined")] {
        let p = desk.authorize(decision, "tok_3ds").await;
        let id = text(&p["id"]);
        assert_eq!(
            (&p["status"], &p["action_url"]),
            (&json!("needs_action"), &json!(format!("{}/3ds/{id}", desk.url)))
        );
        let decided = desk.yes("POST", &format!("/test/3ds/{id}"), "", json!({"decision": decision})).await;
        assert_eq!((&decided["status"], &decided["action_url"]), (&json!(status), &Value::Null));
    }
    let p = desk.authorize("left", "tok_3ds").await;
    assert_eq!(act(&desk, &p, "void", "v").await.unwrap().1["status"], "voided");
    let late = desk.yes("POST", &format!("/test/3ds/{}", text(&p["id"])), "", json!({"decision": "approve"})).await;
    assert_eq!(late["status"], "voided", "who left can't approve any more");
}

#[tokio::test]
async fn a_slow_card_is_decided_later_unless_it_was_voided() {
    let desk = shop().await;
    let slow = [("tok_slow", "authorized"), ("tok_slow_declined", "declined")];
    let mut asked = vec![];
    for (card, _) in slow {
        let p = desk.authorize(card, card).await;
        assert_eq!(p["status"], "pending");
        asked.push(p);
    }
    let left = desk.authorize("left", "tok_slow").await;
    act(&desk, &left, "void", "v").await.unwrap();
    assert_eq!(desk.advance().await, 3);
    for (p, (_, status)) in asked.iter().zip(slow) {
        assert_eq!(desk.payment(&p["id"]).await["status"], status);
    }
    assert_eq!(desk.payment(&left["id"]).await["status"], "voided");
}

#[tokio::test]
async fn the_issuer_may_drop_what_it_authorized() {
    let desk = shop().await;
    let p = desk.authorize("a", "tok_dropped").await;
    assert_eq!(p["status"], "authorized");
    let first = act(&desk, &p, "capture", "c").await.unwrap();
    assert_eq!((first.0, &first.1["code"]), (422, &json!("authorization_dropped")));
    assert_eq!(act(&desk, &p, "capture", "c").await.unwrap(), first, "a definite no is remembered");
    assert_eq!(desk.payment(&p["id"]).await["status"], "voided");
}

#[tokio::test]
async fn a_refund_may_fail_or_take_its_time() {
    let desk = shop().await;
    let cards = [
        ("tok_refund_fails", json!("failed"), "failed"),
        ("tok_refund_slow", Value::Null, "done"),
        ("tok_refund_slow_fails", Value::Null, "failed"),
    ];
    for (card, first, last) in cards {
        let (p, key) = (desk.taken(card, card).await, format!("{card}/r"));
        let back = act(&desk, &p, "refunds", &key).await.unwrap().1;
        assert_eq!(back["refunds"][0]["status"], first, "{card}: not in the record while it is under way");
        assert_eq!(act(&desk, &p, "refunds", &key).await.unwrap().1, back);
        let path = format!("/v1/payments/{}/refunds", text(&p["id"]));
        assert_eq!(desk.no(&path, &key, json!({"amount": 999})).await, (409, "key_reused".into()));
        desk.advance().await;
        let settled = act(&desk, &p, "refunds", &key).await.unwrap().1;
        let refunds = settled["refunds"].as_array().unwrap();
        assert_eq!((refunds.len(), &refunds[0]["status"]), (1, &json!(last)), "{card}: a repeat hears how it ended");
        assert_eq!(desk.payment(&p["id"]).await, settled);
    }
    let p = desk.taken("again", "tok_refund_fails").await;
    act(&desk, &p, "refunds", "r1").await.unwrap();
    let again = act(&desk, &p, "refunds", "r2").await.unwrap();
    assert_eq!(again.0, 200, "what failed may be asked for again with another key");
}

#[tokio::test]
async fn a_request_may_be_lost_before_or_after_it_was_done() {
    let desk = shop().await;
    assert!(desk.try_authorize("before", "tok_timeout_before").await.is_err());
    let (status, _) = desk.send("GET", "/v1/payments?attempt=before", "", Value::Null).await.unwrap();
    assert_eq!(status, 404, "nothing was done");
    assert_eq!(desk.authorize("before", "tok_timeout_before").await["status"], "authorized");

    assert!(desk.try_authorize("after", "tok_timeout_after").await.is_err());
    let done = desk.yes("GET", "/v1/payments?attempt=after", "", Value::Null).await;
    assert_eq!(done["status"], "authorized", "it was done");
    assert_eq!(desk.authorize("after", "tok_timeout_after").await, done, "a repeat hears the first answer");
}

#[tokio::test]
async fn a_late_attempt_lands_after_its_void_and_takes_nothing() {
    let desk = shop().await;
    for attempt in ["kept", "voided"] {
        for _ in 0..2 {
            assert!(desk.try_authorize(attempt, "tok_late").await.is_err(), "its repeats are under way too");
        }
    }
    let gone = desk.yes("POST", "/v1/voids", "v", json!({"attempt": "voided"})).await;
    assert_eq!((&gone["status"], &gone["id"], &gone["amount"]), (&json!("voided"), &Value::Null, &json!(0)));
    assert_eq!(desk.advance().await, 2);
    assert_eq!(desk.authorize("kept", "tok_late").await["status"], "authorized");
    let landed = desk.authorize("voided", "tok_late").await;
    assert_eq!((&landed["status"], &landed["amount"]), (&json!("voided"), &json!(1000)));
}

#[tokio::test]
async fn captures_voids_and_refunds_get_lost_too() {
    let desk = shop().await;
    for (name, what, status) in
        [("capture", "capture", "captured"), ("void", "void", "voided"), ("refund", "refunds", "captured")]
    {
        for fault in ["timeout_before", "timeout_after", "late"] {
            let (card, key) = (format!("tok_{name}_{fault}"), format!("{name}/{fault}"));
            let p = match name {
                "refund" => desk.taken(&key, &card).await,
                _ => desk.authorize(&key, &card).await,
            };
            assert!(act(&desk, &p, what, &key).await.is_err(), "{card}");
            let done = desk.payment(&p["id"]).await != p;
            assert_eq!(done, fault == "timeout_after", "{card}");
            if fault == "late" {
                assert!(act(&desk, &p, what, &key).await.is_err(), "{card}");
                assert_eq!(desk.advance().await, 1);
            }
            let (code, last) = act(&desk, &p, what, &key).await.unwrap();
            assert_eq!((code, &last["status"]), (200, &json!(status)), "{card}");
            assert_eq!(last, desk.payment(&p["id"]).await, "{card}: once");
        }
    }
}
