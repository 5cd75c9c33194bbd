//! `Idempotency-Key` (api 6), row by row.
use crate::{
    lamps::said_later,
    world::{Got, World, anna, ben, both, vendor},
};
use platform::{actor::Actor, ask::Outcome};
use std::{sync::Arc, time::Duration};

both! {
    a_repeat_hears_the_same_bytes
    one_key_is_one_principal_one_method_one_route
    other_contents_under_the_same_key_are_refused
    members_in_another_order_are_the_same_contents
    a_refusal_by_a_rule_is_kept
    what_may_be_otherwise_next_time_is_not_kept
    two_at_once_are_one_effect
    a_claim_answers_where_to_look_until_it_is_decided
    a_decided_no_replaces_the_claim
    a_claim_is_heard_even_when_the_work_was_refused_for_now
    stale_is_an_answer_and_the_version_is_part_of_the_contents
    writes_that_need_none_take_one
    an_unkeyed_call_ignores_it
    who_is_nobody_has_no_key
    an_answer_that_was_not_kept_is_our_mistake
}

async fn post(world: &World, actor: &Actor, path: &str, key: &str, body: &str) -> Got {
    world.send(actor, &format!("POST {path}"), &[("idempotency-key", key)], body.to_string()).await
}
async fn make(world: &World, key: &str, body: &str) -> Got {
    post(world, &anna(), "/store/v1/lamps", key, body).await
}
const LAMP: &str = r#"{"name":"a"}"#;

async fn a_repeat_hears_the_same_bytes(world: World) {
    let first = make(&world, "k", LAMP).await;
    assert_eq!((first.status, first.is_replayed()), (201, false));
    for _ in 0..3 {
        let again = make(&world, "k", LAMP).await;
        assert!(again.is_replayed() && again.status == 201 && again.bytes == first.bytes);
        for name in ["content-type", "location", "etag"] {
            assert_eq!((again.header(name), again.header(name).is_some()), (first.header(name), true), "{name}");
        }
    }
    assert_eq!(world.shelf.batches(), 1);
    assert_ne!(make(&world, "l", LAMP).await.bytes, first.bytes, "another key is another lamp");
}

async fn one_key_is_one_principal_one_method_one_route(world: World) {
    let anna_s = make(&world, "k", LAMP).await;
    let guest = Actor::guest([7; 32]);
    for actor in [ben(), guest.clone(), Actor::guest([8; 32])] {
        let got = post(&world, &actor, "/store/v1/lamps", "k", LAMP).await;
        assert!(got.status == 201 && !got.is_replayed() && got.bytes != anna_s.bytes);
    }
    assert!(post(&world, &guest, "/store/v1/lamps", "k", LAMP).await.is_replayed());
    let elsewhere = post(&world, &anna(), "/store/v1/wishes", "k", LAMP).await;
    assert_eq!((elsewhere.status, elsewhere.is_replayed()), (202, false));
}

async fn other_contents_under_the_same_key_are_refused(world: World) {
    make(&world, "k", LAMP).await;
    for body in [r#"{"name":"b"}"#, r#"{"name":"a","watts":1}"#, r#"{"name":"a","watts":101}"#] {
        let got = make(&world, "k", body).await;
        assert_eq!((got.status, got.code().as_str(), got.is_replayed()), (422, "key_reused", false), "{body}");
    }
    assert!(make(&world, "k", LAMP).await.is_replayed(), "the first answer stands");
}

async fn members_in_another_order_are_the_same_contents(world: World) {
    let first = make(&world, "k", r#"{"name":"a","watts":5}"#).await;
    let again = make(&world, "k", "{ \"watts\": 5.0,\n\"name\": \"\\u0061\" }").await;
    assert!(again.is_replayed() && again.bytes == first.bytes, "{}", again.json());
}

async fn a_refusal_by_a_rule_is_kept(world: World) {
    for (key, body, status, code) in [
        ("k", r#"{"name":"a","watts":101}"#, 422, "lamp.too_bright"),
        ("l", r#"{"name":"priced"}"#, 409, "lamp.price_changed"),
    ] {
        let first = make(&world, key, body).await;
        assert_eq!((first.status, first.code().as_str(), first.is_replayed()), (status, code, false));
        let again = make(&world, key, body).await;
        assert!(again.is_replayed() && again.status == status && again.bytes == first.bytes, "{}", again.json());
        assert_eq!(again.header("content-type"), Some("application/problem+json"));
    }
    assert_eq!(make(&world, "k", LAMP).await.code(), "key_reused");
}

/// 400, 401, 403, 404, 429, 5xx and whatever carries Retry-After.
async fn what_may_be_otherwise_next_time_is_not_kept(world: World) {
    assert_eq!(make(&world, "bad", "{}").await.status, 400);
    assert_eq!(post(&world, &vendor(), "/store/v1/lamps", "no", LAMP).await.status, 403);
    for (name, status) in [("contended", 409), ("away", 503), ("broken", 500), ("panic", 500)] {
        let got = make(&world, name, &format!(r#"{{"name":"{name}"}}"#)).await;
        assert_eq!((got.status, got.is_replayed()), (status, false), "{name}");
    }
    for key in ["bad", "no", "contended", "away", "broken", "panic"] {
        let got = make(&world, key, LAMP).await;
        assert_eq!((got.status, got.is_replayed()), (201, false), "{key} hears a yes now: {}", got.json());
    }
}

async fn two_at_once_are_one_effect(world: World) {
    let world = Arc::new(world);
    let first = tokio::spawn({
        let world = world.clone();
        async move { make(&world, "k", r#"{"name":"slow"}"#).await }
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let second = make(&world, "k", r#"{"name":"slow"}"#).await;
    assert_eq!((second.status, second.code().as_str(), second.header("retry-after")), (409, "in_flight", Some("1")));
    world.lamps.gate.notify_waiters();
    let first = first.await.unwrap();
    assert_eq!((first.status, first.is_replayed()), (201, false));
    // The work is repeated, finds the key taken, and so hears the first answer.
    let third = tokio::spawn({
        let world = world.clone();
        async move { make(&world, "k", r#"{"name":"slow"}"#).await }
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    world.lamps.gate.notify_waiters();
    let third = third.await.unwrap();
    assert!(third.is_replayed() && third.bytes == first.bytes);
    assert_eq!(world.shelf.batches(), 1);
}

async fn decided(world: &World, key: &str, body: &str) -> Got {
    for _ in 0..100 {
        world.lamps.gate.notify_waiters();
        let got = post(world, &anna(), "/store/v1/wishes", key, body).await;
        if got.status != 202 {
            return got;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never decided")
}

async fn a_claim_answers_where_to_look_until_it_is_decided(world: World) {
    let first = post(&world, &anna(), "/store/v1/wishes", "k", LAMP).await;
    assert_eq!((first.status, first.is_replayed()), (202, false));
    assert!(first.header("location").is_some_and(|at| at.starts_with("/store/v1/lamps/off_")));
    let again = post(&world, &anna(), "/store/v1/wishes", "k", LAMP).await;
    assert!(again.status == 202 && again.is_replayed() && again.bytes == first.bytes);
    assert_eq!(again.header("location"), first.header("location"));
    assert_eq!(post(&world, &anna(), "/store/v1/wishes", "k", r#"{"name":"b"}"#).await.code(), "key_reused");
    let decided = decided(&world, "k", LAMP).await;
    assert_eq!((decided.status, decided.is_replayed()), (201, true));
    assert_eq!(decided.header("location"), first.header("location"));
    assert_eq!(post(&world, &anna(), "/store/v1/wishes", "k", LAMP).await.bytes, decided.bytes);
}

async fn a_decided_no_replaces_the_claim(world: World) {
    let body = r#"{"name":"dark"}"#;
    assert_eq!(post(&world, &anna(), "/store/v1/wishes", "k", body).await.status, 202);
    let decided = decided(&world, "k", body).await;
    assert_eq!((decided.status, decided.code().as_str(), decided.is_replayed()), (422, "lamp.too_bright", true));
}

async fn a_claim_is_heard_even_when_the_work_was_refused_for_now(world: World) {
    let got = post(&world, &anna(), "/store/v1/wishes", "k", r#"{"name":"contended"}"#).await;
    assert_eq!(
        (got.status, got.is_replayed()),
        (202, true),
        "the key is taken, so this is what stands: {}",
        got.json()
    );
    assert!(got.header("location").is_some());
}

async fn stale_is_an_answer_and_the_version_is_part_of_the_contents(world: World) {
    let put = async |key: &str, version: &str| {
        let head = [("idempotency-key", key), ("if-match", version)];
        world.send(&vendor(), "PUT /vendor/v1/lamps/off_00000000000000000000000007", &head, LAMP).await
    };
    let done = put("k", "\"3\"").await;
    assert_eq!((done.status, done.header("etag")), (200, Some("\"4\"")));
    assert!(put("k", "\"3\"").await.is_replayed());
    assert_eq!(put("k", "\"4\"").await.code(), "key_reused");
    for replayed in [false, true] {
        let stale = put("l", "\"2\"").await;
        assert_eq!((stale.status, stale.code().as_str(), stale.is_replayed()), (412, "lamp.stale", replayed));
    }
}

async fn writes_that_need_none_take_one(world: World) {
    let change = "DELETE /vendor/v1/lamps/off_00000000000000000000000007";
    assert_eq!(world.send(&vendor(), change, &[], "").await.status, 204);
    assert_eq!(world.send(&vendor(), change, &[], "").await.status, 204);
    assert_eq!(world.shelf.batches(), 2);
    for _ in 0..2 {
        let got = world.send(&vendor(), change, &[("idempotency-key", "k")], "").await;
        assert_eq!((got.status, got.bytes.len()), (204, 0));
    }
    assert_eq!(world.shelf.batches(), 3);
}

async fn an_unkeyed_call_ignores_it(world: World) {
    let nobody = Actor::anonymous();
    let first = post(&world, &nobody, "/store/v1/baskets", "k", LAMP).await;
    let second = post(&world, &nobody, "/store/v1/baskets", "k", LAMP).await;
    assert!(first.status == 200 && second.status == 200 && first.bytes != second.bytes && !second.is_replayed());
    assert_eq!(world.send(&nobody, "POST /store/v1/baskets", &[], LAMP).await.status, 200);
}

async fn who_is_nobody_has_no_key(world: World) {
    let got = post(&world, &Actor::anonymous(), "/store/v1/lamps", "k", LAMP).await;
    assert_eq!((got.status, got.code().as_str()), (401, "unauthenticated"));
}

async fn an_answer_that_was_not_kept_is_our_mistake(world: World) {
    let got = make(&world, "k", r#"{"name":"forgetful"}"#).await;
    assert_eq!((got.status, got.code().as_str()), (500, "internal"));
}

/// Two processes on one store: nothing but the unique key stands between them.
#[tokio::test(flavor = "multi_thread")]
async fn two_doors_on_one_store_are_one_effect() {
    use crate::{lamps, world};
    use platform::http::Door;
    let one = world::world(world::Where::Here).await;
    struct Anna;
    impl platform::http::Identify for Anna {
        fn actor(&self, _: &axum::http::HeaderMap) -> Result<Actor, platform::http::Problem> {
            Ok(anna())
        }
    }
    let door = || {
        let door = Door::new(Arc::new(world::POLICY), Arc::new(Anna), &world::seal());
        lamps::routes().bind(one.lamps.clone(), one.shelf.clone(), door)
    };
    let doors = [door(), door()];
    let ask = |n: usize| {
        let request = axum::http::Request::post("/store/v1/lamps").header("idempotency-key", "k");
        let request = request.header("content-type", "application/json").body(axum::body::Body::from(LAMP)).unwrap();
        tower::ServiceExt::oneshot(doors[n % 2].clone(), request)
    };
    let all = futures::future::join_all((0..40).map(ask)).await;
    let statuses: Vec<u16> = all.into_iter().map(|r| r.unwrap().status().as_u16()).collect();
    assert!(statuses.iter().all(|status| [201, 409].contains(status)), "{statuses:?}");
    assert!(statuses.contains(&201));
    assert_eq!(one.shelf.batches(), 1);
}

/// Whoever takes work over says what the request would have been told.
#[test]
fn a_process_that_takes_over_says_the_same() {
    let lamp = crate::lamps::Lamp { id: crate::lamps::lost(), name: "a".into(), number: 1, version: 2 };
    let said = said_later()(Outcome::Done(&lamp));
    assert_eq!(said.status, 201);
    assert!(said.head.contains(&("etag".into(), "\"2\"".into())));
    assert!(said.head.iter().any(|(name, _)| name == "location"));
}
