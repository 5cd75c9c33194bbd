//! What a body may look like (api 3, 9): bad input is a clear no with its place, never a fault of ours.
use crate::world::{Got, World, anna, both};

both! { bodies parameters headers }

async fn make(world: &World, body: impl Into<axum::body::Body>) -> Got {
    world.send(&anna(), "POST /store/v1/lamps", &[("idempotency-key", "k")], body).await
}

fn nested(depth: usize) -> String {
    // The body itself is one, `parts` is two.
    format!(r#"{{"name":"a","parts":{}{}}}"#, "[".repeat(depth - 1), "]".repeat(depth - 1))
}

async fn bodies(world: World) {
    let many = |n: usize| format!(r#"{{"name":"a","parts":[{}]}}"#, vec![r#"{"what":"x"}"#; n].join(","));
    let long = |n: usize| format!(r#"{{"name":"a{}"}}"#, "x".repeat(n - 12));
    let cases: Vec<(Vec<u8>, u16, &str, &str)> = vec![
        (b"".into(), 400, "invalid.syntax", ""),
        (b"{".into(), 400, "invalid.syntax", ""),
        (b"null".into(), 400, "invalid.value", ""),
        (b"[\"a\"]".into(), 400, "invalid.value", ""),
        (b"[]".into(), 400, "invalid.value", ""),
        (b"{}".into(), 400, "invalid.missing_member", ""),
        (br#"{"name":"a"} x"#.into(), 400, "invalid.syntax", ""),
        (br#"{"name":"a"}{}"#.into(), 400, "invalid.syntax", ""),
        (br#"{"name":7}"#.into(), 400, "invalid.value", "/name"),
        (br#"{"name":null}"#.into(), 400, "invalid.value", "/name"),
        (br#"{"name":"a","nmae":"b"}"#.into(), 400, "invalid.unknown_member", "/nmae"),
        (
            br#"{"name":"a","parts":[{"what":"x"},{"what":"x","who":"y"}]}"#.into(),
            400,
            "invalid.unknown_member",
            "/parts/1/who",
        ),
        (br#"{"name":"a","parts":[["x"]]}"#.into(), 400, "invalid.value", "/parts/0"),
        (br#"{"name":"a","name":"a"}"#.into(), 400, "invalid.duplicate_member", ""),
        (br#"{"name":"a","parts":[{"what":"x","what":"x"}]}"#.into(), 400, "invalid.duplicate_member", "/parts/0"),
        (br#"{"name":"a","watts":9223372036854775808}"#.into(), 400, "invalid.value", "/watts"),
        (br#"{"name":"a","watts":1.5}"#.into(), 400, "invalid.value", "/watts"),
        (br#"{"name":"a","watts":1e400}"#.into(), 400, "invalid.syntax", "/watts"),
        (br#"{"name":"a","watts":"1"}"#.into(), 400, "invalid.value", "/watts"),
        (br#"{"name":"a","shape":"square"}"#.into(), 400, "invalid.value", "/shape"),
        (br#"{"name":"a","shape":{"round":1}}"#.into(), 400, "invalid.value", "/shape"),
        (b"{\"name\":\"\xff\"}".into(), 400, "invalid.syntax", "/name"),
        (b"{\"name\":\"a\0b\"}".into(), 400, "invalid.syntax", "/name"),
        (b"\xef\xbb\xbf{\"name\":\"a\"}".into(), 400, "invalid.syntax", ""),
        (br#"{"name":"\ud800"}"#.into(), 400, "invalid.syntax", "/name"),
        (nested(33).into(), 400, "invalid.too_deep", ""),
        (many(1001).into(), 400, "invalid.too_many_items", "/parts"),
        (long(1024 * 1024 + 1).into(), 413, "invalid.too_large", ""),
    ];
    for (body, status, code, pointer) in cases {
        let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
        let got = make(&world, body).await;
        assert_eq!((got.status, got.code().as_str()), (status, code), "{shown}: {}", got.json());
        let at = got.json()["errors"][0]["pointer"].as_str().unwrap_or_default().to_string();
        assert_eq!(at, pointer, "{shown}: {}", got.json());
    }
    assert_eq!(world.shelf.batches(), 0, "nothing was done for any of them");
    for (n, body) in [
        many(1000),
        long(1024 * 1024),
        r#"{"name":"a","watts":1.0}"#.into(),
        r#" {"watts":-7,"name":"\u0000ö"} "#.into(),
        r#"{"name":"a","shape":"round"}"#.into(),
        r#"{"name":"a","shape":null}"#.into(),
    ]
    .into_iter()
    .enumerate()
    {
        let key = n.to_string();
        let got = world.send(&anna(), "POST /store/v1/lamps", &[("idempotency-key", &key)], body).await;
        assert_eq!(got.status, 201, "{n}: {}", got.json());
    }
    // Not too deep to be read; that it is no part is another matter.
    assert_eq!(make(&world, nested(32)).await.code(), "invalid.value");
}

async fn parameters(world: World) {
    for (query, code, pointer) in [
        ("limit=0", "invalid.parameter", "/limit"),
        ("limit=101", "invalid.parameter", "/limit"),
        ("limit=1&limit=1", "invalid.parameter", "/limit"),
        ("sort=sideways", "invalid.parameter", "/sort"),
        ("below=many", "invalid.parameter", "/below"),
        ("below=-1", "invalid.parameter", "/below"),
        ("below=1&below=1", "invalid.duplicate_member", ""),
        ("blow=1", "invalid.unknown_member", "/blow"),
        ("cursor=x", "invalid.parameter", "/cursor"),
        ("%00=%ff", "invalid.unknown_member", "/\0"),
    ] {
        let got = world.send(&anna(), &format!("GET /store/v1/lamps?{query}"), &[], "").await;
        let at = got.json()["errors"][0]["pointer"].as_str().unwrap_or_default().to_string();
        assert_eq!((got.status, got.code().as_str(), at.as_str()), (400, code, pointer), "{query}: {}", got.json());
    }
    let got = world.send(&anna(), "GET /store/v1/lamps/off_00000000000000000000000007?x=1", &[], "").await;
    assert_eq!((got.status, got.code().as_str()), (400, "invalid.unknown_parameter"));
}

async fn headers(world: World) {
    let body = r#"{"name":"a"}"#;
    let got = world.send(&anna(), "POST /store/v1/lamps", &[], body).await;
    assert_eq!((got.status, got.code().as_str()), (400, "invalid.idempotency_key"));
    for key in ["", "a b", "ä", &"k".repeat(256)] {
        let got = world.send(&anna(), "POST /store/v1/lamps", &[("idempotency-key", key)], body).await;
        assert_eq!((got.status, got.code().as_str()), (400, "invalid.idempotency_key"), "{key}");
    }
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"] {
        let head = [("idempotency-key", "k"), ("content-type", kind)];
        let got = world.send(&anna(), "POST /store/v1/lamps", &head, body).await;
        assert_eq!((got.status, got.code().as_str()), (415, "invalid.content_type"), "{kind}");
    }
    let head = [("idempotency-key", "k"), ("content-type", "Application/JSON; charset=utf-8")];
    assert_eq!(world.send(&anna(), "POST /store/v1/lamps", &head, body).await.status, 201);
    let change = "PUT /vendor/v1/lamps/off_00000000000000000000000007";
    for (head, status) in
        [(None, 428), (Some("3"), 400), (Some("\"x\""), 400), (Some("*"), 400), (Some("W/\"3\""), 400)]
    {
        let head: Vec<_> = head.map(|version| ("if-match", version)).into_iter().collect();
        let got = world.send(&crate::world::vendor(), change, &head, body).await;
        assert_eq!((got.status, got.code().as_str()), (status, "invalid.if_match"), "{head:?}");
    }
}
