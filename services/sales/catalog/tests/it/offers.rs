//! The vendor's door, and the operator's word on offers.
use super::{
    api::with,
    world::{id, text, vendor, world},
};
use platform::actor::Actor;
use platform_test::BOTH;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_is_sold_once_the_operator_says_so() {
    for engine in BOTH {
        let w = world(engine).await;
        let (lamp, anna) = (w.product("lamp").await, vendor());
        let variant = &lamp["variants"][0]["id"];
        let body = json!({"variant": variant, "sku": " L-1 ", "condition": "used", "handling_days": 2});
        let made = w.post(&anna, "/vendor/v1/offers", body).await;
        let offer = text(&made.json["id"]);
        let path = format!("/vendor/v1/offers/{offer}");
        assert_eq!((made.status, made.etag.as_deref(), made.location.as_deref()), (201, Some("\"1\""), Some(&*path)));
        let draft = json!({"id": offer, "vendor": anna.vendor, "product": lamp["id"], "variant": variant, "sku": "L-1",
            "condition": "used", "handling_days": 2, "state": "draft", "reason": "", "version": 1});
        assert_eq!(made.json, draft, "{engine:?}");
        assert_eq!(w.get(&anna, &path).await.json, draft);
        assert_eq!(w.get(&w.operator, "/admin/v1/submitted-offers").await.json["items"], json!([]));

        let submitted = w.vendor_moves(&anna, &offer, "submit").await.expect(200);
        assert_eq!((&submitted["state"], &submitted["version"]), (&json!("submitted"), &json!(2)));
        let waiting = w.get(&w.operator, "/admin/v1/submitted-offers").await.expect(200);
        assert_eq!(waiting, json!({"items": [submitted], "next": null}), "{engine:?}");
        let rejected = w.operator_moves(&offer, "reject", json!({"reason": " blurry "})).await.expect(200);
        assert_eq!((&rejected["state"], &rejected["reason"]), (&json!("rejected"), &json!("blurry")));
        assert_eq!(w.get(&anna, &path).await.json, rejected, "the vendor reads why");

        for (who, step, state) in [
            ("vendor", "submit", "submitted"),
            ("operator", "approve", "active"),
            ("vendor", "pause", "paused"),
            ("vendor", "resume", "active"),
            ("vendor", "retire", "retired"),
        ] {
            let moved = match who {
                "vendor" => w.vendor_moves(&anna, &offer, step).await,
                _ => w.operator_moves(&offer, step, json!({})).await,
            };
            let etag = format!("\"{}\"", moved.json["version"]);
            assert_eq!((moved.status, moved.etag.as_deref()), (200, Some(&*etag)), "{}", moved.json);
            assert_eq!((&moved.json["state"], &moved.json["reason"]), (&json!(state), &json!("")), "{engine:?} {step}");
        }
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_is_none_of_its_state_is_refused() {
    for engine in BOTH {
        let w = world(engine).await;
        let (lamp, anna) = (w.product("lamp").await, vendor());
        let offer = text(&w.offer(&anna, &lamp).await["id"]);
        let refused = async |steps: &[&str]| {
            for step in steps {
                let got = match *step {
                    "approve" => w.operator_moves(&offer, step, json!({})).await,
                    "reject" => w.operator_moves(&offer, step, json!({"reason": "r"})).await,
                    step => w.vendor_moves(&anna, &offer, step).await,
                };
                assert_eq!(got.code(), (422, "offer.illegal_move"), "{engine:?} {step}");
            }
        };
        refused(&["approve", "reject", "pause", "resume"]).await;
        w.vendor_moves(&anna, &offer, "submit").await.expect(200);
        refused(&["submit", "pause", "resume"]).await;
        w.operator_moves(&offer, "approve", json!({})).await.expect(200);
        refused(&["submit", "approve", "reject", "resume"]).await;
        w.vendor_moves(&anna, &offer, "pause").await.expect(200);
        refused(&["submit", "approve", "reject", "pause"]).await;
        w.vendor_moves(&anna, &offer, "retire").await.expect(200);
        refused(&["submit", "approve", "reject", "pause", "resume", "retire"]).await;
        assert_eq!(w.get(&anna, &format!("/vendor/v1/offers/{offer}")).await.json["version"], 5, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_is_refused_with_the_place_that_is_wrong() {
    for engine in BOTH {
        let w = world(engine).await;
        let (lamp, anna) = (w.product("lamp").await, vendor());
        let body = json!({"variant": lamp["variants"][0]["id"], "sku": "L"});
        for (member, value, code, at) in [
            ("variant", json!("-"), "invalid.missing_member", ""),
            ("variant", json!("lamp"), "invalid.value", "/variant"),
            ("variant", lamp["id"].clone(), "invalid.value", "/variant"),
            ("variant", json!(null), "invalid.value", "/variant"),
            ("sku", json!(""), "invalid", "/sku"),
            ("sku", json!("  "), "invalid", "/sku"),
            ("sku", json!("x".repeat(101)), "invalid", "/sku"),
            ("sku", json!("a\u{0}"), "invalid", "/sku"),
            ("sku", json!(1), "invalid.value", "/sku"),
            ("condition", json!("broken"), "invalid.value", "/condition"),
            ("condition", json!(null), "invalid.value", "/condition"),
            ("handling_days", json!(-1), "invalid.value", "/handling_days"),
            ("handling_days", json!(366), "invalid", "/handling_days"),
            ("handling_days", json!(1.5), "invalid.value", "/handling_days"),
            ("handling_days", json!("1"), "invalid.value", "/handling_days"),
            ("handling_days", json!(1u64 << 63), "invalid.value", "/handling_days"),
            ("price", json!(1), "invalid.unknown_member", "/price"),
            ("vendor", json!(id::<kernel::kinds::VendorId>()), "invalid.unknown_member", "/vendor"),
        ] {
            let got = w.post(&anna, "/vendor/v1/offers", with(&body, member, value.clone())).await;
            assert_eq!(got.fault(), (400, code, at), "{engine:?} {member} {value}: {}", got.json);
        }
        let unknown =
            w.post(&anna, "/vendor/v1/offers", with(&body, "variant", json!(id::<kernel::kinds::VariantId>()))).await;
        assert_eq!(unknown.code(), (404, "variant.not_found"));
        assert_eq!(w.get(&anna, "/vendor/v1/offers").await.json["items"], json!([]), "{engine:?}");

        w.post(&anna, "/vendor/v1/offers", body.clone()).await.expect(201);
        assert_eq!(w.post(&anna, "/vendor/v1/offers", body.clone()).await.code(), (409, "offer.sku_taken"));
        w.post(&vendor(), "/vendor/v1/offers", body.clone()).await.expect(201);
        let retire = format!("/admin/v1/products/{}/retire", text(&lamp["id"]));
        w.post(&w.operator, &retire, json!({})).await.expect(200);
        let late = w.post(&anna, "/vendor/v1/offers", with(&body, "sku", json!("M"))).await;
        assert_eq!(late.code(), (404, "variant.not_found"), "{engine:?}: of what is retired nothing is offered");

        let offer = text(&w.get(&anna, "/vendor/v1/offers").await.json["items"][0]["id"]);
        w.vendor_moves(&anna, &offer, "submit").await.expect(200);
        for reason in
            [json!("-"), json!(""), json!(" "), json!("x".repeat(1001)), json!("a\u{0}"), json!(1), json!(null)]
        {
            let got = w.operator_moves(&offer, "reject", with(&json!({"reason": "r"}), "reason", reason.clone())).await;
            assert_eq!(got.status, 400, "{engine:?} {reason}: {}", got.json);
        }
        let more = w.vendor_moves(&anna, &offer, "retire").await.expect(200);
        assert_eq!(more["version"], 3, "{engine:?}: no bad word moved it");
        let body = w.post(&anna, &format!("/vendor/v1/offers/{offer}/retire"), json!({"why": "x"})).await;
        assert_eq!(body.fault(), (400, "invalid.unknown_member", "/why"));
    }
}

/// T1: what is another vendor's is answered exactly like what does not exist.
#[tokio::test(flavor = "multi_thread")]
async fn anothers_offer_is_like_none() {
    for engine in BOTH {
        let w = world(engine).await;
        let (lamp, anna, ben) = (w.product("lamp").await, vendor(), vendor());
        let before = w.offer(&anna, &lamp).await;
        let nobody = id::<kernel::kinds::OfferId>().to_string();
        let theirs = text(&before["id"]);
        let bodiless = |got: super::world::Got| {
            let mut json = got.json;
            json["trace_id"] = Value::Null;
            (got.status, json)
        };
        for step in ["submit", "pause", "resume", "retire"] {
            let got = bodiless(w.vendor_moves(&ben, &theirs, step).await);
            assert_eq!(got, bodiless(w.vendor_moves(&ben, &nobody, step).await), "{engine:?} {step}");
            assert_eq!((got.0, &got.1["code"]), (404, &json!("not_found")));
            assert_eq!(w.vendor_moves(&ben, "off_x", step).await.code(), (404, "not_found"));
        }
        let read = |offer: &str| format!("/vendor/v1/offers/{offer}");
        assert_eq!(bodiless(w.get(&ben, &read(&theirs)).await), bodiless(w.get(&ben, &read(&nobody)).await));
        assert_eq!(w.get(&ben, "/vendor/v1/offers").await.json["items"], json!([]), "{engine:?}");
        assert_eq!(w.get(&anna, &read(&theirs)).await.json, before, "{engine:?}: nothing moved");
        let staff = Actor::vendor_staff(id(), anna.vendor.unwrap());
        assert_eq!(w.vendor_moves(&staff, &theirs, "submit").await.expect(200)["state"], "submitted");
        assert_eq!(w.operator_moves(&nobody, "approve", json!({})).await.code(), (404, "not_found"));
    }
}

/// A1, A2: a repeated move is answered as the first was, although the offer has moved on.
#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_move_hears_the_first_answer() {
    for engine in BOTH {
        let w = world(engine).await;
        let (lamp, anna) = (w.product("lamp").await, vendor());
        let body = json!({"variant": lamp["variants"][0]["id"], "sku": "L"});
        let made = w.post_as(&anna, "k", "/vendor/v1/offers", body.clone()).await;
        let again = w.post_as(&anna, "k", "/vendor/v1/offers", body.clone()).await;
        assert_eq!((again.replayed, &again.bytes), (true, &made.bytes), "{engine:?}");
        let other = w.post_as(&anna, "k", "/vendor/v1/offers", with(&body, "sku", json!("M"))).await;
        assert_eq!(other.code(), (422, "key_reused"));
        let submit = format!("/vendor/v1/offers/{}/submit", text(&made.json["id"]));
        let first = w.post_as(&anna, "s", &submit, json!({})).await;
        w.vendor_moves(&anna, &text(&made.json["id"]), "retire").await.expect(200);
        let late = w.post_as(&anna, "s", &submit, json!({})).await;
        assert_eq!((late.replayed, &late.bytes, late.etag), (true, &first.bytes, first.etag), "{engine:?}");
        let refused = w.post_as(&anna, "t", &submit, json!({})).await;
        assert_eq!(refused.code(), (422, "offer.illegal_move"));
        let still = w.post_as(&anna, "t", &submit, json!({})).await;
        assert_eq!((still.replayed, still.bytes), (true, refused.bytes));
        let keyless = w.ask(&anna, &format!("POST {submit}"), &[], "{}").await;
        assert_eq!(keyless.code(), (400, "invalid.idempotency_key"));
        assert_eq!(w.get(&anna, "/vendor/v1/offers").await.json["items"].as_array().unwrap().len(), 1);
    }
}
