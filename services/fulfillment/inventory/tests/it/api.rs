//! Through the door.
use super::world::{World, id, vendor, world};
use http::Request;
use kernel::{LocationId, OfferId};
use platform::actor::Actor;
use platform_test::BOTH;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn shoppers_hear_a_word_and_a_number_only_when_few_are_left() {
    for engine in BOTH {
        let w = world(engine).await;
        let (many, few, none, unknown) = (w.stocked(6).await, w.stocked(5).await, w.stocked(0).await, id::<_>());
        let anybody = Actor::anonymous();
        let words = [
            (many, "in_stock", Value::Null),
            (few, "low", 5.into()),
            (none, "none", 0.into()),
            (unknown, "none", 0.into()),
        ];
        for (offer, word, free) in &words {
            let one = w.get(&anybody, &format!("/store/v1/stock/{offer}")).await.expect(200);
            assert_eq!(one, json!({"offer": offer, "stock": word, "free": free}), "{engine:?}");
        }
        let asked = words.each_ref().map(|(offer, _, _)| offer.to_string()).join(",");
        let all = w.get(&anybody, &format!("/store/v1/stock?offers={asked}")).await.expect(200);
        let expected: Vec<_> =
            words.iter().map(|(o, word, free)| json!({"offer": o, "stock": word, "free": free})).collect();
        assert_eq!(all, json!({"items": expected, "next": null}));
        let too_many = vec![many.to_string(); 101].join(",");
        for wrong in ["", "?offers=", "?offers=lamp", &format!("?offers={too_many}"), &format!("?offers={many}&x=1")] {
            let got = w.get(&anybody, &format!("/store/v1/stock{wrong}")).await;
            assert_eq!((got.status, got.code().starts_with("invalid")), (400, true), "{wrong}: {}", got.json);
        }
        assert_eq!(w.get(&anybody, "/store/v1/stock/lamp").await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_counts_and_holds_do_not_outdate_it() {
    for engine in BOTH {
        let w = world(engine).await;
        let lamp = w.stocked(5).await;
        let path = w.shelf(lamp);
        w.bought(&[(lamp, 2)]).await;
        let got = w.get(&w.vendor, &path).await;
        assert_eq!(got.etag.as_deref(), Some("\"1\""), "Stock 4, {engine:?}");
        let shelf = json!({"offer": lamp, "location": w.place, "on_hand": 5, "backorder": 0, "held": 2, "free": 3,
                           "low_mark": 5, "version": 1});
        assert_eq!(got.json, shelf);
        let put = w.put(&w.vendor, &path, 1, json!({"on_hand": 7, "backorder": 3, "low_mark": 1})).await;
        assert_eq!(put.etag.as_deref(), Some("\"2\""));
        assert_eq!((&put.json["free"], &put.json["held"]), (&8.into(), &2.into()));
        let kept = w.put(&w.vendor, &path, 2, json!({"on_hand": 6})).await.expect(200);
        assert_eq!((&kept["backorder"], &kept["low_mark"]), (&3.into(), &1.into()), "what is left out stays");
        assert_eq!(w.put(&w.vendor, &path, 2, json!({"on_hand": 9})).await.status, 412);
        assert_eq!(w.send(&w.vendor, Request::put(&path), json!({"on_hand": 9})).await.status, 428);
        for wrong in [
            json!({}),
            json!({"on_hand": -1}),
            json!({"on_hand": 1_000_001}),
            json!({"on_hand": "1"}),
            json!({"on_hand": 1, "backorder": -1}),
            json!({"on_hand": 1, "held": 1}),
            json!([1]),
        ] {
            let got = w.put(&w.vendor, &path, 3, wrong.clone()).await;
            assert_eq!((got.status, got.code().starts_with("invalid")), (400, true), "{wrong}: {}", got.json);
        }
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_adds_once_by_its_key() {
    for engine in BOTH {
        let w = world(engine).await;
        let lamp = w.stocked(5).await;
        let path = format!("{}/receipts", w.shelf(lamp));
        let first = w.post_as(&w.vendor, "k", &path, json!({"quantity": 4})).await;
        assert_eq!((first.status, &first.json["on_hand"]), (200, &9.into()), "{engine:?}");
        let again = w.post_as(&w.vendor, "k", &path, json!({"quantity": 4})).await;
        assert_eq!((again.replayed, again.json), (true, first.json));
        let other = w.post_as(&w.vendor, "k", &path, json!({"quantity": 5})).await;
        assert_eq!((other.status, other.code()), (422, "key_reused"));
        assert_eq!(w.units(lamp).await, [9, 0]);
        for wrong in [json!({"quantity": 0}), json!({"quantity": 1_000_001}), json!({"quantity": 1.5}), json!({})] {
            assert_eq!(w.post(&w.vendor, &path, wrong.clone()).await.status, 400, "{wrong}");
        }
        let keyless = w.send(&w.vendor, Request::post(&path), json!({"quantity": 1})).await;
        assert_eq!((keyless.status, keyless.code()), (400, "invalid.idempotency_key"));
        let fresh: OfferId = id();
        let begun = w.post(&w.vendor, &format!("{}/receipts", w.shelf(fresh)), json!({"quantity": 2})).await;
        assert_eq!(begun.expect(200)["on_hand"], 2, "a receipt may begin a shelf");
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_free_units_are_transferred_and_both_books_tell() {
    for engine in BOTH {
        let w = world(engine).await;
        let (lamp, attic) = (w.stocked(5).await, w.opened(&w.vendor).await);
        w.bought(&[(lamp, 2)]).await;
        let path = format!("/vendor/v1/stock/{lamp}/transfers");
        let body = |from: LocationId, to: LocationId, n| json!({"from": from, "to": to, "quantity": n});
        let short = w.post(&w.vendor, &path, body(w.place, attic, 4)).await;
        assert_eq!((short.status, short.code(), &short.json["offers"]), (422, "inventory.short", &json!([lamp])));
        let done = w.post_as(&w.vendor, "t", &path, body(w.place, attic, 3)).await.expect(200);
        assert_eq!(
            (&done["from"]["on_hand"], &done["from"]["free"], &done["to"]["on_hand"]),
            (&2.into(), &0.into(), &3.into())
        );
        assert!(w.post_as(&w.vendor, "t", &path, body(w.place, attic, 3)).await.replayed, "{engine:?}");
        let same = w.post(&w.vendor, &path, body(attic, attic, 1)).await;
        assert_eq!((same.status, same.code()), (422, "inventory.same_place"));
        assert_eq!(w.post(&w.vendor, &path, body(attic, id(), 1)).await.status, 404);
        for (place, quantity) in [(w.place, -3), (attic, 3)] {
            let book = w.get(&w.vendor, &format!("/vendor/v1/stock/{lamp}/{place}/movements")).await.expect(200);
            assert_eq!(
                (&book["items"][0]["kind"], &book["items"][0]["quantity"]),
                (&"transferred".into(), &quantity.into())
            );
        }
        let both = w.get(&w.vendor, &format!("/vendor/v1/stock/{lamp}")).await.expect(200);
        assert_eq!(both["items"].as_array().unwrap().len(), 2);
        // An offer at two places is sold from both.
        w.bought(&[(lamp, 3)]).await;
        w.clean().await;
    }
}

/// The queue of what a vendor owes, and how it ends (S04, S05).
#[tokio::test(flavor = "multi_thread")]
async fn a_shortage_names_the_orders_until_it_is_made_good() {
    for engine in BOTH {
        let w = world(engine).await;
        let (lamp, rug) = (w.stocked(4).await, w.stocked(4).await);
        let (anna, ben) = (w.bought(&[(lamp, 3), (rug, 1)]).await, w.bought(&[(lamp, 1)]).await);
        assert_eq!(w.get(&w.vendor, "/vendor/v1/shortages").await.json["items"], json!([]));
        w.put(&w.vendor, &w.shelf(lamp), 1, json!({"on_hand": 1})).await.expect(200);
        let queue = w.get(&w.vendor, "/vendor/v1/shortages").await.expect(200);
        let row = json!({"offer": lamp, "location": w.place, "on_hand": 1, "backorder": 0, "held": 4, "missing": 3,
            "orders": [{"order": anna, "quantity": 3}, {"order": ben, "quantity": 1}]});
        assert_eq!(queue["items"], json!([row]), "{engine:?}");
        let next = w.hold("c/hold", id(), &[(lamp, 1)]).await.unwrap_err();
        assert_eq!(platform::grpc::code_of(&next), "inventory.short", "new holds are refused");
        w.release("a/cancel", anna, &[(lamp, 2)]).await.unwrap();
        let queue = w.get(&w.vendor, "/vendor/v1/shortages").await.expect(200);
        assert_eq!((&queue["items"][0]["missing"], &queue["items"][0]["held"]), (&1.into(), &2.into()));
        w.put(&w.vendor, &w.shelf(lamp), 2, json!({"on_hand": 2})).await.expect(200);
        assert_eq!(w.get(&w.vendor, "/vendor/v1/shortages").await.json["items"], json!([]), "{engine:?}");
        w.clean().await;
    }
}

/// Lowering the limit makes a shelf short as well, and the book says so (I2).
#[tokio::test(flavor = "multi_thread")]
async fn a_lower_limit_is_a_fact_in_the_book() {
    for engine in BOTH {
        let w = world(engine).await;
        let lamp = id();
        w.put(&w.vendor, &w.shelf(lamp), 0, json!({"on_hand": 0, "backorder": 5})).await.expect(200);
        w.bought(&[(lamp, 4)]).await;
        let put = w.put(&w.vendor, &w.shelf(lamp), 1, json!({"on_hand": 0, "backorder": 1})).await.expect(200);
        assert_eq!((&put["free"], &put["held"]), (&0.into(), &4.into()));
        let book = w.get(&w.vendor, &format!("{}/movements", w.shelf(lamp))).await.expect(200);
        assert_eq!((&book["items"][0]["quantity"], &book["items"][0]["cause"]), (&0.into(), &"limit/2".into()));
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_book_is_read_in_pages_the_last_line_first() {
    for engine in BOTH {
        let w = world(engine).await;
        let lamp = w.stocked(1).await;
        for n in 2..8u64 {
            w.put(&w.vendor, &w.shelf(lamp), n - 1, json!({"on_hand": n * n})).await.expect(200);
        }
        let path = format!("{}/movements?limit=3", w.shelf(lamp));
        let (mut causes, mut next) = (vec![], Some(String::new()));
        while let Some(cursor) = next {
            let more = if cursor.is_empty() { String::new() } else { format!("&cursor={cursor}") };
            let page = w.get(&w.vendor, &format!("{path}{more}")).await.expect(200);
            causes.extend(page["items"].as_array().unwrap().iter().map(|l| l["cause"].as_str().unwrap().to_string()));
            next = page["next"].as_str().map(str::to_string);
        }
        let expected: Vec<_> = (1..8).rev().map(|n| format!("count/{n}")).collect();
        assert_eq!(causes, expected, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn shelves_are_listed_in_pages_and_by_offer_and_location() {
    for engine in BOTH {
        let w = world(engine).await;
        let attic = w.opened(&w.vendor).await;
        let mut offers = vec![];
        for _ in 0..5 {
            offers.push(w.stocked(1).await);
        }
        let up = format!("/vendor/v1/stock/{}/{attic}", offers[4]);
        w.put(&w.vendor, &up, 0, json!({"on_hand": 3})).await.expect(200);
        let first = w.get(&w.vendor, "/vendor/v1/stock?limit=4").await.expect(200);
        let cursor = first["next"].as_str().unwrap();
        let rest = w.get(&w.vendor, &format!("/vendor/v1/stock?limit=4&cursor={cursor}")).await.expect(200);
        let listed: Vec<_> = [&first, &rest].iter().flat_map(|p| p["items"].as_array().unwrap().clone()).collect();
        assert_eq!((listed.len(), &rest["next"]), (6, &Value::Null), "{engine:?}");
        assert_eq!(listed[0]["offer"], json!(offers[0]));
        let there = w.get(&w.vendor, &format!("/vendor/v1/stock?location={attic}")).await.expect(200);
        assert_eq!((there["items"].as_array().unwrap().len(), &there["items"][0]["on_hand"]), (1, &3.into()));
        let one = w.get(&w.vendor, &format!("/vendor/v1/stock?offer={}&location={attic}", offers[0])).await.expect(200);
        assert_eq!(one["items"], json!([]));
        let foreign = w.get(&w.vendor, &format!("/vendor/v1/stock?location={attic}&cursor={cursor}")).await;
        assert_eq!(foreign.status, 400, "a cursor of another filter");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn locations_are_opened_listed_and_renamed() {
    for engine in BOTH {
        let w = world(engine).await;
        let made = w.post_as(&w.vendor, "l", "/vendor/v1/locations", json!({"name": "Attic"})).await;
        assert_eq!((made.status, made.etag.as_deref()), (201, Some("\"1\"")), "{}", made.json);
        let path = made.location.clone().expect("where it is");
        assert_eq!(w.get(&w.vendor, &path).await.json, made.json);
        assert!(w.post_as(&w.vendor, "l", "/vendor/v1/locations", json!({"name": "Attic"})).await.replayed);
        let patch = |seen: &'static str, body| w.send(&w.vendor, Request::patch(&path).header("if-match", seen), body);
        let moved = patch("\"1\"", json!({"address": "Roof 1"})).await.expect(200);
        assert_eq!(
            (&moved["name"], &moved["address"], &moved["version"]),
            (&"Attic".into(), &"Roof 1".into(), &2.into())
        );
        let named = patch("\"2\"", json!({"name": "Loft", "address": null})).await.expect(200);
        assert_eq!((&named["name"], &named["address"]), (&"Loft".into(), &"".into()), "{engine:?}");
        assert_eq!(patch("\"2\"", json!({"name": "Late"})).await.status, 412);
        for wrong in [
            json!({"name": ""}),
            json!({"name": " "}),
            json!({"name": "x".repeat(101)}),
            json!({"name": 1}),
            json!({"name": "a\u{0}b"}),
            json!({"vendor": "x"}),
        ] {
            assert_eq!(patch("\"3\"", wrong.clone()).await.status, 400, "{wrong}");
        }
        let list = w.get(&w.vendor, "/vendor/v1/locations").await.expect(200);
        let names: Vec<_> = list["items"].as_array().unwrap().iter().map(|l| l["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["Back room", "Loft"], "{engine:?}");
    }
}

/// T1: what is another vendor's is answered exactly like what does not exist.
#[tokio::test(flavor = "multi_thread")]
async fn anothers_stock_is_like_none() {
    for engine in BOTH {
        let w = world(engine).await;
        let (lamp, other) = (w.stocked(5).await, vendor());
        w.bought(&[(lamp, 5)]).await;
        w.put(&w.vendor, &w.shelf(lamp), 1, json!({"on_hand": 1})).await.expect(200);
        let theirs = w.opened(&other).await;
        for (offer, place) in [(lamp, w.place), (id(), id()), (lamp, theirs)] {
            let shelf = format!("/vendor/v1/stock/{offer}/{place}");
            let body = json!({"on_hand": 9});
            for got in [
                w.get(&other, &shelf).await,
                w.get(&other, &format!("{shelf}/movements")).await,
                w.get(&other, &format!("/vendor/v1/stock/{offer}")).await,
                w.put(&other, &shelf, 0, body.clone()).await,
                w.put(&other, &shelf, 2, body).await,
                w.post(&other, &format!("{shelf}/receipts"), json!({"quantity": 1})).await,
                w.post(
                    &other,
                    &format!("/vendor/v1/stock/{offer}/transfers"),
                    json!({"from": place, "to": theirs, "quantity": 1}),
                )
                .await,
            ] {
                assert_eq!((got.status, got.code()), (404, "not_found"), "{engine:?} {offer} {place}: {}", got.json);
            }
        }
        let place = format!("/vendor/v1/locations/{}", w.place);
        assert_eq!(w.get(&other, &place).await.status, 404);
        let edit = w.send(&other, Request::patch(&place).header("if-match", "\"1\""), json!({"name": "mine"})).await;
        assert_eq!(edit.status, 404);
        for list in ["/vendor/v1/stock", "/vendor/v1/shortages"] {
            assert_eq!(w.get(&other, list).await.json["items"], json!([]), "{list}");
        }
        assert_eq!(w.units(lamp).await, [1, 5]);
        nobody_else(&w, lamp).await;
        w.clean().await;
    }
}

async fn nobody_else(w: &World, lamp: OfferId) {
    let path = w.shelf(lamp);
    for (who, status) in [(Actor::anonymous(), 401), (Actor::customer(id()), 403), (Actor::support(id()), 403)] {
        assert_eq!(w.get(&who, &path).await.status, status, "{who:?}");
        assert_eq!(w.put(&who, &path, 1, json!({"on_hand": 9})).await.status, status, "{who:?}");
        assert_eq!(w.get(&who, "/vendor/v1/locations").await.status, status, "{who:?}");
    }
}
