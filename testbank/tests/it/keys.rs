//! Keys, callers, and requests that are none.
use crate::shop::{SECRET, payment, shop, text};
use serde_json::{Value, json};

#[tokio::test]
async fn a_key_is_answered_once_and_for_one_thing() {
    let desk = shop().await;
    let first = desk.authorize("a", "tok_good").await;
    desk.yes("POST", &format!("/v1/payments/{}/capture", text(&first["id"])), "c", json!({"amount": 1000})).await;
    assert_eq!(desk.authorize("a", "tok_good").await, first, "as it was then, not as it is now");
    let reused = desk.no("/v1/payments", "a/authorize", payment("b", "tok_good")).await;
    assert_eq!(reused, (409, "key_reused".into()));
    let elsewhere = desk.no("/v1/voids", "c", json!({"attempt": "z"})).await;
    assert_eq!(elsewhere, (409, "key_reused".into()));
}

#[tokio::test]
async fn an_attempt_is_one_payment_whatever_the_key() {
    let desk = shop().await;
    let first = desk.authorize("a", "tok_good").await;
    let again = desk.yes("POST", "/v1/payments", "other", payment("a", "tok_good")).await;
    assert_eq!(again["id"], first["id"]);
    let other = desk.no("/v1/payments", "third", payment("a", "tok_3ds")).await;
    assert_eq!(other, (409, "attempt_reused".into()));
}

#[tokio::test]
async fn a_void_that_comes_first_stands() {
    let desk = shop().await;
    let tombstone = desk.yes("POST", "/v1/voids", "v1", json!({"attempt": "a"})).await;
    let (status, _) = desk.send("GET", "/v1/payments?attempt=a", "", Value::Null).await.unwrap();
    assert_eq!(status, 404, "it has not come yet");
    desk.yes("POST", "/v1/voids", "v2", json!({"attempt": "a"})).await;
    let late = desk.authorize("a", "tok_good").await;
    assert_eq!((&tombstone["id"], &tombstone["status"]), (&Value::Null, &json!("voided")));
    assert_eq!(late["status"], "voided");
    let capture = format!("/v1/payments/{}/capture", text(&late["id"]));
    assert_eq!(desk.no(&capture, "c", json!({"amount": 1000})).await, (422, "authorization_voided".into()));
}

#[tokio::test]
async fn many_at_once_take_effect_once() {
    let desk = shop().await;
    let p = desk.authorize("a", "tok_good").await;
    let path = format!("/v1/payments/{}/capture", text(&p["id"]));
    let same = (0..12).map(|_| desk.send("POST", &path, "one", json!({"amount": 600})));
    for answer in futures::future::join_all(same).await {
        assert_eq!(answer.unwrap().1["captured"], 600);
    }
    let keys: Vec<String> = (0..12).map(|n| format!("k{n}")).collect();
    let several = keys.iter().map(|key| desk.send("POST", &path, key, json!({"amount": 100})));
    let heard = futures::future::join_all(several).await;
    let taken = heard.into_iter().filter(|answer| answer.as_ref().unwrap().0 == 200).count();
    assert_eq!((taken, desk.payment(&p["id"]).await["captured"].clone()), (4, json!(1000)));
}

#[tokio::test]
async fn of_an_attempt_and_its_void_the_void_always_wins() {
    let desk = shop().await;
    for n in 0..20 {
        let attempt = format!("a{n}");
        let key = format!("v{n}");
        let void = desk.send("POST", "/v1/voids", &key, json!({"attempt": attempt}));
        let (asked, voided) = tokio::join!(desk.try_authorize(&attempt, "tok_good"), void);
        assert_eq!((asked.unwrap().0, voided.unwrap().0), (200, 200));
        let last = desk.yes("GET", &format!("/v1/payments?attempt={attempt}"), "", Value::Null).await;
        assert_eq!(last["status"], "voided");
    }
}

#[tokio::test]
async fn nobody_else_gets_in() {
    let desk = shop().await;
    for (method, path) in
        [("POST", "/v1/payments"), ("GET", "/v1/payments?attempt=a"), ("GET", "/test/book"), ("POST", "/test/advance")]
    {
        for secret in ["", "sk_tesu"] {
            let answer = desk.raw(method, path).bearer_auth(secret).send().await.unwrap();
            assert_eq!(answer.status(), 401, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn what_is_no_request_gets_a_clear_no() {
    let desk = shop().await;
    let good = payment("a", "tok_good");
    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body
    };
    let wrong = [
        with("amount", json!(0)),
        with("amount", json!(-5)),
        with("amount", json!(9_007_199_254_740_992i64)),
        with("amount", json!(1.5)),
        with("currency", json!("EURO")),
        with("attempt", json!("")),
        with("return_url", json!("javascript:alert(1)")),
        with("colour", json!("red")),
        json!([]),
        json!("x"),
    ];
    for body in wrong {
        assert_eq!(desk.no("/v1/payments", "k", body.clone()).await, (400, "invalid".into()), "{body}");
    }
    assert_eq!(desk.no("/v1/payments", "", good.clone()).await, (400, "invalid".into()), "no key");
    assert_eq!(desk.no("/v1/payments/bp_none/capture", "k", json!({"amount": 1})).await, (404, "not_found".into()));
    let broken = desk.raw("POST", "/v1/payments").bearer_auth(SECRET).header("idempotency-key", "k").body("{").send();
    assert_eq!(broken.await.unwrap().status(), 400);
    assert_eq!(
        desk.yes("POST", "/v1/payments", "k", good).await["status"],
        "authorized",
        "a no of that kind keeps no key"
    );
}
