//! Through the door.
use super::world::{NOW, basket, id, vendor, world};
use contracts::pricing as pb;
use http::Request;
use kernel::{Clock, Timestamp};
use platform::actor::Actor;
use platform_test::BOTH;
use serde_json::json;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_prices_its_offers_and_nobody_elses() {
    for engine in BOTH {
        let w = world(engine).await;
        let (owner, other) = (vendor(), vendor());
        let lamp = w.priced(&owner, 1999).await;
        let tomorrow = NOW + Duration::from_secs(86_400);
        let body = json!({"amount": 1500, "from": tomorrow.to_string()});
        let got = w.put_price(&owner, &lamp, 1, body.clone()).await;
        assert_eq!((got.status, got.etag.as_deref()), (200, Some("\"2\"")), "{engine:?}: {}", got.json);
        let price =
            |amount, from: Timestamp| json!({"price": {"amount": amount, "currency": "EUR"}, "from": from.to_string()});
        assert_eq!(got.json["prices"], json!([price(1999, NOW), price(1500, tomorrow)]));
        let path = format!("/vendor/v1/offers/{lamp}/prices");
        assert_eq!(w.get(&owner, &path).await.json, got.json);
        assert_eq!(w.get(&other, &path).await.status, 404, "T1");
        assert_eq!(w.put_price(&other, &lamp, 2, body.clone()).await.status, 404, "T1");
        assert_eq!(w.put_price(&owner, &lamp, 1, body.clone()).await.status, 412);
        let nobodys = id::<kernel::kinds::OfferId>().to_string();
        assert_eq!(w.put_price(&owner, &nobodys, 0, json!({"amount": 1})).await.status, 404);
        let shown = format!("/store/v1/offers/{lamp}/price?currency=EUR");
        assert_eq!(w.get(&Actor::anonymous(), &shown).await.json["price"]["amount"], 1999);
        w.clock.turn(Duration::from_secs(86_400));
        assert_eq!(w.get(&Actor::anonymous(), &shown).await.json["price"]["amount"], 1500);
        assert_eq!(w.get(&Actor::anonymous(), &shown.replace("EUR", "CHF")).await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_prices_are_refused_with_a_code() {
    for engine in BOTH {
        let w = world(engine).await;
        let owner = vendor();
        let lamp = w.priced(&owner, 1999).await;
        let past = (w.clock.now() - Duration::from_secs(1)).to_string();
        for (body, status, code) in [
            (json!({"amount": 1, "from": past}), 422, "pricing.past"),
            (json!({"amount": -1}), 400, "invalid"),
            (json!({"amount": 100_000_000_001i64}), 400, "invalid"),
            (json!({"amount": 1.5}), 400, "invalid.value"),
            (json!({"amount": 1, "currency": "EUR"}), 400, "invalid.unknown_member"),
            (json!({"amount": 1, "from": "soon"}), 400, "invalid.value"),
        ] {
            let got = w.put_price(&owner, &lamp, 1, body.clone()).await;
            assert_eq!((got.status, got.json["code"].as_str()), (status, Some(code)), "{engine:?}: {body}");
        }
        let path = format!("/vendor/v1/offers/{lamp}/prices/XXQ");
        let odd = w.call(&owner, Request::put(path).header("if-match", "\"1\""), json!({"amount": 1})).await;
        assert_eq!(odd.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_coupon_is_made_once() {
    for engine in BOTH {
        let w = world(engine).await;
        let body = json!({"code": "spring-7", "percent": "12.50", "limit": 2});
        let made = w.coupon(body.clone()).await;
        let view = json!({"code": "SPRING-7", "percent": "12.5", "amount": null, "limit": 2, "used": 0});
        assert_eq!((made.status, made.json), (201, view.clone()), "{engine:?}");
        assert_eq!(w.get(&Actor::platform_admin(id()), "/admin/v1/coupons/spring-7").await.json, view);
        let twice = w.coupon(body).await;
        assert_eq!((twice.status, twice.json["code"].as_str()), (409, Some("pricing.coupon_exists")));
        for wrong in [
            json!({"code": "a", "percent": "1", "limit": 1}),
            json!({"code": "abc", "limit": 1}),
            json!({"code": "abc", "percent": "0", "limit": 1}),
            json!({"code": "abc", "percent": "100.01", "limit": 1}),
            json!({"code": "abc", "percent": "1", "amount": {"amount": 1, "currency": "EUR"}, "limit": 1}),
            json!({"code": "abc", "amount": {"amount": 0, "currency": "EUR"}, "limit": 1}),
            json!({"code": "abc", "percent": "1", "limit": 0}),
        ] {
            assert_eq!(w.coupon(wrong.clone()).await.status, 400, "{wrong}");
        }
        assert_eq!(w.get(&Actor::platform_admin(id()), "/admin/v1/coupons/%20").await.status, 404);
        assert_eq!(w.get(&vendor(), "/admin/v1/coupons/spring-7").await.status, 403);
    }
}

/// The tasks: a dated price is told when it begins, and a quote that is over forgets whom it was for.
#[tokio::test(flavor = "multi_thread")]
async fn time_begins_prices_and_forgets_people() {
    for engine in BOTH {
        let mut w = world(engine).await;
        let owner = vendor();
        let (lamp, rug) = (w.priced(&owner, 1999).await, w.priced(&owner, 4000).await);
        let quote = w.quote(basket(&[(&lamp, 1)], "")).await.unwrap();
        let from = |after| (w.clock.now() + Duration::from_millis(after)).to_string();
        let got = w.put_price(&owner, &lamp, 1, json!({"amount": 1500, "from": from(30_000)})).await;
        assert_eq!(got.status, 200, "{}", got.json);
        w.clock.turn(Duration::from_secs(2 * 86_400));
        w.net.start().unwrap();
        w.until_told(&lamp, 2).await; // it began before this process did
        let from = (w.clock.now() + Duration::from_millis(200)).to_string();
        w.put_price(&owner, &rug, 1, json!({"amount": 3500, "from": from})).await;
        w.clock.turn(Duration::from_secs(1));
        w.until_told(&rug, 2).await; // the alarm rang
        let forgotten = async {
            let read = pb::GetQuoteRequest { quote: quote.id.clone() };
            while w.client.clone().get_quote(read.clone()).await.unwrap().into_inner().party
                != Some(pb::Party::default())
            {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), forgotten).await.expect("forgotten");
        let list = w.get(&owner, &format!("/vendor/v1/offers/{lamp}/prices")).await;
        assert_eq!(list.etag.as_deref(), Some("\"2\""), "{engine:?}: the clock outdates nobody's edit");
    }
}
