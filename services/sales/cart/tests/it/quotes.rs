//! The quote, and what those whom a cart asks may say instead of an answer.
use super::{
    market::{METHOD, no},
    store::id,
    world::{Shopper, World, world},
};
use kernel::error;
use platform::actor::Actor;
use platform_test::BOTH;
use serde_json::json;
use tonic::Status;

async fn quotable(w: &World) -> (Shopper, String) {
    let (s, lamp) = (w.shopper().await, w.thing("Lamp"));
    w.add(&s, &[(&lamp, 2)]).await;
    w.delivered(&s).await;
    (s, lamp)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_says_what_it_costs_and_why() {
    for engine in BOTH {
        let w = world(engine).await;
        let (s, lamp) = quotable(&w).await;
        let got = w.post_as(&s.who, "k", &s.path("/quote"), json!({})).await;
        let eur = |amount: i64| json!({"amount": amount, "currency": "EUR"});
        let vendor = w.read(&s).await["groups"][0]["vendor"].clone();
        let expected = json!({"id": got.json["id"], "total": eur(1490),
            "lines": [{"line": 1, "offer": lamp, "vendor": vendor, "title": "Lamp, blue", "quantity": 2,
                "unit_price": eur(500), "price": eur(1000), "discount": eur(0), "why": ["500 each"]}],
            "vendors": [{"vendor": vendor, "name": "Shop", "method": "By post", "shipping": eur(490),
                "promised": "2023-11-18T09:33:20.000000Z", "why": ["4.90"]}],
            "taxes": [{"name": "VAT", "rate": "19", "base": eur(1000), "amount": eur(190), "included": true}],
            "why": ["for ten minutes"], "expires": "2023-11-14T22:23:20.000000Z"});
        assert_eq!((got.status, &got.json), (201, &expected), "{engine:?}");
        let asked = w.market.quoted();
        let (key, message) = &asked[0];
        assert_eq!(*key, format!("cart/{}/k", s.id()), "{engine:?}: the client's key goes on");
        assert_eq!(
            (message.guest.len(), message.user.as_str(), message.deliveries[0].method.as_str()),
            (32, "", METHOD)
        );
        assert_eq!(message.party.as_ref().unwrap().street, "Torstraße 1");
        assert_eq!(w.read(&s).await["version"], 3, "{engine:?}: nothing of the cart changed");

        let again = w.post_as(&s.who, "k", &s.path("/quote"), json!({})).await;
        assert_eq!((again.replayed, &again.bytes), (true, &got.bytes), "{engine:?}");
        assert_eq!(w.market.quoted().len(), 1, "a repeat is the same quote");
        assert_eq!(w.post_as(&s.who, "k", &s.path("/quote"), json!({"x": 1})).await.code(), (422, "key_reused"));
        assert_eq!(
            w.post(&s.who, &s.path("/quote"), json!({"x": 1})).await.fault(),
            (400, "invalid.unknown_member", "/x")
        );
        // The cart has changed since: the repeat still hears what was answered.
        w.add(&s, &[(&lamp, 1)]).await;
        let late = w.post_as(&s.who, "k", &s.path("/quote"), json!({})).await;
        assert_eq!((late.replayed, &late.bytes), (true, &got.bytes), "{engine:?}");
        let fresh = w.post(&s.who, &s.path("/quote"), json!({})).await.expect(201);
        assert_eq!(fresh["lines"][0]["quantity"], 3, "{engine:?}");
        let keyless = w.ask(&s.who, &format!("POST {}", s.path("/quote")), &[], "{}").await;
        assert_eq!(keyless.code(), (400, "invalid.idempotency_key"));

        let anna = Actor::customer(id());
        let hers = w.ask(&anna, "POST /store/v1/carts", &[], r#"{"currency": "EUR"}"#).await.location.unwrap();
        let empty = w.post(&anna, &format!("{hers}/quote"), json!({})).await;
        assert_eq!(empty.code(), (422, "cart.empty"));
        let body = json!({"lines": [{"offer": lamp, "quantity": 1}]});
        w.post(&anna, &format!("{hers}/lines"), body).await.expect(200);
        assert_eq!(w.post(&anna, &format!("{hers}/quote"), json!({})).await.code(), (422, "cart.no_delivery"));
    }
}

/// The quote was made, the answer was lost with the process, and the cart went on: one key is one quote, so another is needed.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_pricing_knows_for_other_contents_is_reused() {
    for engine in BOTH {
        let w = world(engine).await;
        let (s, _) = quotable(&w).await;
        w.market.took(&format!("cart/{}/k", s.id()));
        let reused = w.post_as(&s.who, "k", &s.path("/quote"), json!({})).await;
        assert_eq!(reused.code(), (422, "key_reused"), "{engine:?}");
        w.post_as(&s.who, "l", &s.path("/quote"), json!({})).await.expect(201);
        // Another cart's key is another, whatever the client calls it.
        let (other, _) = quotable(&w).await;
        w.post_as(&other.who, "k", &other.path("/quote"), json!({})).await.expect(201);
    }
}

/// A refusal by rule is an answer, in the words and with the code of who gave it; it is kept for repeats.
#[tokio::test(flavor = "multi_thread")]
async fn a_no_keeps_its_code() {
    for engine in BOTH {
        let w = world(engine).await;
        let (s, lamp) = quotable(&w).await;
        let quote = s.path("/quote");
        for code in [
            "pricing.no_delivery",
            "pricing.no_price",
            "pricing.coupon_used_up",
            "quote.inactive",
            "shipping.not_served",
        ] {
            w.market.says("pricing", no(error::refused(code), "vendor 7"));
            let got = w.post_as(&s.who, code, &quote, json!({})).await;
            assert_eq!((got.code(), &got.json["detail"]), ((422, code), &json!("vendor 7")), "{engine:?}");
            w.market.answers_again();
            let again = w.post_as(&s.who, code, &quote, json!({})).await;
            assert_eq!((again.replayed, &again.bytes), (true, &got.bytes), "{engine:?}: A1, whatever pricing says now");
        }
        w.post(&s.who, &quote, json!({})).await.expect(201);
        w.market.says("pricing", no(error::refused("pricing.too_large"), "too much"));
        let large = w.post(&s.who, &s.path("/lines"), json!({"lines": [{"offer": lamp, "quantity": 1}]})).await;
        assert_eq!(large.code(), (422, "pricing.too_large"), "{engine:?}");
        assert_eq!(w.get(&s.who, &s.cart).await.code(), (422, "pricing.too_large"));
        w.market.says("pricing", no(error::refused("pricing.brand_new"), "a newer rule"));
        assert_eq!(w.get(&s.who, &s.cart).await.code(), (422, "cart.refused"), "{engine:?}");
        w.market.answers_again();
        assert_eq!(w.read(&s).await["version"], 3, "{engine:?}: nothing was put in");
    }
}

/// A lost race is not a no: it may be asked again with the same key, and is not kept.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_race_elsewhere_may_be_asked_again() {
    for engine in BOTH {
        let w = world(engine).await;
        let (s, _) = quotable(&w).await;
        w.market.says("pricing", no(error::conflict("contended"), "somebody was faster"));
        let got = w.post_as(&s.who, "k", &s.path("/quote"), json!({})).await;
        assert_eq!((got.code(), got.retry_after.as_deref()), ((409, "contended"), Some("1")), "{engine:?}");
        w.market.answers_again();
        let now = w.post_as(&s.who, "k", &s.path("/quote"), json!({})).await;
        assert_eq!((now.status, now.replayed), (201, false), "{engine:?}: {}", now.json);
    }
}

/// Unknown is never failed, and never written. What no contract says is a fault, told to the log and not to the shopper.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_away_is_asked_again_and_what_is_odd_is_no_refusal() {
    for engine in BOTH {
        let w = world(engine).await;
        let (s, lamp) = quotable(&w).await;
        let add = format!("POST {}", s.path("/lines"));
        let body = json!({"lines": [{"offer": lamp, "quantity": 1}]}).to_string();
        for callee in ["catalog", "pricing", "inventory"] {
            w.market.says(callee, Status::deadline_exceeded("slow"));
            let got = w.ask_anyhow(&s.who, &add, &[("idempotency-key", "k")], &body).await;
            assert_eq!((got.code(), got.retry_after.as_deref()), ((503, "away"), Some("1")), "{engine:?} {callee}");
            assert!(got.json["detail"].as_str().unwrap().contains(callee));
            w.market.says(callee, no(error::not_found("thing.not_found"), "secret words"));
            let got = w.ask_anyhow(&s.who, &add, &[("idempotency-key", "k")], &body).await;
            assert_eq!(got.code(), (500, "odd_answer"), "{engine:?} {callee}");
            assert!(!got.json.to_string().contains("secret words"), "{engine:?} {}", got.json);
            w.market.answers_again();
        }
        let options = format!("GET {}", s.path("/delivery-options"));
        w.market.says("shipping", Status::unavailable("away"));
        assert_eq!(w.ask_anyhow(&s.who, &options, &[], "").await.code(), (503, "away"), "{engine:?}");
        w.market.answers_again();
        let done = w.ask(&s.who, &add, &[("idempotency-key", "k")], &body).await;
        assert_eq!(
            (done.status, &done.json["version"]),
            (200, &json!(4)),
            "{engine:?}: none of it was kept or written"
        );
    }
}
