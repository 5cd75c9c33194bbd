//! Through the shop's door: a cart is made, filled, shown with what is wrong, and is nobody else's.
use super::{
    market::METHOD,
    store::id,
    world::{POLICY, World, delivery, guest, text, world},
};
use kernel::kinds;
use platform::{
    actor::{Actor, Policy},
    http::Access,
};
use platform_test::{BOTH, Engine};
use serde_json::{Value, json};

fn eur(amount: i64) -> Value {
    json!({"amount": amount, "currency": "EUR"})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_gets_a_cart_and_its_token_once() {
    for engine in BOTH {
        let w = world(engine).await;
        let body = json!({"currency": "EUR", "country": "DE"}).to_string();
        let made = w.ask(&Actor::anonymous(), "POST /store/v1/carts", &[("idempotency-key", "k")], &body).await;
        let (cart, token) = (made.location.clone().unwrap(), text(&made.json["token"]));
        let expected = json!({"id": made.json["id"], "token": token, "state": "open", "order": null, "currency": "EUR",
            "country": "DE", "groups": [], "total": eur(0), "discount": eur(0), "coupon": null, "delivery": null,
            "why": [], "version": 1});
        assert_eq!((made.status, made.etag.as_deref(), &made.json), (201, Some("\"1\""), &expected), "{engine:?}");
        assert_eq!(cart, format!("/store/v1/carts/{}", text(&made.json["id"])));
        assert!(token.len() >= 43, "256 bits");
        let other = w.ask(&Actor::anonymous(), "POST /store/v1/carts", &[("idempotency-key", "k")], &body).await;
        assert_ne!(other.json["token"], made.json["token"], "{engine:?}: a key is ignored here (api 6)");
        let seen = w.get(&guest(&token), &cart).await.expect(200);
        assert_eq!(seen.get("token"), None, "{engine:?}: never again");
        assert_eq!(w.get(&Actor::anonymous(), &cart).await.code(), (401, "unauthenticated"));

        let anna = Actor::customer(id());
        let hers = w.ask(&anna, "POST /store/v1/carts", &[], &json!({"currency": "JPY"}).to_string()).await;
        assert_eq!((hers.json.get("token"), &hers.json["country"]), (None, &Value::Null));
        assert_eq!(w.get(&anna, &hers.location.unwrap()).await.expect(200)["total"]["currency"], "JPY");
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_stand_by_vendor_with_what_they_cost() {
    for engine in BOTH {
        let w = world(engine).await;
        let (s, vendor) = (w.shopper().await, id::<kinds::VendorId>().to_string());
        let (lamp, rug, bulb) = (w.thing_of(&vendor, "Lamp"), w.thing("Rug"), w.thing_of(&vendor, "Bulb"));
        let body = json!({"lines": [{"offer": lamp, "quantity": 1}, {"offer": rug, "quantity": 2},
            {"offer": bulb, "quantity": 1}, {"offer": lamp, "quantity": 1}]});
        let got = w.post(&s.who, &s.path("/lines"), body).await;
        assert_eq!((got.status, got.etag.as_deref()), (200, Some("\"2\"")), "{}", got.json);
        let cart = got.json;
        assert_eq!(w.read(&s).await, cart, "{engine:?}: as GET would show it (api 5)");
        let groups = cart["groups"].as_array().unwrap();
        assert_eq!((groups.len(), &cart["total"], &cart["why"]), (2, &eur(2500), &json!(["as of now"])));
        assert_eq!((&groups[0]["vendor"], &groups[0]["vendor_name"]), (&json!(vendor), &json!("Shop 1")));
        assert_eq!((&groups[0]["items"], &groups[1]["items"]), (&eur(1500), &eur(1000)), "{engine:?}");
        let line = json!({"id": groups[0]["lines"][0]["id"], "offer": lamp, "title": "Lamp", "variant_title": "blue",
            "sku": "Lamp-1", "slug": "lamp", "quantity": 2, "unit_price": eur(500), "price": eur(1000), "problems": [],
            "why": ["500 each"]});
        assert_eq!(groups[0]["lines"][0], line, "{engine:?}: an offer stands in one line");
        assert_eq!(groups[0]["lines"][1]["offer"], json!(bulb));

        let path = s.path(&format!("/lines/{}", text(&line["id"])));
        let patched = w.edit(&s.who, &format!("PATCH {path}"), 2, json!({"quantity": 5})).await.expect(200);
        let changed = &patched["groups"][0]["lines"][0];
        assert_eq!(
            (&changed["quantity"], &changed["problems"]),
            (&json!(5), &json!([{"code": "only_left", "left": 2}]))
        );
        let none = w.edit(&s.who, &format!("PATCH {path}"), 3, json!({"quantity": 0})).await.expect(200);
        assert_eq!(none["groups"][0]["lines"].as_array().unwrap().len(), 1, "{engine:?}: none of it is no line");
        let gone = w.edit(&s.who, &format!("DELETE {path}"), 4, Value::Null).await;
        assert_eq!(gone.code(), (404, "line.not_found"));
        let bulb = s.path(&format!("/lines/{}", text(&groups[0]["lines"][1]["id"])));
        let rest = w.edit(&s.who, &format!("DELETE {bulb}"), 4, Value::Null).await;
        assert_eq!((rest.status, rest.etag.as_deref()), (200, Some("\"5\"")), "{}", rest.json);
        assert_eq!(rest.json["groups"].as_array().unwrap().len(), 1, "{engine:?}");
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_says_what_is_wrong_with_each_line_now() {
    for engine in BOTH {
        let w = world(engine).await;
        let s = w.shopper().await;
        let things: Vec<String> = ["Lamp", "Rug", "Cup", "Bowl", "Pot"].map(|title| w.thing(title)).to_vec();
        let lines: Vec<_> = things.iter().map(|thing| (thing.as_str(), 2)).collect();
        w.add(&s, &lines).await;
        w.market.set(&things[0], |thing| thing.price = Some(450));
        w.market.set(&things[1], |thing| thing.left = 1);
        w.market.set(&things[2], |thing| thing.left = 0);
        w.market.set(&things[3], |thing| thing.sold = false);
        w.market.set(&things[4], |thing| (thing.price, thing.left) = (None, 0));
        let cart = w.read(&s).await;
        let problems = |at: usize| cart["groups"][at]["lines"][0]["problems"].clone();
        assert_eq!(problems(0), json!([{"code": "price_changed", "was": eur(500)}]), "{engine:?}");
        assert_eq!(problems(1), json!([{"code": "only_left", "left": 1}]));
        assert_eq!(problems(2), json!([{"code": "sold_out"}]));
        assert_eq!(problems(3), json!([{"code": "not_sold"}]));
        assert_eq!(problems(4), json!([{"code": "no_price"}, {"code": "sold_out"}]));
        assert_eq!(cart["groups"][4]["lines"][0]["unit_price"], Value::Null);
        assert_eq!(cart["version"], 2, "{engine:?}: looking changes nothing");
        w.market.forget(&things[3]);
        let cart = w.read(&s).await;
        let unknown = &cart["groups"][3]["lines"][0];
        assert_eq!(
            (&unknown["problems"], &unknown["title"]),
            (&json!([{"code": "not_sold"}]), &json!("")),
            "{engine:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_and_a_coupon_are_kept() {
    for engine in BOTH {
        let w = world(engine).await;
        let (s, lamp) = (w.shopper().await, w.thing("Lamp"));
        let options = s.path("/delivery-options");
        assert_eq!(w.get(&s.who, &options).await.code(), (422, "cart.empty"));
        let vendor = w.add(&s, &[(&lamp, 2)]).await["groups"][0]["vendor"].clone();
        let offered = w.get(&s.who, &options).await.expect(200);
        let option = json!({"method": METHOD, "name": "By post", "carrier": "post", "price": eur(490),
            "promised": "2023-11-18T09:33:20.000000Z", "why": ["4.90 up to 2 kg"]});
        assert_eq!(offered, json!({"items": [{"vendor": vendor, "options": [option]}]}), "{engine:?}");
        let goods = &w.market.rated().vendors[0].lines[0];
        assert_eq!((goods.quantity, goods.weight_grams, goods.price), (2, 700, 1000), "the line as it stands");

        let kept = w.delivered(&s).await;
        let mut expected = delivery();
        expected["choices"] = json!([{"vendor": vendor, "method": METHOD}]);
        assert_eq!((&kept["delivery"], &kept["country"]), (&expected, &json!("DE")), "{engine:?}");
        let line = format!("PUT {}", s.path("/delivery"));
        let mut abroad = delivery();
        (abroad["address"]["country"], abroad["address"]["state"]) = (json!("US"), json!("CA"));
        let moved = w.edit(&s.who, &line, 3, abroad).await.expect(200);
        assert_eq!((&moved["country"], &moved["delivery"]["choices"]), (&json!("US"), &json!([])), "all of it anew");
        let nobody = w.get(&s.who, &options).await.expect(200);
        assert_eq!(nobody["items"], json!([{"vendor": vendor, "options": []}]), "{engine:?}");
        assert_eq!(w.market.rated().to.unwrap().state, "CA");

        let coupon = format!("PUT {}", s.path("/coupon"));
        let ten = w.edit(&s.who, &coupon, 4, json!({"code": " TEN "})).await.expect(200);
        assert_eq!((&ten["coupon"], &ten["discount"]), (&json!({"code": "TEN", "problem": null}), &eur(10)));
        let odd = w.edit(&s.who, &coupon, 5, json!({"code": "ODD"})).await.expect(200);
        assert_eq!(odd["coupon"], json!({"code": "ODD", "problem": "coupon_unknown"}), "{engine:?}");
        assert_eq!(w.edit(&s.who, &coupon, 6, json!({"code": ""})).await.expect(200)["coupon"], Value::Null);

        let elsewhere = w.ask(&s.who, "POST /store/v1/carts", &[], &json!({"currency": "EUR"}).to_string()).await;
        let (who, path) = (guest(&text(&elsewhere.json["token"])), elsewhere.location.unwrap());
        w.post(&who, &format!("{path}/lines"), json!({"lines": [{"offer": lamp, "quantity": 1}]})).await.expect(200);
        let nowhere = w.get(&who, &format!("{path}/delivery-options")).await;
        assert_eq!(nowhere.code(), (422, "cart.no_delivery"), "{engine:?}");
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_names_the_version_it_read() {
    for engine in BOTH {
        let w = world(engine).await;
        let (s, lamp) = (w.shopper().await, w.thing("Lamp"));
        let cart = w.add(&s, &[(&lamp, 1)]).await;
        let line = s.path(&format!("/lines/{}", text(&cart["groups"][0]["lines"][0]["id"])));
        let edits = [
            (format!("PATCH {line}"), json!({"quantity": 2})),
            (format!("DELETE {line}"), Value::Null),
            (format!("PUT {}", s.path("/delivery")), delivery()),
            (format!("PUT {}", s.path("/coupon")), json!({"code": "TEN"})),
        ];
        for (edit, body) in &edits {
            let text = if body.is_null() { String::new() } else { body.to_string() };
            assert_eq!(w.ask(&s.who, edit, &[], &text).await.code(), (428, "invalid.if_match"), "{engine:?} {edit}");
            for wrong in ["2", "*", "W/\"2\"", "\"two\""] {
                let got = w.ask(&s.who, edit, &[("if-match", wrong)], &text).await;
                assert_eq!(got.code(), (400, "invalid.if_match"), "{engine:?} {edit} {wrong}");
            }
            for stale in [1, 3, u64::MAX] {
                assert_eq!(w.edit(&s.who, edit, stale, body.clone()).await.code(), (412, "stale"), "{engine:?} {edit}");
            }
        }
        assert_eq!(w.read(&s).await, cart, "{engine:?}: nothing was written");
        // Two tabs may both add: a POST has its key instead (api 5).
        let rug = w.thing("Rug");
        let (one, other) = (w.thing("Cup"), w.thing("Pot"));
        let (mine, yours) = ([(one.as_str(), 1), (rug.as_str(), 1)], [(other.as_str(), 1), (rug.as_str(), 1)]);
        let (a, b) = tokio::join!(w.add(&s, &mine), w.add(&s, &yours));
        assert!(a["version"] != b["version"]);
        let both = w.read(&s).await;
        assert_eq!((&both["version"], both["groups"].as_array().unwrap().len()), (&json!(4), 4), "{engine:?}");
    }
}

/// A1, A2: a repeated request has one effect and one answer, byte for byte.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_put_in_twice_with_one_key_is_in_once() {
    for engine in BOTH {
        let w = world(engine).await;
        let (s, lamp) = (w.shopper().await, w.thing("Lamp"));
        let (path, body) = (s.path("/lines"), json!({"lines": [{"offer": lamp, "quantity": 1}]}));
        let first = w.post_as(&s.who, "k", &path, body.clone()).await;
        w.market.set(&lamp, |thing| thing.price = Some(900));
        let again = w.post_as(&s.who, "k", &path, body.clone()).await;
        assert_eq!((first.status, again.replayed, &again.bytes), (200, true, &first.bytes), "{engine:?}");
        assert_eq!(again.etag, first.etag);
        let more = json!({"lines": [{"offer": lamp, "quantity": 2}]});
        assert_eq!(w.post_as(&s.who, "k", &path, more).await.code(), (422, "key_reused"));
        let cart = w.read(&s).await;
        assert_eq!(
            (&cart["version"], &cart["groups"][0]["lines"][0]["quantity"]),
            (&json!(2), &json!(1)),
            "{engine:?}"
        );
        for head in [
            &[][..],
            &[("idempotency-key", "")],
            &[("idempotency-key", "ü")],
            &[("idempotency-key", &*"k".repeat(256))],
        ] {
            let got = w.ask(&s.who, &format!("POST {path}"), head, &body.to_string()).await;
            assert_eq!(got.code(), (400, "invalid.idempotency_key"), "{engine:?} {head:?}");
        }
        // An edit may have one too, and then a repeat is no stale version.
        let head = [("if-match", "\"2\""), ("idempotency-key", "c")];
        let line = format!("PUT {}", s.path("/coupon"));
        let first = w.ask(&s.who, &line, &head, r#"{"code": "TEN"}"#).await;
        let again = w.ask(&s.who, &line, &head, r#"{"code": "TEN"}"#).await;
        assert_eq!((first.status, again.replayed, &again.bytes), (200, true, &first.bytes), "{engine:?}");
        // A key is its owner's.
        let other = w.shopper().await;
        let theirs = w.post_as(&other.who, "k", &other.path("/lines"), body.clone()).await;
        assert_eq!((theirs.status, theirs.replayed), (200, false), "{engine:?}");
        let refused =
            w.post_as(&s.who, "x", &path, json!({"lines": [{"offer": id::<kinds::OfferId>(), "quantity": 1}]})).await;
        assert_eq!(refused.code(), (422, "offer.not_found"));
    }
}

/// T1: another's cart is answered exactly like one that does not exist, and stays as it is.
#[tokio::test(flavor = "multi_thread")]
async fn anothers_cart_is_like_none() {
    for engine in BOTH {
        let w = world(engine).await;
        let (s, lamp) = (w.shopper().await, w.thing("Lamp"));
        w.add(&s, &[(&lamp, 1)]).await;
        let before = w.delivered(&s).await;
        let line = text(&before["groups"][0]["lines"][0]["id"]);
        let nobodys = format!("/store/v1/carts/{}", id::<kinds::CartId>());
        for who in [w.shopper().await.who, guest("token"), Actor::customer(id())] {
            for cart in [s.cart.as_str(), &nobodys, "/store/v1/carts/crt_x", &nobodys.replace("crt_", "ord_")] {
                for (what, body) in calls(&lamp, &line) {
                    let (method, rest) = what.split_once(' ').unwrap();
                    let head = [("if-match", "\"3\""), ("idempotency-key", "k")];
                    let body = if body.is_null() { String::new() } else { body.to_string() };
                    let got = w.ask(&who, &format!("{method} {cart}{rest}"), &head, &body).await;
                    assert_eq!(got.code(), (404, "not_found"), "{engine:?} {what} {cart}: {}", got.json);
                    assert_eq!(got.json["detail"], "there is no such thing here", "{what} {cart}");
                }
            }
        }
        assert_eq!(w.read(&s).await, before, "{engine:?}: nothing changed");
        assert!(w.market.quoted().is_empty(), "{engine:?}: nothing was quoted");
        let anna = Actor::customer(id());
        let hers = w.ask(&anna, "POST /store/v1/carts", &[], r#"{"currency": "EUR"}"#).await.location.unwrap();
        assert_eq!(w.get(&Actor::customer(id()), &hers).await.code(), (404, "not_found"), "{engine:?}: another user's");
        assert_eq!(w.get(&s.who, &hers).await.code(), (404, "not_found"));
        w.clean().await;
    }
}

/// Every call of a cart.
fn calls(offer: &str, line: &str) -> Vec<(String, Value)> {
    vec![
        ("GET ".into(), Value::Null),
        ("GET /delivery-options".into(), Value::Null),
        ("POST /lines".into(), json!({"lines": [{"offer": offer, "quantity": 1}]})),
        (format!("PATCH /lines/{line}"), json!({"quantity": 2})),
        (format!("DELETE /lines/{line}"), Value::Null),
        ("PUT /delivery".into(), delivery()),
        ("PUT /coupon".into(), json!({"code": "TEN"})),
        ("POST /quote".into(), json!({})),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn each_door_opens_to_its_roles_only() {
    let w = world(Engine::Sqlite).await;
    let people = [
        Actor::anonymous(),
        Actor::guest([7; 32]),
        Actor::customer(id()),
        Actor::vendor_admin(id(), id()),
        Actor::support(id()),
        Actor::platform_admin(id()),
        Actor::service("order"),
    ];
    for route in &cart::routes().0 {
        let spec = &route.spec;
        let path = spec.path.replace("{cart}", &id::<kinds::CartId>().to_string());
        let path = path.replace("{line}", &id::<kinds::LineId>().to_string());
        for who in &people {
            let head = [("idempotency-key", "k"), ("if-match", "\"1\"")];
            let got = w.ask(who, &format!("{} {path}", spec.method), &head, "{}").await;
            let expected = match spec.access {
                Some(Access::Action(action)) if !POLICY.allows(who, action) => (403, "forbidden"),
                // Without a token nobody has a cart.
                Some(Access::Action(_)) if *who == Actor::anonymous() && spec.body.is_none() => {
                    (401, "unauthenticated")
                }
                _ => {
                    assert_ne!(got.status, 403, "{} {path} {who:?}", spec.method);
                    continue;
                }
            };
            assert_eq!(got.code(), expected, "{} {path} {who:?}", spec.method);
        }
    }
    nobody_at_all(&w).await;
}

async fn nobody_at_all(w: &World) {
    let (s, lamp) = (w.shopper().await, w.thing("Lamp"));
    let cart = w.add(&s, &[(&lamp, 1)]).await;
    for (what, body) in calls(&lamp, &text(&cart["groups"][0]["lines"][0]["id"])) {
        let (method, rest) = what.split_once(' ').unwrap();
        let head = [("if-match", "\"2\""), ("idempotency-key", "k")];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let got = w.ask(&Actor::anonymous(), &format!("{method} {}{rest}", s.cart), &head, &body).await;
        assert_eq!(got.code(), (401, "unauthenticated"), "{what}: {}", got.json);
    }
    assert_eq!(w.read(&s).await, cart);
}
