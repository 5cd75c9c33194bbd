//! Through the operators' door.
use super::world::{POLICY, World, id, opened, text, world};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, jwk::JwkSet};
use kernel::kinds;
use platform::{
    actor::{Actor, Policy},
    http::Access,
    module::Opening,
};
use platform_test::{BOTH, Engine};
use serde_json::{Value, json};

fn with(body: &Value, member: &str, value: Value) -> Value {
    let mut body = body.clone();
    body[member] = value;
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_made_and_found() {
    for engine in BOTH {
        let w = world(engine).await;
        let vendor = id::<kinds::VendorId>();
        let body = json!({"email": " Anna@Example.com ", "name": " Anna ",
            "roles": [{"role": "vendor_staff", "vendor": vendor}, {"role": "support"}, {"role": "support"}]});
        let made = w.post("/admin/v1/users", body).await;
        let path = format!("/admin/v1/users/{}", text(&made.json["id"]));
        assert_eq!((made.status, made.etag.as_deref(), made.location.as_deref()), (201, Some("\"1\""), Some(&*path)));
        let anna = json!({"id": made.json["id"], "email": "anna@example.com", "name": "Anna",
            "roles": [{"role": "customer", "vendor": null}, {"role": "vendor_staff", "vendor": vendor},
                {"role": "support", "vendor": null}],
            "suspended": false, "version": 1});
        assert_eq!(made.json, anna, "{engine:?}: everybody is a customer");
        assert_eq!(w.get(&path).await.json, anna);
        for text in ["anna@example.com", "ANNA@example.com", "%20anna%40example.com"] {
            assert_eq!(w.get(&format!("/admin/v1/users/by-email?email={text}")).await.json, anna, "{engine:?} {text}");
        }
        for text in ["ben@example.com", "anna", "", "%00", "a%00b@c", "a%20b@c", "%F0%9F%92%A1@x", &"x".repeat(4000)] {
            let got = w.get(&format!("/admin/v1/users/by-email?email={text}")).await;
            assert_eq!(got.code(), (404, "not_found"), "{engine:?} {text}");
        }
        assert_eq!(w.get("/admin/v1/users/by-email").await.status, 400);
        assert_eq!(w.get("/admin/v1/users/by-email?email=a@b&x=1").await.status, 400);
        for nobody in [id::<kinds::UserId>().to_string(), "usr_x".into(), vendor.to_string()] {
            assert_eq!(w.get(&format!("/admin/v1/users/{nobody}")).await.code(), (404, "not_found"), "{nobody}");
        }
        let taken = w.post("/admin/v1/users", json!({"email": "ANNA@EXAMPLE.com"})).await;
        assert_eq!(taken.code(), (409, "user.email_taken"), "{engine:?}");
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_refused_with_the_place_that_is_wrong() {
    for engine in BOTH {
        let w = world(engine).await;
        let vendor = id::<kinds::VendorId>();
        let body = json!({"email": "anna@example.com"});
        let bad = |text: &str| (text.to_string(), 400, "invalid", "/email");
        let addresses =
            ["", "anna", "@", "anna@", "@b", "a@b@c", "a b@c", "a\u{0}@b", "a\n@b", &format!("{}@b", "x".repeat(253))];
        for (address, status, code, at) in addresses.map(bad) {
            let got = w.post("/admin/v1/users", with(&body, "email", json!(address))).await;
            assert_eq!(got.fault(), (status, code, at), "{engine:?} {address:?}");
        }
        let long = format!("{}@b", "x".repeat(252));
        w.post("/admin/v1/users", json!({"email": long})).await.expect(201);
        for (member, value, code, at) in [
            ("email", json!(null), "invalid.value", "/email"),
            ("email", json!(1), "invalid.value", "/email"),
            ("name", json!("x".repeat(201)), "invalid", "/name"),
            ("name", json!("a\u{0}b"), "invalid", "/name"),
            ("name", json!(null), "invalid.value", "/name"),
            ("roles", json!({}), "invalid.value", "/roles"),
            ("roles", json!(["support"]), "invalid.value", "/roles/0"),
            ("roles", json!([{"role": "king"}]), "invalid.value", "/roles/0/role"),
            ("roles", json!([{"role": "service"}]), "invalid.value", "/roles/0/role"),
            ("roles", json!([{"role": "anonymous"}]), "invalid.value", "/roles/0/role"),
            ("roles", json!([{"role": "customer"}, {"role": "vendor_admin"}]), "invalid", "/roles/1/vendor"),
            ("roles", json!([{"role": "support", "vendor": vendor}]), "invalid", "/roles/0/vendor"),
            ("roles", json!([{"role": "vendor_admin", "vendor": "x"}]), "invalid.value", "/roles/0/vendor"),
            ("roles", json!([{"role": "support", "at": 1}]), "invalid.unknown_member", "/roles/0/at"),
            ("roles", json!(vec![json!({"role": "support"}); 101]), "invalid", "/roles"),
            ("password", json!("x"), "invalid.unknown_member", "/password"),
        ] {
            let got = w.post("/admin/v1/users", with(&body, member, value.clone())).await;
            assert_eq!(got.fault(), (400, code, at), "{engine:?} {member} {value}: {}", got.json);
        }
        let twice = r#"{"email": "a@b", "email": "c@d"}"#;
        let got = w.ask(&w.operator, "POST /admin/v1/users", &[("idempotency-key", "k")], twice).await;
        assert_eq!(got.code(), (400, "invalid.duplicate_member"));
        assert_eq!(w.get("/admin/v1/users/by-email?email=anna@example.com").await.status, 404, "nothing was written");
    }
}

/// A1, A2
#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_is_one_account() {
    for engine in BOTH {
        let w = world(engine).await;
        let body = json!({"email": "anna@example.com"});
        let first = w.post_as("k", "/admin/v1/users", body.clone()).await;
        let again = w.post_as("k", "/admin/v1/users", body.clone()).await;
        assert_eq!((first.status, again.replayed, &again.bytes), (201, true, &first.bytes), "{engine:?}");
        assert_eq!(w.post_as("k", "/admin/v1/users", json!({"email": "b@c"})).await.code(), (422, "key_reused"));
        let refused = w.post_as("t", "/admin/v1/users", body.clone()).await;
        let still = w.post_as("t", "/admin/v1/users", body.clone()).await;
        assert_eq!((refused.code(), still.replayed), ((409, "user.email_taken"), true));
        assert_eq!(refused.bytes, still.bytes, "{engine:?}");
        let keyless = w.ask(&w.operator, "POST /admin/v1/users", &[], &body.to_string()).await;
        assert_eq!(keyless.code(), (400, "invalid.idempotency_key"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_are_set_from_the_version_that_was_read() {
    for engine in BOTH {
        let w = world(engine).await;
        let (anna, vendor) = (w.user("anna@example.com", json!([])).await, id::<kinds::VendorId>());
        let body = json!({"roles": [{"role": "vendor_admin", "vendor": vendor}]});
        let put = w.roles(anna, 1, body.clone()).await;
        assert_eq!((put.status, put.etag.as_deref()), (200, Some("\"2\"")), "{}", put.json);
        let roles = json!([{"role": "customer", "vendor": null}, {"role": "vendor_admin", "vendor": vendor}]);
        assert_eq!((&put.json["roles"], &put.json["suspended"]), (&roles, &json!(false)), "{engine:?}");
        assert_eq!(w.roles(anna, 1, body.clone()).await.code(), (412, "stale"));
        let same = w.roles(anna, 2, body.clone()).await;
        assert_eq!((same.status, &same.json["version"]), (200, &json!(2)), "{engine:?}: it is so already");
        let suspended = w.roles(anna, 2, json!({"roles": [], "suspended": true})).await.expect(200);
        assert_eq!((&suspended["suspended"], suspended["roles"].as_array().unwrap().len()), (&json!(true), 1));
        let path = format!("/admin/v1/users/{anna}/roles");
        let line = format!("PUT {path}");
        assert_eq!(w.ask(&w.operator, &line, &[], &body.to_string()).await.code(), (428, "invalid.if_match"));
        for wrong in ["3", "*", "\"three\""] {
            let got = w.ask(&w.operator, &line, &[("if-match", wrong)], &body.to_string()).await;
            assert_eq!(got.code(), (400, "invalid.if_match"), "{wrong}");
        }
        for (body, code, at) in [
            (json!({}), "invalid.missing_member", ""),
            (json!({"roles": null}), "invalid.value", "/roles"),
            (json!({"roles": [], "suspended": "no"}), "invalid.value", "/suspended"),
            (json!({"roles": [], "suspended": null}), "invalid.value", "/suspended"),
            (json!({"roles": [{"role": "vendor_staff"}]}), "invalid", "/roles/0/vendor"),
            (json!([]), "invalid.value", ""),
        ] {
            assert_eq!(w.roles(anna, 3, body.clone()).await.fault(), (400, code, at), "{engine:?} {body}");
        }
        assert_eq!(w.read(anna).await, suspended, "{engine:?}: nothing else was written");
        let nobody: kernel::UserId = id();
        assert_eq!(w.roles(nobody, 1, json!({"roles": []})).await.code(), (404, "not_found"));

        let keyed = [("if-match", "\"3\""), ("idempotency-key", "k")];
        let first = w.ask(&w.operator, &line, &keyed, &body.to_string()).await;
        let again = w.ask(&w.operator, &line, &keyed, &body.to_string()).await;
        assert_eq!((first.status, again.replayed, &again.bytes), (200, true, &first.bytes), "{engine:?}");
        w.clean().await;
    }
}

async fn claims(w: &World, token: &str) -> Value {
    let keys: JwkSet = serde_json::from_str(&w.keys().await).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&["souk-api"]);
    validation.validate_exp = false; // the clock of these tests stands in the past
    decode::<Value>(token, &DecodingKey::from_jwk(&keys.keys[0]).unwrap(), &validation).unwrap().claims
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_acts_as_a_user_and_is_seen() {
    for engine in BOTH {
        let w = world(engine).await;
        let vendor = id::<kinds::VendorId>();
        let anna = w.user("anna@example.com", json!([{"role": "vendor_staff", "vendor": vendor}])).await;
        let body = json!({"user": anna, "vendor": vendor, "reason": " a call "});
        let first = w.post_as("k", "/admin/v1/act-as", body.clone()).await;
        let again = w.post_as("k", "/admin/v1/act-as", body.clone()).await;
        assert_eq!((first.status, again.status, again.replayed), (200, 200, false), "{}", first.json);
        assert_ne!(first.bytes, again.bytes, "{engine:?}: a secret is not kept for repeats (api 6)");
        assert_eq!(first.json["expires_in"], 900);
        let said = claims(&w, &text(&first.json["access_token"])).await;
        let operator = w.operator.user.unwrap();
        assert_eq!((&said["sub"], &said["act"]["sub"]), (&json!(anna), &json!(operator)), "it names both");
        assert_eq!((&said["vendor_id"], &said["roles"]), (&json!(vendor), &json!(["customer", "vendor_staff"])));
        assert_eq!(said["exp"].as_i64().unwrap() - said["iat"].as_i64().unwrap(), 900);
        let plain = w.post("/admin/v1/act-as", json!({"user": anna, "reason": "r"})).await.expect(200);
        let said = claims(&w, &text(&plain["access_token"])).await;
        assert_eq!((said.get("vendor_id"), &said["roles"]), (None, &json!(["customer"])), "{engine:?}");

        let key = Actor { roles: w.operator.roles, ..Actor::service("operator") };
        let line = "POST /admin/v1/act-as";
        w.ask(&key, line, &[], &json!({"user": anna, "reason": "key"}).to_string()).await.expect(200);
        let acts = w.get("/admin/v1/acts").await.expect(200);
        let act = |operator: Value, vendor: Value, reason: &str| json!({"operator": operator, "user": anna, "vendor": vendor, "reason": reason, "at": super::store::NOW});
        let expected = [
            act(json!("operator"), Value::Null, "key"),
            act(json!(operator), Value::Null, "r"),
            act(json!(operator), json!(vendor), "a call"),
            act(json!(operator), json!(vendor), "a call"),
        ];
        assert_eq!(acts, json!({"items": expected, "next": null}), "{engine:?}");
        let kept = opened(&w.store, Opening::ReadOnly).await;
        let kept = kept.read("SELECT count(*) AS n FROM requests WHERE key = $1", platform_sql::params!["k"]).await;
        assert_eq!(kept.unwrap()[0].get::<i64>("n").unwrap(), 0, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_acts_as_an_operator_or_where_the_user_has_no_role() {
    for engine in BOTH {
        let w = world(engine).await;
        let (vendor, other) = (id::<kinds::VendorId>(), id::<kinds::VendorId>());
        let anna = w.user("anna@example.com", json!([{"role": "vendor_admin", "vendor": vendor}])).await;
        let gone = w.user("gone@example.com", json!([])).await;
        w.roles(gone, 1, json!({"roles": [], "suspended": true})).await.expect(200);
        let clerk = w.user("clerk@example.com", json!([{"role": "support"}])).await;
        let boss = w.user("boss@example.com", json!([{"role": "platform_admin"}])).await;
        for (user, vendor, expected) in [
            (clerk, None, (422, "user.is_operator")),
            (boss, None, (422, "user.is_operator")),
            (gone, None, (422, "user.suspended")),
            (anna, Some(other), (422, "user.not_their_vendor")),
            (id(), None, (404, "user.not_found")),
        ] {
            let got = w.post("/admin/v1/act-as", json!({"user": user, "vendor": vendor, "reason": "r"})).await;
            assert_eq!(got.code(), expected, "{engine:?} {user}");
        }
        let body = json!({"user": anna, "reason": "r"});
        for (member, value, code, at) in [
            ("user", json!("anna"), "invalid.value", "/user"),
            ("user", json!(vendor), "invalid.value", "/user"),
            ("user", json!(null), "invalid.value", "/user"),
            ("vendor", json!("x"), "invalid.value", "/vendor"),
            ("reason", json!(""), "invalid", "/reason"),
            ("reason", json!("  "), "invalid", "/reason"),
            ("reason", json!("x".repeat(501)), "invalid", "/reason"),
            ("reason", json!("a\u{0}b"), "invalid", "/reason"),
            ("reason", json!(null), "invalid.value", "/reason"),
            ("for", json!("ever"), "invalid.unknown_member", "/for"),
        ] {
            let got = w.post("/admin/v1/act-as", with(&body, member, value.clone())).await;
            assert_eq!(got.fault(), (400, code, at), "{engine:?} {member} {value}");
        }
        assert_eq!(w.get("/admin/v1/acts").await.json["items"], json!([]), "{engine:?}: nobody acted");
    }
}

/// The clock stands, so all acts are of one moment.
#[tokio::test(flavor = "multi_thread")]
async fn acts_are_listed_in_pages_newest_first() {
    for engine in BOTH {
        let w = world(engine).await;
        let anna = w.user("anna@example.com", json!([])).await;
        for n in 0..5 {
            w.post("/admin/v1/act-as", json!({"user": anna, "reason": n.to_string()})).await.expect(200);
        }
        let (mut reasons, mut next) = (vec![], Some(String::new()));
        while let Some(cursor) = next {
            let more = if cursor.is_empty() { String::new() } else { format!("&cursor={cursor}") };
            let page = w.get(&format!("/admin/v1/acts?limit=2{more}")).await.expect(200);
            reasons.extend(page["items"].as_array().unwrap().iter().map(|act| text(&act["reason"])));
            next = page["next"].as_str().map(str::to_string);
        }
        assert_eq!(reasons, ["4", "3", "2", "1", "0"], "{engine:?}");
        for (query, at) in
            [("limit=0", "/limit"), ("limit=101", "/limit"), ("cursor=x", "/cursor"), ("sort=at", "/sort")]
        {
            let got = w.get(&format!("/admin/v1/acts?{query}")).await;
            assert_eq!((got.status, got.fault().2), (400, at), "{query}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_door_opens_to_its_roles_only() {
    let w = world(Engine::Sqlite).await;
    let people = [
        Actor::anonymous(),
        Actor::guest([7; 32]),
        Actor::customer(id()),
        Actor::vendor_staff(id(), id()),
        Actor::vendor_admin(id(), id()),
        Actor::support(id()),
        Actor::platform_admin(id()),
        Actor::service("gateway"),
    ];
    for route in &identity::routes().0 {
        let spec = &route.spec;
        let path = spec.path.replace("{user}", &id::<kinds::UserId>().to_string());
        for who in &people {
            let got = w.ask(who, &format!("{} {path}", spec.method), &[], "{}").await;
            let Some(Access::Action(action)) = spec.access else { panic!("{path} is open") };
            let expected = match POLICY.allows(who, action) {
                true => {
                    assert!(![401, 403].contains(&got.status), "{} {path} {who:?}: {}", spec.method, got.json);
                    continue;
                }
                false if who.is_anonymous() => (401, "unauthenticated"),
                false => (403, "forbidden"),
            };
            assert_eq!(got.code(), expected, "{} {path} {who:?}", spec.method);
        }
    }
}
