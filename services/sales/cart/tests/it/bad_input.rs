//! Bad input gets a clear problem with its place, and changes nothing (A4).
use super::{
    store::id,
    world::{delivery, text, world},
};
use kernel::kinds;
use platform::actor::Actor;
use platform_test::BOTH;
use serde_json::{Value, json};

/// A body with one member changed; `null` stays what it is, and `"-"` takes it away.
pub fn with(body: &Value, member: &str, value: Value) -> Value {
    let mut body = body.clone();
    if value == "-" {
        body.as_object_mut().unwrap().remove(member);
    } else {
        body[member] = value;
    }
    body
}

/// What is no quantity anywhere, and how it is said.
fn quantities() -> Vec<(Value, &'static str)> {
    vec![
        (json!(-1), "invalid.value"),
        (json!(1.5), "invalid.value"),
        (json!("1"), "invalid.value"),
        (json!(null), "invalid.value"),
        (json!(true), "invalid.value"),
        (json!([1]), "invalid.value"),
        (json!(1u64 << 63), "invalid.value"),
        (json!(1e30), "invalid.value"),
        (json!(1000), "invalid"),
        (json!(4_294_967_295u32), "invalid"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_needs_a_currency_and_takes_a_country() {
    for engine in BOTH {
        let w = world(engine).await;
        let body = json!({"currency": "EUR"});
        for (member, value, code, at) in [
            ("currency", json!("-"), "invalid.missing_member", ""),
            ("currency", json!("EURO"), "invalid.value", "/currency"),
            ("currency", json!("eur"), "invalid.value", "/currency"),
            ("currency", json!("ABC"), "invalid.value", "/currency"),
            ("currency", json!(""), "invalid.value", "/currency"),
            ("currency", json!(978), "invalid.value", "/currency"),
            ("currency", json!(null), "invalid.value", "/currency"),
            ("country", json!("de"), "invalid", "/country"),
            ("country", json!("DEU"), "invalid", "/country"),
            ("country", json!("D1"), "invalid", "/country"),
            ("country", json!("Ü"), "invalid", "/country"),
            ("country", json!(""), "invalid", "/country"),
            ("country", json!(49), "invalid.value", "/country"),
            ("token", json!("mine"), "invalid.unknown_member", "/token"),
        ] {
            let body = with(&body, member, value.clone()).to_string();
            let got = w.ask(&Actor::anonymous(), "POST /store/v1/carts", &[], &body).await;
            assert_eq!(got.fault(), (400, code, at), "{engine:?} {member} {value}");
        }
        let twice = r#"{"currency": "EUR", "currency": "USD"}"#;
        let got = w.ask(&Actor::anonymous(), "POST /store/v1/carts", &[], twice).await;
        assert_eq!(got.code(), (400, "invalid.duplicate_member"));
        for (body, code) in [("", 415), ("{", 400), ("[]", 400), ("null", 400), ("\"EUR\"", 400)] {
            assert_eq!(w.ask(&Actor::anonymous(), "POST /store/v1/carts", &[], body).await.status, code, "{body}");
        }
        let null =
            w.ask(&Actor::anonymous(), "POST /store/v1/carts", &[], r#"{"currency": "EUR", "country": null}"#).await;
        assert_eq!(null.status, 201);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_are_refused_with_the_place_that_is_wrong() {
    for engine in BOTH {
        let w = world(engine).await;
        let (s, lamp) = (w.shopper().await, w.thing("Lamp"));
        let cart = w.add(&s, &[(&lamp, 1)]).await;
        let (path, good) = (s.path("/lines"), json!({"offer": lamp, "quantity": 1}));
        let second = |line: Value| json!({"lines": [good, line]});
        let mut quantities = quantities();
        quantities.push((json!(0), "invalid"));
        for (quantity, code) in quantities {
            let got = w.post(&s.who, &path, second(with(&good, "quantity", quantity.clone()))).await;
            assert_eq!(got.fault(), (400, code, "/lines/1/quantity"), "{engine:?} {quantity}: {}", got.json);
        }
        for (body, code, at) in [
            (json!({}), "invalid.missing_member", ""),
            (json!({"lines": []}), "invalid", "/lines"),
            (json!({"lines": {}}), "invalid.value", "/lines"),
            (json!({"lines": null}), "invalid.value", "/lines"),
            (json!({"lines": vec![good.clone(); 101]}), "invalid", "/lines"),
            (json!({"lines": vec![good.clone(); 1001]}), "invalid.too_many_items", "/lines"),
            (second(json!([lamp, 1])), "invalid.value", "/lines/1"),
            (second(with(&good, "offer", json!("lamp"))), "invalid.value", "/lines/1/offer"),
            (second(with(&good, "offer", json!(id::<kinds::CartId>()))), "invalid.value", "/lines/1/offer"),
            (second(with(&good, "offer", json!(null))), "invalid.value", "/lines/1/offer"),
            (second(with(&good, "offer", json!("-"))), "invalid.missing_member", "/lines/1"),
            (second(with(&good, "price", json!(1))), "invalid.unknown_member", "/lines/1/price"),
            (with(&second(good.clone()), "coupon", json!("x")), "invalid.unknown_member", "/coupon"),
        ] {
            let got = w.post(&s.who, &path, body.clone()).await;
            assert_eq!(got.fault(), (400, code, at), "{engine:?} {}", got.json);
        }
        let twice = format!(r#"{{"lines": [{{"offer": "{lamp}", "quantity": 1, "quantity": 9}}]}}"#);
        let got = w.ask(&s.who, &format!("POST {path}"), &[("idempotency-key", "k")], &twice).await;
        assert_eq!(got.fault(), (400, "invalid.duplicate_member", "/lines/0"));

        let unknown = second(with(&good, "offer", json!(id::<kinds::OfferId>())));
        assert_eq!(w.post(&s.who, &path, unknown).await.code(), (422, "offer.not_found"));
        w.market.set(&lamp, |thing| thing.sold = false);
        assert_eq!(w.post(&s.who, &path, json!({"lines": [good]})).await.code(), (422, "offer.not_found"), "paused");
        w.market.set(&lamp, |thing| thing.sold = true);
        let more = |quantity: u32| json!({"lines": [{"offer": lamp, "quantity": quantity}]});
        assert_eq!(w.post(&s.who, &path, more(999)).await.code(), (422, "cart.too_many"), "999 and the one in it");
        let others: Vec<_> = (0..100).map(|_| json!({"offer": w.thing("Cup"), "quantity": 1})).collect();
        assert_eq!(w.post(&s.who, &path, json!({"lines": others})).await.code(), (422, "cart.too_many"));
        assert_eq!(w.read(&s).await, cart, "{engine:?}: nothing was put in");
        let full = w.post(&s.who, &path, json!({"lines": others[1..]})).await.expect(200);
        assert_eq!(full["groups"].as_array().unwrap().len(), 100, "{engine:?}: a hundred lines fit");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_is_refused_with_the_place_that_is_wrong() {
    for engine in BOTH {
        let w = world(engine).await;
        let (s, lamp) = (w.shopper().await, w.thing("Lamp"));
        let cart = w.add(&s, &[(&lamp, 1)]).await;
        let line = format!("PATCH {}", s.path(&format!("/lines/{}", text(&cart["groups"][0]["lines"][0]["id"]))));
        for (quantity, code) in quantities() {
            let got = w.edit(&s.who, &line, 2, json!({"quantity": quantity})).await;
            assert_eq!(got.fault(), (400, code, "/quantity"), "{engine:?} {quantity}: {}", got.json);
        }
        assert_eq!(w.edit(&s.who, &line, 2, json!({})).await.code(), (400, "invalid.missing_member"));
        assert_eq!(w.edit(&s.who, &line, 2, json!({"quantity": 1, "offer": lamp})).await.fault().2, "/offer");
        for (nobody, code) in [
            (id::<kinds::LineId>().to_string(), "line.not_found"),
            ("lin_x".to_string(), "not_found"),
            (lamp.clone(), "not_found"),
        ] {
            for (method, body) in [("PATCH", json!({"quantity": 1})), ("DELETE", Value::Null)] {
                let line = format!("{method} {}", s.path(&format!("/lines/{nobody}")));
                assert_eq!(w.edit(&s.who, &line, 2, body).await.code(), (404, code), "{engine:?} {line}");
            }
        }
        let coupon = format!("PUT {}", s.path("/coupon"));
        for (code, said) in [
            (json!("x".repeat(65)), "invalid"),
            (json!("a\u{0}b"), "invalid"),
            (json!("a\nb"), "invalid"),
            (json!(null), "invalid.value"),
            (json!(7), "invalid.value"),
        ] {
            let got = w.edit(&s.who, &coupon, 2, json!({"code": code})).await;
            assert_eq!(got.fault(), (400, said, "/code"), "{engine:?} {code}");
        }
        assert_eq!(w.read(&s).await, cart, "{engine:?}: nothing was written");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_is_refused_with_the_place_that_is_wrong() {
    for engine in BOTH {
        let w = world(engine).await;
        let s = w.shopper().await;
        let line = format!("PUT {}", s.path("/delivery"));
        let put = async |body: Value| w.edit(&s.who, &line, 1, body).await;
        for email in [
            "",
            "a",
            "greta",
            "@example.com",
            "greta@",
            "a@b@c",
            "a b@c.de",
            "a\u{0}@b.de",
            "a\n@b.de",
            &format!("{}@b", "x".repeat(253)),
        ] {
            let got = put(with(&delivery(), "email", json!(email))).await;
            assert_eq!(got.fault(), (400, "invalid", "/email"), "{engine:?} {email:?}");
        }
        let address =
            |member: &str, value: Value| with(&delivery(), "address", with(&delivery()["address"], member, value));
        for (member, value, code) in [
            ("name", json!(""), "invalid"),
            ("name", json!("  "), "invalid"),
            ("name", json!("x".repeat(201)), "invalid"),
            ("name", json!("a\u{0}b"), "invalid"),
            ("name", json!(null), "invalid.value"),
            ("country", json!("de"), "invalid"),
            ("country", json!("DEU"), "invalid"),
            ("country", json!(""), "invalid"),
            ("state", json!("x".repeat(101)), "invalid"),
            ("city", json!(""), "invalid"),
            ("city", json!("x".repeat(101)), "invalid"),
            ("postcode", json!("x".repeat(21)), "invalid"),
            ("postcode", json!(10115), "invalid.value"),
            ("street", json!(""), "invalid"),
            ("street", json!("a\r\nb"), "invalid"),
            ("phone", json!("x".repeat(41)), "invalid"),
            ("planet", json!("Mars"), "invalid.unknown_member"),
        ] {
            let got = put(address(member, value.clone())).await;
            assert_eq!(got.fault(), (400, code, &*format!("/address/{member}")), "{engine:?} {member} {value}");
        }
        let choice = |vendor: Value, method: Value| json!({"vendor": vendor, "method": method});
        let (vendor, method) = (id::<kinds::VendorId>(), id::<kinds::MethodId>());
        let one = choice(json!(vendor), json!(method));
        for (choices, code, at) in [
            (json!([one, choice(json!(vendor), json!(id::<kinds::MethodId>()))]), "invalid", "/choices/1/vendor"),
            (json!([choice(json!("x"), json!(method))]), "invalid.value", "/choices/0/vendor"),
            (json!([choice(json!(vendor), json!("standard"))]), "invalid.value", "/choices/0/method"),
            (json!([with(&one, "price", json!(0))]), "invalid.unknown_member", "/choices/0/price"),
            (
                json!((0..101).map(|_| choice(json!(id::<kinds::VendorId>()), json!(method))).collect::<Vec<_>>()),
                "invalid",
                "/choices",
            ),
            (json!({}), "invalid.value", "/choices"),
            (json!(null), "invalid.value", "/choices"),
        ] {
            let got = put(with(&delivery(), "choices", choices)).await;
            assert_eq!(got.fault(), (400, code, at), "{engine:?}: {}", got.json);
        }
        assert_eq!(put(with(&delivery(), "address", json!("-"))).await.code(), (400, "invalid.missing_member"));
        assert_eq!(w.read(&s).await["version"], 1, "{engine:?}: nothing was written");
        let bare = json!({"email": " greta@example.com ", "address": {"name": "G", "country": "FR", "city": "Lyon", "street": "1"}});
        let kept = put(bare).await.expect(200);
        assert_eq!(
            (&kept["delivery"]["email"], &kept["delivery"]["address"]["phone"]),
            (&json!("greta@example.com"), &json!(""))
        );
    }
}
