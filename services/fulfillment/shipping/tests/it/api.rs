//! Through the door.
use super::world::{id, vendor, world};
use kernel::kinds;
use platform::actor::Actor;
use platform_test::BOTH;
use serde_json::{Value, json};

const ZONES: &str = "/vendor/v1/shipping-zones";
const METHODS: &str = "/vendor/v1/shipping-methods";

fn zone() -> Value {
    json!({"name": "south", "places": [{"country": "DE", "state": null, "postcode": "8"}, {"country": "AT", "state": null, "postcode": null}]})
}
fn method(zone: &str) -> Value {
    json!({"zone": zone, "name": "Standard", "carrier": "Post", "rate": {"kind": "flat", "price": {"amount": 490, "currency": "EUR"}},
           "handling_days": 1, "transit_days": 2, "cut_off": "14:00", "time_zone": "Europe/Berlin"})
}
fn with(mut body: Value, name: &str, value: Value) -> Value {
    body[name] = value;
    body
}
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_keeps_its_zones_and_methods() {
    for engine in BOTH {
        let w = world(engine).await;
        let (owner, other) = (vendor(), vendor());
        let made = w.post(&owner, ZONES, zone()).await;
        assert_eq!(made.status, 201, "{engine:?}: {}", made.json);
        let at = made.head["location"].to_str().unwrap().to_string();
        let read = w.get(&owner, &at).await;
        assert_eq!((read.status, &read.json, &read.head["etag"]), (200, &made.json, &made.head["etag"]));
        assert_eq!(made.json["places"], zone()["places"]);

        let changed = w.put(&owner, &at, "1", with(zone(), "name", json!("all"))).await;
        assert_eq!((changed.status, text(&changed.json["name"])), (200, "all"), "{engine:?}: {}", changed.json);
        assert_eq!(w.put(&owner, &at, "1", zone()).await.status, 412);
        assert_eq!(w.put(&owner, &at, "18446744073709551615", zone()).await.status, 412);

        let zone_id = text(&made.json["id"]);
        let added = w.post(&owner, METHODS, method(zone_id)).await;
        assert_eq!(added.status, 201, "{engine:?}: {}", added.json);
        for (name, value) in method(zone_id).as_object().unwrap() {
            assert_eq!(&added.json[name], value);
        }
        let method_at = added.head["location"].to_str().unwrap().to_string();
        let dearer = with(
            method(zone_id),
            "rate",
            json!({"kind": "free_from", "price": {"amount": 590, "currency": "EUR"}, "from": {"amount": 5000, "currency": "EUR"}}),
        );
        let put = w.put(&owner, &method_at, "1", dearer.clone()).await;
        assert_eq!((put.status, &put.json["rate"]), (200, &dearer["rate"]), "{engine:?}: {}", put.json);
        assert_eq!(w.get(&owner, &method_at).await.json, put.json);

        assert_eq!(w.get(&owner, ZONES).await.json["items"].as_array().unwrap().len(), 1);
        assert_eq!(w.get(&owner, METHODS).await.json["items"][0], put.json);
        for (path, body) in [(&at, zone()), (&method_at, dearer)] {
            assert_eq!(w.get(&other, path).await.status, 404, "T1");
            assert_eq!(w.put(&other, path, "2", body).await.status, 404, "T1");
            assert_eq!(w.delete(&other, path, "2").await.status, 404, "T1");
        }
        let used = w.delete(&owner, &at, "2").await;
        assert_eq!((used.status, text(&used.json["code"])), (422, "shipping.zone_in_use"), "{engine:?}");
        assert_eq!(w.delete(&owner, &method_at, "1").await.status, 412);
        assert_eq!(w.delete(&owner, &method_at, "2").await.status, 204);
        assert_eq!(w.delete(&owner, &at, "2").await.status, 204, "{engine:?}");
        assert_eq!((w.get(&owner, &at).await.status, w.delete(&owner, &at, "2").await.status), (404, 404));
    }
}

/// A1
#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_hears_the_same() {
    for engine in BOTH {
        let w = world(engine).await;
        let owner = vendor();
        let first = w.post_as(&owner, ZONES, "k1", zone()).await;
        let again = w.post_as(&owner, ZONES, "k1", zone()).await;
        assert_eq!((again.status, &again.json), (201, &first.json), "{engine:?}");
        let other = w.post_as(&owner, ZONES, "k1", with(zone(), "name", json!("x"))).await;
        assert_eq!((other.status, text(&other.json["code"])), (422, "key_reused"));
        let refused = w.post_as(&owner, METHODS, "k2", method(text(&json!(new_zone())))).await;
        assert_eq!((refused.status, text(&refused.json["code"])), (422, "shipping.no_zone"));
        assert_eq!(w.get(&owner, ZONES).await.json["items"].as_array().unwrap().len(), 1);
    }
}

fn new_zone() -> String {
    id::<kinds::ZoneId>().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_zones_and_methods_are_refused_with_a_code() {
    for engine in BOTH {
        let w = world(engine).await;
        let owner = vendor();
        let good = w.post(&owner, ZONES, zone()).await;
        let zone_id = text(&good.json["id"]);
        let euro = |amount: i64| json!({"amount": amount, "currency": "EUR"});
        let zones = [
            with(zone(), "name", json!(" ")),
            with(zone(), "name", json!("x".repeat(101))),
            with(zone(), "places", json!([])),
            with(zone(), "places", json!([{"country": "de"}])),
            with(zone(), "places", json!([{"country": "DEU"}])),
            with(zone(), "places", json!([{"country": "DE", "postcode": " "}])),
            with(zone(), "places", json!([{"country": "DE", "city": "Berlin"}])),
            with(zone(), "colour", json!("red")),
        ];
        for body in zones {
            let got = w.post(&owner, ZONES, body.clone()).await;
            assert_eq!(got.status, 400, "{engine:?}: {body}: {}", got.json);
        }
        let change = |name: &str, value: Value| with(method(zone_id), name, value);
        let step = |grams: i64, amount: i64| json!({"up_to_grams": grams, "price": euro(amount)});
        let methods = [
            change("name", json!("")),
            change("handling_days", json!(91)),
            change("transit_days", json!(-1)),
            change("cut_off", json!("24:01")),
            change("cut_off", json!("9:00")),
            change("cut_off", json!("+9:00")),
            change("rate", json!({"kind": "flat", "price": euro(-1)})),
            change("rate", json!({"kind": "flat", "price": euro(100_000_000_001)})),
            change("rate", json!({"kind": "flat", "price": euro(1), "from": euro(2)})),
            change("rate", json!({"kind": "free_from", "price": euro(1), "from": {"amount": 1, "currency": "USD"}})),
            change("rate", json!({"kind": "weight", "steps": []})),
            change("rate", json!({"kind": "weight", "steps": [step(500, 1), step(500, 2)]})),
            change("rate", json!({"kind": "carrier_pigeon"})),
            change("zone", json!("zon_1")),
        ];
        for body in methods {
            let got = w.post(&owner, METHODS, body.clone()).await;
            assert_eq!(got.status, 400, "{engine:?}: {body}: {}", got.json);
        }
        let nowhere = w.post(&owner, METHODS, change("time_zone", json!("Mars/Olympus"))).await;
        assert_eq!((nowhere.status, text(&nowhere.json["code"])), (422, "shipping.no_time_zone"));
        let foreign = w.post(&vendor(), METHODS, method(zone_id)).await;
        assert_eq!((foreign.status, text(&foreign.json["code"])), (422, "shipping.no_zone"), "T1");
        let weighed = change("rate", json!({"kind": "weight", "steps": [step(500, 0), step(5000, 2)]}));
        assert_eq!(w.post(&owner, METHODS, weighed).await.status, 201);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_vendors_come_in() {
    for engine in BOTH {
        let w = world(engine).await;
        let staff = Actor::vendor_staff(id(), id());
        assert_eq!(w.get(&staff, ZONES).await.status, 200, "{engine:?}");
        assert_eq!(w.post(&staff, ZONES, zone()).await.status, 403);
        for path in [ZONES, METHODS, "/vendor/v1/parcels"] {
            assert_eq!(w.get(&Actor::customer(id()), path).await.status, 403);
            assert_eq!(w.get(&Actor::anonymous(), path).await.status, 401);
        }
    }
}
