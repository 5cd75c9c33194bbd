//! REST: what vendors, support and operators see, and the bank's doorbell.
use crate::till::{Got, NOW, SECRET, Till, line, of, order, till};
use hmac::{Hmac, Mac};
use http::Request;
use kernel::{Clock, VendorId};
use payment::domain::{PayoutState, Status, ledger::DisputeState};
use platform::actor::Actor;
use platform_test::{BOTH, Engine};
use serde_json::{Value, json};
use sha2::Sha256;
use std::time::Duration;

fn owner(vendor: VendorId) -> Actor {
    Actor::vendor_admin(crate::till::id(), vendor)
}
fn support() -> Actor {
    Actor::support(crate::till::id())
}
fn operator() -> Actor {
    Actor::platform_admin(crate::till::id())
}
fn eur(amount: i64) -> Value {
    json!({"amount": amount, "currency": "EUR"})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_sees_what_it_is_owed_and_nobody_elses() {
    for engine in BOTH {
        let t = till(engine).await;
        let (anna, ben): (VendorId, VendorId) = (crate::till::id(), crate::till::id());
        let o = of(vec![line(1, &anna.to_string(), 6000, 600), line(2, &ben.to_string(), 4000, 400)], "tok_good");
        t.paid(&o).await;
        t.bank.dispute("dp_1", 1000, DisputeState::Open);
        t.app.hear_doorbell(t.bank.only().attempt.parse().unwrap()).await.unwrap();
        let balance = t.get(&owner(anna), "/vendor/v1/balance").await;
        let expected = json!({"currency": "EUR", "payable": eur(4860), "frozen": eur(540), "reserve": eur(0), "in_transit": eur(0)});
        assert_eq!((balance.status, &balance.json["balances"]), (200, &json!([expected])), "{engine:?}");
        let page = t.get(&owner(anna), "/vendor/v1/balance/entries?limit=2").await;
        let items = page.json["items"].as_array().unwrap().clone();
        assert_eq!((items.len(), &items[0]["cause"]), (2, &json!(o.id)), "{}", page.json);
        let next = format!("/vendor/v1/balance/entries?limit=2&cursor={}", page.json["next"].as_str().unwrap());
        let rest = t.get(&owner(anna), &next).await;
        let first = &rest.json["items"][0];
        assert_eq!(
            (first["kind"].as_str(), &first["amount"], &rest.json["next"]),
            (Some("capture"), &eur(5400), &Value::Null)
        );
        assert_eq!(
            t.get(&owner(ben), &next).await.json["items"].as_array().unwrap().len(),
            1,
            "its own, behind that place"
        );
        let stranger = t.get(&owner(crate::till::id()), "/vendor/v1/balance").await;
        assert_eq!(stranger.json, json!({"balances": []}));
        assert_eq!(t.get(&support(), "/vendor/v1/balance").await.status, 403);
        assert_eq!(t.get(&Actor::anonymous(), "/vendor/v1/balance").await.status, 401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn support_sees_a_payment_whole() {
    for engine in BOTH {
        let t = till(engine).await;
        let o = order("tok_good");
        t.paid(&o).await;
        t.refund("r/1", crate::till::rest_of(&o, 0)).await.unwrap();
        let path = format!("/admin/v1/payments/{}", o.id);
        let got = t.get(&support(), &path).await;
        let charge = &got.json["charge"];
        assert_eq!(
            (got.status, &got.json["state"], &charge["total"]),
            (200, &json!("taken"), &eur(10_000)),
            "{engine:?}"
        );
        assert_eq!((&charge["refunded"], charge["splits"].as_array().unwrap().len()), (&eur(6000), 2));
        assert_eq!(
            (&charge["refunds"][0]["state"], &charge["components"][0]["back"]),
            (&json!("refunded"), &eur(6000))
        );
        assert_eq!(got.json["captured_at"], json!(NOW.to_string()), "business time");
        assert!(!got.json.to_string().contains("tok_"), "T6");
        let unseen = order("tok_good");
        t.void(&unseen.id).await.unwrap();
        let closed = t.get(&support(), &format!("/admin/v1/payments/{}", unseen.id)).await;
        assert_eq!((&closed.json["state"], &closed.json["charge"]), (&json!("closed"), &Value::Null));
        assert_eq!(t.get(&support(), &format!("/admin/v1/payments/{}", order("").id)).await.status, 404);
        assert_eq!(t.get(&support(), "/admin/v1/payments/ord_1").await.status, 404);
        assert_eq!(t.get(&owner(crate::till::id()), &path).await.status, 403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queue_is_read_in_pages() {
    for engine in BOTH {
        let t = till(engine).await;
        for _ in 0..3 {
            t.authorize(&order("tok_other_amount").request()).await.unwrap();
            t.clock.turn(Duration::from_secs(1));
        }
        let page = t.get(&operator(), "/admin/v1/payment-queue?limit=2").await;
        assert_eq!((page.status, page.json["items"].as_array().unwrap().len()), (200, 2), "{engine:?}");
        assert_eq!(page.json["items"][0]["kind"], "record_differs");
        let next = format!("/admin/v1/payment-queue?limit=2&cursor={}", page.json["next"].as_str().unwrap());
        let rest = t.get(&operator(), &next).await;
        assert_eq!((rest.json["items"].as_array().unwrap().len(), &rest.json["next"]), (1, &Value::Null));
        let wrong = t.get(&operator(), "/admin/v1/payment-queue?cursor=x").await;
        assert_eq!((wrong.status, &wrong.json["code"]), (400, &json!("invalid.parameter")));
    }
}

async fn create_payout(t: &Till, key: &str, body: Value) -> Got {
    let request = Request::post("/admin/v1/payouts").header("idempotency-key", key);
    let admin = Actor::platform_admin(kernel::UserId::from_uuid(uuid::Uuid::from_u128(7)));
    t.call(&admin, request, body.to_string().into_bytes()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_pays_a_vendor_out() {
    for engine in BOTH {
        let t = till(engine).await;
        let anna: VendorId = crate::till::id();
        t.paid(&of(vec![line(1, &anna.to_string(), 6000, 600)], "tok_good")).await;
        let body = json!({"vendor": anna, "currency": "EUR"});
        let made = create_payout(&t, "p1", body.clone()).await;
        assert_eq!(
            (made.status, &made.json["amount"], &made.json["state"]),
            (201, &eur(5400), &json!("asked")),
            "{engine:?}"
        );
        let again = create_payout(&t, "p1", body.clone()).await;
        assert_eq!((again.status, &again.json), (201, &made.json), "A1");
        assert!(again.head.contains_key("idempotency-replayed"));
        let none = create_payout(&t, "p2", body).await;
        assert_eq!((none.status, &none.json["code"]), (422, &json!("payout.nothing_to_pay")));
        let place = made.head["location"].to_str().unwrap();
        for _ in 0..100 {
            if t.get(&operator(), place).await.json["state"] == "paid" {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(t.get(&operator(), place).await.json["state"], "paid");
        assert_eq!(t.bank.book().payouts.values().copied().collect::<Vec<_>>(), [PayoutState::Paid]);
        let bad = create_payout(&t, "p3", json!({"vendor": "ven_1", "currency": "EUR"})).await;
        assert_eq!(bad.status, 400);
        t.clean().await;
    }
}

fn signed(t: &Till, body: &str, secret: &str, age: i64) -> String {
    let at = t.machine.now().0 / 1_000_000 - age;
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{at}.{body}").as_bytes());
    let hex: String = mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect();
    format!("t={at},v1={hex}")
}

async fn ring(t: &Till, body: &str, signature: &str) -> Got {
    let request = Request::post("/hooks/v1/payment/test").header("bank-signature", signature);
    t.call(&Actor::anonymous(), request, body.as_bytes().to_vec()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bank_rings_and_is_believed_by_its_record_only() {
    for engine in BOTH {
        let t = till(engine).await;
        let o = order("tok_3ds");
        t.authorize(&o.request()).await.unwrap();
        t.bank.edit(|r| r.status = Status::Authorized);
        let body =
            json!({"id": "evt_1", "type": "payment.changed", "payment": "bp_1", "attempt": t.bank.only().attempt})
                .to_string();
        for bad in [
            String::new(),
            "t=1,v1=00".into(),
            "v1=zz,t=x".into(),
            signed(&t, &body, "another secret", 0),
            signed(&t, "other bytes", SECRET, 0),
            signed(&t, &body, SECRET, 301),
            signed(&t, &body, SECRET, -301),
            signed(&t, &body, "", 0),
        ] {
            let refused = ring(&t, &body, &bad).await;
            assert_eq!(
                (refused.status, &refused.json["code"]),
                (401, &json!("hook.bad_signature")),
                "{engine:?} {bad}"
            );
        }
        assert_eq!(t.told().await, ["PaymentFailed"], "nothing was looked up");
        for _ in 0..3 {
            assert_eq!(ring(&t, &body, &signed(&t, &body, SECRET, 299)).await.status, 204);
        }
        assert_eq!(t.told().await, ["PaymentFailed", "PaymentAuthorized"], "the same three times is once");
        let stranger = json!({"attempt": crate::till::id::<kernel::kinds::AttemptId>()}).to_string();
        assert_eq!(ring(&t, &stranger, &signed(&t, &stranger, SECRET, 0)).await.status, 204, "not ours");
        let odd = json!({"attempt": "?"}).to_string();
        assert_eq!(ring(&t, &odd, &signed(&t, &odd, SECRET, 0)).await.status, 204);
        assert_eq!(ring(&t, "{", &signed(&t, "{", SECRET, 0)).await.status, 400);
        t.bank.book().away = true;
        assert_eq!(ring(&t, &body, &signed(&t, &body, SECRET, 0)).await.status, 503, "the bank rings again");
    }
}

/// Late news of a payment that was decided otherwise changes nothing at the order's side, and ends at the bank.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_doorbell_of_a_closed_payment() {
    let t = till(Engine::Sqlite).await;
    let o = order("tok_3ds");
    t.authorize(&o.request()).await.unwrap();
    t.void(&o.id).await.unwrap();
    t.bank.edit(|r| r.status = Status::Authorized);
    let body = json!({"attempt": t.bank.only().attempt}).to_string();
    assert_eq!(ring(&t, &body, &signed(&t, &body, SECRET, 0)).await.status, 204);
    t.settle().await;
    assert_eq!((t.bank.live(), t.bank.captured()), (0, 0));
    assert_eq!(t.told().await, ["PaymentFailed", "PaymentClosed"]);
    t.clean().await;
}
