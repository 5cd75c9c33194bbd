//! Who may pass, what is heard of a no, and what stays inside (api 2, 7, 8; architecture 8).
use crate::{
    lamps::lost,
    world::{Got, World, anna, both, seal, vendor},
};
use kernel::OfferId;
use platform::{actor::Actor, context::Seal};
use std::time::Duration;

both! {
    nobody_passes_without_an_assertion_made_out_to_this_service
    an_action_is_for_those_whom_the_policy_names
    a_malformed_id_is_a_thing_that_does_not_exist
    what_went_wrong_inside_stays_inside
    a_no_says_when_to_ask_again
    further_members_stand_beside_the_problem
    methods_of_a_path
    a_hook_has_no_token_no_key_and_its_bytes
    a_trace_that_came_in_is_the_one_that_is_told
}

const KNOWN: &str = "/store/v1/lamps/off_00000000000000000000000007";

fn is_problem(got: &Got, status: u16, code: &str) {
    let json = got.json();
    assert_eq!((got.status, json["code"].as_str()), (status, Some(code)), "{json}");
    assert_eq!(got.header("content-type"), Some("application/problem+json"));
    let about = format!("https://souk.dev/problems/{code}");
    assert_eq!((json["status"].as_u64(), json["type"].as_str()), (Some(status.into()), Some(about.as_str())));
    let trace = json["trace_id"].as_str().unwrap_or_default();
    assert!(trace.len() == 32 && trace.bytes().all(|b| b.is_ascii_hexdigit()), "no trace: {json}");
}

async fn nobody_passes_without_an_assertion_made_out_to_this_service(world: World) {
    let good = seal().write(&anna(), "lamps");
    assert_eq!(world.bare(&format!("GET {KNOWN}"), &[("souk-actor", &good)], "").await.status, 200);
    let expired = seal().write_for(&anna(), "lamps", Duration::ZERO);
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let forged = good.replacen("customer", "platform_admin", 1);
    let foreign = Seal::of(b"another secret").write(&anna(), "lamps");
    for wrong in [seal().write(&anna(), "gateway"), expired, forged, foreign, "x".into()] {
        is_problem(&world.bare(&format!("GET {KNOWN}"), &[("souk-actor", &wrong)], "").await, 401, "unauthenticated");
    }
    is_problem(&world.bare(&format!("GET {KNOWN}"), &[], "").await, 401, "unauthenticated");
}

async fn an_action_is_for_those_whom_the_policy_names(world: World) {
    let change = "DELETE /vendor/v1/lamps/off_00000000000000000000000007";
    is_problem(&world.send(&Actor::anonymous(), change, &[], "").await, 401, "unauthenticated");
    is_problem(&world.send(&anna(), change, &[], "").await, 403, "forbidden");
    let got = world.send(&vendor(), change, &[("idempotency-key", "k")], "").await;
    assert_eq!((got.status, got.bytes.len()), (204, 0), "nothing to show");
}

async fn a_malformed_id_is_a_thing_that_does_not_exist(world: World) {
    let well_formed = OfferId::from_uuid(uuid::Uuid::from_u128(99)).to_string();
    for id in [
        "1",
        "off_",
        "usr_00000000000000000000000007",
        "off_8zzzzzzzzzzzzzzzzzzzzzzzzz",
        "OFF_%00",
        "%F0%9F%92%A1",
        &well_formed,
    ] {
        is_problem(&world.send(&anna(), &format!("GET /store/v1/lamps/{id}"), &[], "").await, 404, "not_found");
    }
    for path in ["/store/v1", "/store/v1/rugs", "/store/v1/lamps/a/b"] {
        is_problem(&world.send(&anna(), &format!("GET {path}"), &[], "").await, 404, "not_found");
    }
}

async fn what_went_wrong_inside_stays_inside(world: World) {
    let broken = world.send(&anna(), &format!("GET /store/v1/lamps/{}", lost()), &[], "").await;
    is_problem(&broken, 500, "lamp.broken");
    let panicked =
        world.send(&anna(), "POST /store/v1/lamps", &[("idempotency-key", "k")], r#"{"name":"panic"}"#).await;
    is_problem(&panicked, 500, "internal");
    for got in [broken, panicked] {
        assert!(!got.json().to_string().contains("table"), "{}", got.json());
    }
    assert_eq!(world.send(&anna(), &format!("GET {KNOWN}"), &[], "").await.status, 200, "and the next one is answered");
}

async fn a_no_says_when_to_ask_again(world: World) {
    let make = async |name: &str| {
        let body = format!(r#"{{"name":"{name}"}}"#);
        world.send(&anna(), "POST /store/v1/lamps", &[("idempotency-key", name)], body).await
    };
    let away = make("away").await;
    is_problem(&away, 503, "factory.away");
    assert_eq!(away.header("retry-after"), Some("7"));
    let contended = make("contended").await;
    is_problem(&contended, 409, "contended");
    assert_eq!(contended.header("retry-after"), Some("1"));
}

async fn further_members_stand_beside_the_problem(world: World) {
    let got = world.send(&anna(), "POST /store/v1/lamps", &[("idempotency-key", "k")], r#"{"name":"priced"}"#).await;
    is_problem(&got, 409, "lamp.price_changed");
    assert_eq!(got.json()["quote"], 5);
}

async fn methods_of_a_path(world: World) {
    let got = world.send(&anna(), &format!("HEAD {KNOWN}"), &[], "").await;
    assert_eq!((got.status, got.bytes.len(), got.header("etag")), (200, 0, Some("\"3\"")));
    let got = world.send(&anna(), &format!("PATCH {KNOWN}"), &[], "{}").await;
    is_problem(&got, 405, "invalid.method");
    assert_eq!(got.header("allow"), Some("GET,HEAD"));
    let got = world.send(&anna(), &format!("OPTIONS {KNOWN}"), &[], "").await;
    assert_eq!((got.status, got.header("allow")), (204, Some("GET,HEAD")));
}

async fn a_hook_has_no_token_no_key_and_its_bytes(world: World) {
    let nobody = Actor::anonymous();
    let factory = "POST /hooks/v1/lamps/factory";
    let head = [("x-signature", "right"), ("content-type", "application/x-odd")];
    let got = world.send(&nobody, factory, &head, " {\"a\": 1,  not json").await;
    assert_eq!((got.status, got.bytes.len()), (204, 0));
    assert_eq!(*world.lamps.heard.lock().unwrap(), [" {\"a\": 1,  not json"]);
    is_problem(&world.send(&nobody, factory, &[("x-signature", "wrong")], "{}").await, 401, "unauthenticated");
    let large = vec![b'x'; 1024 * 1024 + 1];
    is_problem(&world.send(&nobody, factory, &[("x-signature", "right")], large).await, 413, "invalid.too_large");
    assert_eq!(world.lamps.heard.lock().unwrap().len(), 1);
}

async fn a_trace_that_came_in_is_the_one_that_is_told(world: World) {
    let given = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let got = world.send(&anna(), "GET /store/v1/lamps/x", &[("traceparent", given)], "").await;
    assert_eq!(got.json()["trace_id"], "0af7651916cd43dd8448eb211c80319c");
    for odd in ["", "00-0-0-01", "00-00000000000000000000000000000000-b7ad6b7169203331-01"] {
        let got = world.send(&anna(), "GET /store/v1/lamps/x", &[("traceparent", odd)], "").await;
        let trace = got.json()["trace_id"].as_str().unwrap().to_string();
        assert!(trace.len() == 32 && trace.bytes().any(|b| b != b'0'), "{odd:?}: {trace}");
    }
}
