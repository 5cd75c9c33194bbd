//! Through the door, as `api.md` says a client sees it.
use super::{
    door::{Shop, order_body, shop},
    made,
    payment::Attempt,
};
use contracts::payment as facts;
use kernel::QuoteId;
use order::domain::{Owner, Quote};
use platform::actor::Actor;
use platform_test::{BOTH, Engine};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn located(got: &super::door::Got) -> Option<&str> {
    got.head.get("location").map(|v| v.to_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_placed_and_read_and_listed() {
    for engine in BOTH {
        let s = shop(engine).await;
        let quote = s.quote();
        let placed = s.order(&quote, "tok_good").await.expect(201);
        let id = placed.text("id");
        assert_eq!(located(&placed), Some(format!("/store/v1/orders/{id}").as_str()), "{engine:?}");
        assert_eq!(
            (placed.json["state"].as_str(), placed.head["etag"].to_str().unwrap()),
            (Some("confirmed"), "\"7\"")
        );
        assert_eq!(placed.json["total"], json!({"amount": 10500, "currency": "EUR"}));
        assert_eq!(placed.json["deliver_to"], Value::Null, "people's data is kept in no answer");
        assert!(placed.text("number").starts_with("S-") && placed.text("number").len() == 9);
        let lamps = Shop::part(&placed.json, &quote, 0);
        assert_eq!((lamps["state"].as_str(), lamps["total"]["amount"].as_i64()), (Some("confirmed"), Some(6500)));
        assert_eq!(lamps["lines"][0]["quantity"], 3);

        let read = s.get(&s.customer(), &format!("/store/v1/orders/{id}")).await.expect(200);
        assert_eq!(
            (read.json["deliver_to"]["name"].as_str(), &read.json["vendor_orders"]),
            (Some("Anna"), &placed.json["vendor_orders"])
        );
        assert_eq!(read.json["attributes"], json!({"till": "7"}), "what the client keeps with it");
        let before =
            s.get(&s.customer(), &format!("/store/v1/orders/{id}?at=2023-11-14T22:13:20.123456Z")).await.expect(200);
        assert_eq!(before.json["state"], "placed", "time travel");
        let timeline: Vec<_> = read.json["timeline"].as_array().unwrap().iter().map(|m| m["what"].clone()).collect();
        assert_eq!(timeline, ["placed", "accepted", "held", "authorized", "committed", "taken", "confirmed"]);
        let list = s.get(&s.customer(), "/store/v1/orders").await.expect(200).json;
        assert_eq!((list["items"][0]["id"].as_str(), &list["next"]), (Some(id.as_str()), &Value::Null));
        s.clean().await;
    }
}

/// A1, A2: the same key hears the same bytes, a yes and a no; other contents are `key_reused`.
#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_hears_the_same_bytes() {
    for engine in BOTH {
        let s = shop(engine).await;
        let (good, short) = (s.quote(), s.quote());
        s.stock.lock().unwrap().stock.insert(short.lines[0].offer.to_string(), [0, 0]);
        for (key, quote, status) in [("a", &good, 201), ("b", &short, 422)] {
            let body = order_body(quote, "tok_good");
            let first = s.post_as(&s.customer(), "/store/v1/orders", key, body.clone()).await.expect(status);
            let again = s.post_as(&s.customer(), "/store/v1/orders", key, body).await.expect(status);
            assert_eq!(
                (&first.text, again.head.contains_key("idempotency-replayed")),
                (&again.text, true),
                "{engine:?}"
            );
            let other = s.post_as(&s.customer(), "/store/v1/orders", key, order_body(quote, "tok_other")).await;
            assert_eq!((other.status, other.code()), (422, "key_reused"));
        }
        let short = s.post(&s.customer(), "/store/v1/orders", order_body(&short, "tok_good")).await.expect(422);
        assert_eq!(
            (short.code(), short.json["lines"][0]["line"].as_u64()),
            ("inventory.short", Some(1)),
            "names the lines"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_fails_is_202_at_once_and_another_one_pays() {
    for engine in BOTH {
        let s = shop(engine).await;
        let quote = s.quote();
        let waits =
            s.post_as(&s.customer(), "/store/v1/orders", "a", order_body(&quote, "tok_declined")).await.expect(202);
        let id = waits.text("id");
        let path = format!("/store/v1/orders/{id}");
        assert_eq!(
            (waits.json["state"].as_str(), located(&waits)),
            (Some("awaiting_payment"), Some(path.as_str())),
            "{engine:?}"
        );
        let payment = &waits.json["payment"];
        assert_eq!((payment["problem"].as_str(), payment["attempts_left"].as_u64()), (Some("declined"), Some(4)));
        assert!(payment["until"].is_string() && payment["action_url"].is_null());
        let bank =
            s.post(&s.customer(), &format!("{path}/payment"), json!({"card_token": "tok_3ds"})).await.expect(202);
        assert_eq!(bank.json["payment"]["problem"], "needs_customer");
        assert_eq!(bank.json["payment"]["action_url"], "https://bank.example/3ds");
        let paid = s
            .post_as(&s.customer(), &format!("{path}/payment"), "p", json!({"card_token": "tok_good"}))
            .await
            .expect(200);
        assert_eq!(paid.json["state"], "confirmed");
        let again = s
            .post_as(&s.customer(), &format!("{path}/payment"), "p", json!({"card_token": "tok_good"}))
            .await
            .expect(200);
        assert_eq!(again.text, paid.text, "{engine:?}");
        let first =
            s.post_as(&s.customer(), "/store/v1/orders", "a", order_body(&quote, "tok_declined")).await.expect(201);
        assert_eq!(first.json["state"], "confirmed", "the decision replaced the 202");
        let late = s.post(&s.customer(), &format!("{path}/payment"), json!({"card_token": "tok_good"})).await;
        assert_eq!((late.status, late.code()), (422, "payment.closed"));
        s.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undecided_card_is_409_with_retry_after_and_is_not_kept() {
    let s = shop(Engine::Sqlite).await;
    let placed = s.order(&s.quote(), "tok_slow").await.expect(202);
    let (id, body) = (placed.text("id"), json!({"card_token": "tok_good"}));
    assert_eq!(placed.json["state"], "placed", "after patience");
    let path = format!("/store/v1/orders/{id}/payment");
    let no = s.post_as(&s.customer(), &path, "p", body.clone()).await.expect(409);
    assert_eq!((no.code(), no.head["retry-after"].to_str().unwrap()), ("payment.undecided", "1"));
    s.payment.lock().unwrap().provider_says(&id, Attempt::Declined);
    let yes = s.post_as(&s.customer(), &path, "p", body).await;
    assert_eq!((yes.status, yes.json["state"].as_str()), (200, Some("confirmed")), "{}", yes.json);
}

/// The bank's page is left with a yes: payment tells, and the worker goes on by itself.
#[tokio::test(flavor = "multi_thread")]
async fn payments_news_goes_on_with_an_order_that_waits() {
    for engine in BOTH {
        let s = shop(engine).await;
        let id = s.order(&s.quote(), "tok_3ds").await.expect(202).text("id");
        s.payment.lock().unwrap().provider_says(&id, Attempt::Authorized);
        s.payment_tells(&facts::PaymentAuthorized { payment: String::new(), order: id.clone() }).await;
        let path = format!("/store/v1/orders/{id}");
        s.until(&s.customer(), &path, |order| order["state"] == "confirmed").await;
        s.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn quotes_are_refused_as_they_deserve() {
    let s = shop(Engine::Sqlite).await;
    let (first, declined) = (s.quote(), s.quote());
    let id = s.order(&first, "tok_good").await.expect(201).text("id");
    let used = s.order(&first, "tok_good").await.expect(409);
    assert_eq!((used.code(), used.text("order")), ("quote.used", id));
    let waiting = s.order(&declined, "tok_declined").await.expect(202).text("id");
    let other = Quote { id: made::id(), ..declined.clone() };
    s.pricing.lock().unwrap().quotes.insert(other.id.to_string(), other.clone());
    let busy = s.order(&other, "tok_good").await.expect(409);
    assert_eq!((busy.code(), busy.text("order")), ("cart.in_checkout", waiting));
    let stranger = s.quoted(Owner::User(made::id()));
    for quote in [stranger.id, made::id()] {
        let body = json!({"quote": quote, "payment": {"card_token": "tok_good"}});
        let got = s.post(&s.customer(), "/store/v1/orders", body).await;
        assert_eq!((got.status, got.code()), (404, "quote.not_found"), "T1");
    }
    let stale = s.quote();
    s.clock.turn(std::time::Duration::from_secs(601));
    let expired = s.order(&stale, "tok_good").await.expect(409);
    assert_eq!((expired.code(), expired.json["quote"]["total"]["amount"].as_i64()), ("quote.expired", Some(10500)));
    let fresh: QuoteId = expired.json["quote"]["id"].as_str().unwrap().parse().unwrap();
    assert_ne!(fresh, stale.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_pays_reads_and_cancels_by_the_carts_token_and_nobody_else_does() {
    for engine in BOTH {
        let s = shop(engine).await;
        let (guest, other) = (Actor::guest([7; 32]), Actor::guest([8; 32]));
        let quote = s.quoted(Owner::Guest([7; 32]));
        let placed = s.post(&guest, "/store/v1/orders", order_body(&quote, "tok_good")).await.expect(201);
        let path = format!("/store/v1/orders/{}", placed.text("id"));
        s.get(&guest, &path).await.expect(200);
        for who in [other, s.customer()] {
            assert_eq!(s.get(&who, &path).await.code(), "order.not_found", "{engine:?} T1");
            assert_eq!(s.post(&who, &format!("{path}/cancel"), json!({})).await.code(), "order.not_found");
            assert_eq!(
                s.post(&who, &format!("{path}/payment"), json!({"card_token": "x"})).await.code(),
                "order.not_found"
            );
            assert_eq!(s.get(&who, "/store/v1/orders").await.json["items"], json!([]));
        }
        assert_eq!(s.get(&Actor::anonymous(), "/store/v1/orders").await.json["items"], json!([]));
        let cancelled = s.post(&guest, &format!("{path}/cancel"), json!({})).await.expect(200);
        assert_eq!(
            (cancelled.json["state"].as_str(), cancelled.json["reason"].as_str()),
            (Some("cancelled"), Some("customer"))
        );
        assert_eq!(cancelled.json["refunded"], cancelled.json["total"]);
        s.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_is_of_all_or_of_the_vendor_orders_named() {
    for engine in BOTH {
        let s = shop(engine).await;
        let quote = s.quote();
        let placed = s.order(&quote, "tok_good").await.expect(201);
        let path = format!("/store/v1/orders/{}", placed.text("id"));
        let rug = Shop::part(&placed.json, &quote, 1)["id"].clone();
        let part =
            s.post_as(&s.customer(), &format!("{path}/cancel"), "c", json!({"vendor_orders": [rug]})).await.expect(200);
        assert_eq!(
            (part.json["state"].as_str(), Shop::part(&part.json, &quote, 1)["state"].as_str()),
            (Some("confirmed"), Some("cancelled"))
        );
        let again =
            s.post_as(&s.customer(), &format!("{path}/cancel"), "c", json!({"vendor_orders": [rug]})).await.expect(200);
        assert_eq!(part.text, again.text, "{engine:?}");
        let twice = s.post(&s.customer(), &format!("{path}/cancel"), json!({"vendor_orders": [rug]})).await;
        assert_eq!((twice.status, twice.code()), (422, "order.already_cancelled"));
        s.until(&s.customer(), &path, |order| order["refunded"]["amount"] == 4000).await; // the worker of the intents
        let (lamps, vendor) = (Shop::part(&placed.json, &quote, 0), s.vendor_of(&quote, 0));
        let parcel = json!({"lines": [{"line": lamps["lines"][0]["id"], "quantity": 1}], "carrier": "post"});
        let ship = format!("/vendor/v1/orders/{}/shipments", lamps["id"].as_str().unwrap());
        s.post(&vendor, &ship, parcel).await.expect(200);
        let late = s.post(&s.customer(), &format!("{path}/cancel"), json!({})).await;
        assert_eq!((late.status, late.code()), (422, "order.already_shipped"), "{engine:?}");
        s.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_sees_ships_and_cancels_its_own_part() {
    for engine in BOTH {
        let s = shop(engine).await;
        let quote = s.quote();
        let vendor = s.vendor_of(&quote, 0);
        let declined = s.quote();
        s.order(&declined, "tok_declined").await.expect(202);
        assert_eq!(
            s.get(&s.vendor_of(&declined, 0), "/vendor/v1/orders").await.json["items"],
            json!([]),
            "not confirmed"
        );
        let placed = s.order(&quote, "tok_good").await.expect(201);
        let part = Shop::part(&placed.json, &quote, 0);
        let path = format!("/vendor/v1/orders/{}", part["id"].as_str().unwrap());
        let list = s.get(&vendor, "/vendor/v1/orders?state=confirmed").await.expect(200).json;
        assert_eq!((list["items"].as_array().unwrap().len(), &list["items"][0]["id"]), (1, &part["id"]), "{engine:?}");
        let read = s.get(&vendor, &path).await.expect(200).json;
        assert_eq!((read["deliver_to"]["country"].as_str(), &read["order"]), (Some("DE"), &placed.json["id"]));
        for who in [s.vendor_of(&quote, 1), Actor::vendor_admin(made::id(), made::id())] {
            assert_eq!(s.get(&who, &path).await.code(), "order.not_found", "T1");
            let no = s.post(&who, &format!("{path}/cancel"), json!({"reason": "damaged"})).await;
            assert_eq!(no.code(), "order.not_found");
        }
        let line = part["lines"][0]["id"].clone();
        let body = json!({"lines": [{"line": line, "quantity": 2}], "carrier": "post", "tracking": "T-1"});
        let shipped = s.post(&vendor, &format!("{path}/shipments"), body).await.expect(200).json;
        assert_eq!(
            (shipped["state"].as_str(), shipped["parcels"][0]["tracking"].as_str()),
            (Some("partially_shipped"), Some("T-1"))
        );
        assert_eq!(shipped["deliver_to"], Value::Null, "people's data is kept in no answer");
        let cancelled =
            s.post(&vendor, &format!("{path}/cancel"), json!({"reason": "out_of_stock"})).await.expect(200).json;
        assert_eq!((cancelled["state"].as_str(), &cancelled["lines"][0]["cancelled"]), (Some("shipped"), &json!(1)));
        let more = s.post(&vendor, &format!("{path}/cancel"), json!({"reason": "out_of_stock"})).await;
        assert_eq!((more.status, more.code()), (422, "order.already_shipped"));
        s.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn support_finds_an_order_and_gives_money_back() {
    for engine in BOTH {
        let s = shop(engine).await;
        let support = Actor::support(made::id());
        let placed = s.order(&s.quote(), "tok_good").await.expect(201);
        let path = format!("/admin/v1/orders/{}", placed.text("id"));
        let found = s.get(&support, "/admin/v1/orders?client_reference=r-1").await.expect(200).json;
        assert_eq!(found["items"][0]["id"], placed.json["id"], "{engine:?}");
        assert_eq!(s.get(&support, "/admin/v1/orders?client_reference=r-2").await.json["items"], json!([]));
        let read = s.get(&support, &path).await.expect(200).json;
        let (component, charge) = (read["components"][0]["id"].clone(), read["components"][0]["charge"].clone());
        assert_eq!(
            (read["state"].as_str(), read["user"].as_str()),
            (Some("confirmed"), Some(s.anna.to_string().as_str()))
        );
        let body =
            |amount: Value| json!({"components": [{"component": component, "amount": amount}], "reason": "late"});
        let asked = s
            .post(&support, &format!("{path}/refunds"), body(json!({"amount": 100, "currency": "EUR"})))
            .await
            .expect(200);
        assert_eq!(asked.json["refunds"][0]["state"], "refunding");
        let paid = s.until(&support, &path, |order| order["refunds"][0]["state"] == "refunded").await;
        assert_eq!((&paid["refunded"]["amount"], &paid["components"][0]["back"]["amount"]), (&json!(100), &json!(100)));
        let much = s.post(&support, &format!("{path}/refunds"), body(charge)).await;
        assert_eq!((much.status, much.code()), (422, "refund.too_much"));
        assert_eq!(s.get(&support, "/admin/v1/order-queue").await.expect(200).json["items"], json!([]));
        assert_eq!(s.get(&s.customer(), &path).await.status, 403);
        s.clean().await;
    }
}

/// A4: nothing a client sends gives a 5xx.
#[tokio::test(flavor = "multi_thread")]
async fn bad_input_gets_a_clear_problem() {
    let s = shop(Engine::Sqlite).await;
    let quote = s.quote();
    let (id, anna) = (quote.id, s.customer());
    let many: BTreeMap<String, &str> = (0..21).map(|n| (n.to_string(), "")).collect();
    for wrong in [
        json!({}),
        json!({"quote": id}),
        json!({"quote": id, "payment": {"card_token": ""}}),
        json!({"quote": id, "payment": {"card_token": "x".repeat(201)}}),
        json!({"quote": id, "payment": {"card_token": 7}}),
        json!({"quote": id, "payment": {"iban": "DE"}}),
        json!({"quote": "quo_1", "payment": {"card_token": "tok_good"}}),
        json!({"quote": id, "payment": {"card_token": "tok_good"}, "client_reference": ""}),
        json!({"quote": id, "payment": {"card_token": "tok_good"}, "coupon": "X"}),
        json!({"quote": id, "payment": {"card_token": "tok_good"}, "attributes": {"a": 1}}),
        json!({"quote": id, "payment": {"card_token": "tok_good"}, "attributes": {"": "x"}}),
        json!({"quote": id, "payment": {"card_token": "tok_good"}, "attributes": {"a": "x".repeat(2001)}}),
        json!({"quote": id, "payment": {"card_token": "tok_good"}, "attributes": many}),
        json!([]),
    ] {
        let got = s.post(&anna, "/store/v1/orders", wrong.clone()).await;
        assert_eq!(got.status, 400, "{wrong}: {}", got.json);
    }
    let no_card = s.post(&anna, "/store/v1/orders", json!({"quote": id, "payment": {}})).await;
    assert_eq!((no_card.status, no_card.code()), (422, "payment.card_missing"));
    let placed = s.order(&quote, "tok_good").await.expect(201);
    let (vendor, support) = (s.vendor_of(&quote, 0), Actor::support(made::id()));
    let part = Shop::part(&placed.json, &quote, 0);
    let (line, part) = (part["lines"][0]["id"].clone(), part["id"].as_str().unwrap().to_string());
    let path = format!("/store/v1/orders/{}", placed.text("id"));
    let ship = format!("/vendor/v1/orders/{part}/shipments");
    let money = |amount: i64, currency: &str| {
        let part =
            json!({"component": "cmp_00000000000000000000000000", "amount": {"amount": amount, "currency": currency}});
        json!({"components": [part], "reason": "x"})
    };
    for (who, at, body, status, code) in [
        (&vendor, ship.clone(), json!({"lines": [], "carrier": "post"}), 400, "invalid"),
        (&vendor, ship.clone(), json!({"lines": [{"line": line, "quantity": 0}], "carrier": "post"}), 400, "invalid"),
        (&vendor, ship.clone(), json!({"lines": [{"line": line, "quantity": 1}], "carrier": ""}), 400, "invalid"),
        (
            &vendor,
            ship.clone(),
            json!({"lines": [{"line": line, "quantity": 9}], "carrier": "post"}),
            422,
            "order.too_many_units",
        ),
        (
            &vendor,
            ship.clone(),
            json!({"lines": [{"line": "lin_00000000000000000000000000", "quantity": 1}], "carrier": "post"}),
            422,
            "order.no_such_line",
        ),
        (&vendor, ship.replace(&part, "vor_1"), json!({"lines": [], "carrier": "post"}), 404, "not_found"),
        (&anna, format!("{path}/cancel"), json!({"vendor_orders": []}), 400, "invalid"),
        (
            &anna,
            format!("{path}/cancel"),
            json!({"vendor_orders": ["vor_00000000000000000000000000"]}),
            422,
            "order.no_such_vendor_order",
        ),
        (&support, path.replace("store", "admin") + "/refunds", money(0, "EUR"), 400, "invalid"),
        (&support, path.replace("store", "admin") + "/refunds", money(-5, "EUR"), 400, "invalid"),
        (&support, path.replace("store", "admin") + "/refunds", money(5, "USD"), 422, "order.other_currency"),
        (&support, path.replace("store", "admin") + "/refunds", money(5, "EUR"), 422, "order.no_such_component"),
        (
            &support,
            "/admin/v1/orders/ord_00000000000000000000000000/refunds".into(),
            money(5, "EUR"),
            404,
            "order.not_found",
        ),
    ] {
        let got = s.post(who, &at, body.clone()).await;
        let named = if code == "invalid" { got.code().starts_with("invalid") } else { got.code() == code };
        assert_eq!((got.status, named), (status, true), "{at} {body}: {}", got.json);
    }
    for (who, at, status) in [
        (&anna, format!("{path}?at=yesterday"), 400),
        (&anna, format!("{path}?when=now"), 400),
        (&anna, format!("{path}?at=2001-01-01T00:00:00Z"), 404),
        (&anna, "/store/v1/orders?limit=0".into(), 400),
        (&anna, "/store/v1/orders?cursor=x".into(), 400),
        (&anna, "/store/v1/orders/ord_1".into(), 404),
        (&vendor, "/vendor/v1/orders?state=placed".into(), 400),
    ] {
        assert_eq!(s.get(who, &at).await.status, status, "{at}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_services_learn_whom_an_order_is_for() {
    for engine in BOTH {
        let s = shop(engine).await;
        let placed = s.order(&s.quote(), "tok_good").await.expect(201);
        let support = Actor::support(made::id());
        let read = s.get(&support, &format!("/admin/v1/orders/{}", placed.text("id"))).await.expect(200);
        let party = s.party(&read.text("party")).await.unwrap();
        assert_eq!((party.email.as_str(), party.name.as_str()), ("anna@example.org", "Anna"), "{engine:?}");
        for nobody in ["pty_1", "pty_00000000000000000000000000", ""] {
            let no = s.party(nobody).await.unwrap_err();
            assert_eq!((no.code(), platform::grpc::code_of(&no)), (tonic::Code::NotFound, "order.not_found"));
        }
    }
}
