//! The operator's doors and the shop's, product by product.
use super::world::{POLICY, World, id, text, vendor, world};
use platform::{
    actor::{Actor, Policy},
    http::Access,
};
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

#[tokio::test(flavor = "multi_thread")]
async fn a_category_stands_where_it_is_put() {
    for engine in BOTH {
        let w = world(engine).await;
        let home = w.category("home", json!({"name": " Home "})).await.expect(200);
        assert_eq!(home, json!({"slug": "home", "name": "Home", "path": ["home"]}), "{engine:?}");
        let lamps = w.category("lamps", json!({"name": "Lamps", "parent": "home", "place": 2})).await.expect(200);
        assert_eq!(lamps["path"], json!(["home", "lamps"]), "as GET would show it (api 5)");
        w.category("rugs", json!({"name": "Rugs", "parent": "home", "place": 1})).await.expect(200);
        let tree = w.shop("/categories").await.expect(200);
        let slugs: Vec<_> = tree["items"].as_array().unwrap().iter().map(|item| text(&item["slug"])).collect();
        assert_eq!(slugs, ["home", "rugs", "lamps"], "{engine:?}: by place");
        assert_eq!(tree["items"][2], lamps);

        for parent in ["home", "lamps"] {
            let circle = w.category("home", json!({"name": "Home", "parent": parent})).await;
            assert_eq!(circle.code(), (422, "category.below_itself"), "{engine:?} {parent}");
        }
        let nowhere = w.category("sofas", json!({"name": "Sofas", "parent": "cellar"})).await;
        assert_eq!(nowhere.code(), (422, "category.not_found"));
        assert_eq!(w.shop("/categories").await.json, tree, "{engine:?}: nothing was written");
        let top = w.category("lamps", json!({"name": "Lights", "parent": null})).await.expect(200);
        assert_eq!(top, json!({"slug": "lamps", "name": "Lights", "path": ["lamps"]}), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_category_is_refused_with_the_place_that_is_wrong() {
    for engine in BOTH {
        let w = world(engine).await;
        for slug in ["Lamps", "a--b", "-a", "a-", "a%20b", "%C3%BC", "a%00b", &"a".repeat(121)] {
            let got = w.category(slug, json!({"name": "Lamps"})).await;
            assert_eq!(got.fault(), (400, "invalid", "/slug"), "{engine:?} {slug}");
        }
        let body = json!({"name": "Lamps"});
        for (member, value, code, at) in [
            ("name", json!("-"), "invalid.missing_member", ""),
            ("name", json!(null), "invalid.value", "/name"),
            ("name", json!(7), "invalid.value", "/name"),
            ("name", json!(""), "invalid", "/name"),
            ("name", json!(" "), "invalid", "/name"),
            ("name", json!("x".repeat(201)), "invalid", "/name"),
            ("name", json!("a\u{0}b"), "invalid", "/name"),
            ("name", json!("a\nb"), "invalid", "/name"),
            ("place", json!(-1), "invalid", "/place"),
            ("place", json!(1_000_001), "invalid", "/place"),
            ("place", json!(1.5), "invalid.value", "/place"),
            ("place", json!("1"), "invalid.value", "/place"),
            ("place", json!(9_223_372_036_854_775_808u64), "invalid.value", "/place"),
            ("place", json!(null), "invalid.value", "/place"),
            ("parent", json!(7), "invalid.value", "/parent"),
            ("id", json!("x"), "invalid.unknown_member", "/id"),
        ] {
            let got = w.category("lamps", with(&body, member, value.clone())).await;
            assert_eq!(got.fault(), (400, code, at), "{engine:?} {member} {value}");
        }
        let put = async |head: &[(&str, &str)], body: &str| {
            w.ask(&w.operator, "PUT /admin/v1/categories/lamps", head, body).await
        };
        assert_eq!(put(&[], r#"{"name": "a", "name": "b"}"#).await.code(), (400, "invalid.duplicate_member"));
        assert_eq!(put(&[], r#"["Lamps"]"#).await.status, 400);
        assert_eq!(put(&[], "{").await.code(), (400, "invalid.syntax"));
        assert_eq!(put(&[("content-type", "text/plain")], "{}").await.code(), (415, "invalid.content_type"));
        assert_eq!(w.shop("/categories").await.json, json!({"items": []}), "{engine:?}: nothing was written");
    }
}

fn shirt() -> Value {
    json!({"title": "Blue Shirt", "description": "cotton\n\twashable", "category": "lamps",
        "options": [{"name": "colour", "values": ["blue", "red"]}, {"name": "size", "values": ["M", "XL"]}],
        "variants": [
            {"choices": ["blue", "XL"], "gtin": "2000000000008", "weight_grams": 180},
            {"choices": ["red", "M"]}]})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_is_drafted_published_changed_and_retired() {
    for engine in BOTH {
        let w = world(engine).await;
        w.category("lamps", json!({"name": "Lamps"})).await.expect(200);
        let made = w.post(&w.operator, "/admin/v1/products", shirt()).await;
        let path = format!("/admin/v1/products/{}", text(&made.json["id"]));
        assert_eq!((made.status, made.etag.as_deref(), made.location.as_deref()), (201, Some("\"1\""), Some(&*path)));
        let variants = made.json["variants"].clone();
        let expected = json!({"id": made.json["id"], "slug": "blue-shirt", "title": "Blue Shirt",
            "description": "cotton\n\twashable", "category": "lamps", "options": shirt()["options"],
            "variants": [
                {"id": variants[0]["id"], "title": "blue, XL", "choices": ["blue", "XL"], "gtin": "2000000000008",
                    "weight_grams": 180},
                {"id": variants[1]["id"], "title": "red, M", "choices": ["red", "M"], "gtin": null, "weight_grams": 0}],
            "state": "draft", "version": 1});
        assert_eq!(made.json, expected, "{engine:?}");
        assert_eq!(w.get(&w.operator, &path).await.json, expected);
        assert_eq!(w.shop("/products/blue-shirt").await.code(), (404, "not_found"), "a draft is nobody's business");
        assert_eq!(w.shop("/products").await.json["items"], json!([]));

        let published = w.post(&w.operator, &format!("{path}/publish"), json!({})).await;
        assert_eq!((published.etag.as_deref(), &published.json["state"]), (Some("\"2\""), &json!("published")));
        let again = w.post(&w.operator, &format!("{path}/publish"), json!({})).await.expect(200);
        assert_eq!(again, published.json, "{engine:?}: it is so already");
        let page = w.shop("/products/blue-shirt").await.expect(200);
        assert_eq!(
            page,
            json!({"id": made.json["id"], "slug": "blue-shirt", "title": "Blue Shirt",
                "description": "cotton\n\twashable", "category_path": ["lamps"], "options": shirt()["options"],
                "variants": expected["variants"], "offers": []})
        );
        let listed = w.shop("/products").await.expect(200);
        assert_eq!(
            listed,
            json!({"items": [{"slug": "blue-shirt", "title": "Blue Shirt", "price_from": null, "offers": 0,
                "stock": "none"}], "next": null})
        );

        let mut anew = with(&shirt(), "title", json!("Best Shirt"));
        (anew["variants"][0]["id"], anew["variants"][1]["id"]) = (variants[0]["id"].clone(), variants[1]["id"].clone());
        let kept = w.put(&w.operator, &path, 2, anew.clone()).await.expect(200);
        assert_eq!(
            (&kept["slug"], &kept["title"], &kept["version"]),
            (&json!("blue-shirt"), &json!("Best Shirt"), &json!(3))
        );
        let renamed = w.put(&w.operator, &path, 3, with(&anew, "slug", json!("best-shirt"))).await.expect(200);
        assert_eq!((&renamed["slug"], &renamed["state"]), (&json!("best-shirt"), &json!("published")), "{engine:?}");
        for slug in ["best-shirt", "blue-shirt"] {
            assert_eq!(w.shop(&format!("/products/{slug}")).await.expect(200)["slug"], "best-shirt", "{engine:?}");
        }

        w.post(&w.operator, &format!("{path}/retire"), json!({})).await.expect(200);
        assert_eq!(w.shop("/products/best-shirt").await.status, 404);
        assert_eq!(w.shop("/products").await.json["items"], json!([]));
        let late = w.post(&w.operator, &format!("{path}/publish"), json!({})).await;
        assert_eq!(late.code(), (422, "product.flawed"), "{engine:?}: what is retired stays so");
        assert_eq!(w.put(&w.operator, &path, 5, anew).await.code(), (422, "product.flawed"));
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_is_refused_with_the_place_that_is_wrong() {
    for engine in BOTH {
        let w = world(engine).await;
        w.category("lamps", json!({"name": "Lamps"})).await.expect(200);
        let option = |name: Value, values: Value| json!([{"name": name, "values": values}]);
        let variant = |member: &str, value: Value| json!([with(&shirt()["variants"][0], member, value)]);
        let many = |n: usize| Value::from(vec![json!({}); n]);
        for (member, value, code, at) in [
            ("title", json!("-"), "invalid.missing_member", ""),
            ("title", json!(" "), "invalid", "/title"),
            ("title", json!("x".repeat(201)), "invalid", "/title"),
            ("title", json!("a\u{0}b"), "invalid", "/title"),
            ("title", json!(null), "invalid.value", "/title"),
            ("slug", json!(""), "invalid", "/slug"),
            ("slug", json!("Blue"), "invalid", "/slug"),
            ("slug", json!("a--b"), "invalid", "/slug"),
            ("slug", json!("x".repeat(121)), "invalid", "/slug"),
            ("description", json!("a\u{0}b"), "invalid", "/description"),
            ("description", json!("x".repeat(20_001)), "invalid", "/description"),
            ("category", json!(1), "invalid.value", "/category"),
            ("price", json!(1), "invalid.unknown_member", "/price"),
            ("options", option(json!(""), json!(["a"])), "invalid", "/options/0/name"),
            ("options", option(json!("size"), json!([])), "invalid", "/options/0/values"),
            ("options", option(json!("size"), json!(["a", "\u{7}"])), "invalid", "/options/0/values/1"),
            ("options", option(json!("size"), json!([1])), "invalid.value", "/options/0/values/0"),
            ("options", json!(vec![json!({"name": "a", "values": ["b"]}); 11]), "invalid", "/options"),
            ("variants", json!([]), "invalid", "/variants"),
            ("variants", many(501), "invalid", "/variants"),
            ("variants", many(1001), "invalid.too_many_items", "/variants"),
            ("variants", json!({}), "invalid.value", "/variants"),
            ("variants", variant("weight_grams", json!(-1)), "invalid.value", "/variants/0/weight_grams"),
            ("variants", variant("weight_grams", json!(1.5)), "invalid.value", "/variants/0/weight_grams"),
            ("variants", variant("weight_grams", json!(10_000_001)), "invalid", "/variants/0/weight_grams"),
            ("variants", variant("weight_grams", json!(1u64 << 63)), "invalid.value", "/variants/0/weight_grams"),
            ("variants", variant("gtin", json!("12345")), "invalid", "/variants/0/gtin"),
            ("variants", variant("gtin", json!("1234567\u{664}")), "invalid", "/variants/0/gtin"),
            ("variants", variant("choices", json!(["a\u{0}"])), "invalid", "/variants/0/choices/0"),
            ("variants", variant("id", json!(id::<kernel::kinds::VariantId>())), "invalid", "/variants/0/id"),
            ("variants", variant("id", json!("lamp")), "invalid.value", "/variants/0/id"),
            ("variants", variant("colour", json!("blue")), "invalid.unknown_member", "/variants/0/colour"),
        ] {
            let got = w.post(&w.operator, "/admin/v1/products", with(&shirt(), member, value.clone())).await;
            assert_eq!(got.fault(), (400, code, at), "{engine:?} {member} {value}: {}", got.json);
        }
        let rules = [
            ("category", json!("cellar"), "category.not_found"),
            ("title", json!("???"), "product.flawed"),
            ("variants", variant("choices", json!(["green", "XL"])), "product.flawed"),
            ("variants", variant("choices", json!(["blue"])), "product.flawed"),
            ("variants", variant("choices", json!(["blue", "XL", "long"])), "product.flawed"),
            ("variants", json!([{"choices": ["blue", "XL"]}, {"choices": ["blue", "XL"]}]), "product.flawed"),
            ("options", json!([shirt()["options"][0], shirt()["options"][0]]), "product.flawed"),
        ];
        for (member, value, code) in rules {
            let got = w.post(&w.operator, "/admin/v1/products", with(&shirt(), member, value.clone())).await;
            assert_eq!(got.code(), (422, code), "{engine:?} {member} {value}: {}", got.json);
        }
        let twice = r#"{"title": "a", "category": "lamps", "variants": [{"weight_grams": 1, "weight_grams": 2}]}"#;
        let got = w.ask(&w.operator, "POST /admin/v1/products", &[("idempotency-key", "k")], twice).await;
        assert_eq!(got.fault(), (400, "invalid.duplicate_member", "/variants/0"), "{}", got.json);
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rewrite_names_what_it_read_and_keeps_every_variant() {
    for engine in BOTH {
        let w = world(engine).await;
        let (lamp, torch) = (w.product("lamp").await, w.product("torch").await);
        let path = format!("/admin/v1/products/{}", text(&lamp["id"]));
        let body = json!({"title": "Lamp", "category": "lamps", "variants": [{"id": lamp["variants"][0]["id"]}]});
        let put =
            async |head: &[(&str, &str)]| w.ask(&w.operator, &format!("PUT {path}"), head, &body.to_string()).await;
        assert_eq!(put(&[]).await.code(), (428, "invalid.if_match"), "{engine:?}");
        for wrong in ["2", "*", "\"x\"", "W/\"2\"", "\"-1\""] {
            assert_eq!(put(&[("if-match", wrong)]).await.code(), (400, "invalid.if_match"), "{wrong}");
        }
        for stale in ["\"1\"", "\"3\"", "\"18446744073709551615\""] {
            assert_eq!(put(&[("if-match", stale)]).await.code(), (412, "stale"), "{stale}");
        }
        for (variants, why) in [
            (json!([{"weight_grams": 5}]), "the variant that was there is left out"),
            (json!([{"id": torch["variants"][0]["id"]}]), "another product's"),
            (json!([{"id": lamp["variants"][0]["id"]}, {"id": lamp["variants"][0]["id"]}]), "one twice"),
        ] {
            let got = w.put(&w.operator, &path, 2, with(&body, "variants", variants)).await;
            assert_eq!(got.code(), (422, "product.flawed"), "{engine:?} {why}: {}", got.json);
        }
        let taken = w.put(&w.operator, &path, 2, with(&body, "slug", json!("torch"))).await;
        assert_eq!(taken.code(), (409, "slug.taken"), "{engine:?}");
        let nowhere = w.put(&w.operator, &path, 2, with(&body, "category", json!("cellar"))).await;
        assert_eq!(nowhere.code(), (422, "category.not_found"));
        assert_eq!(w.get(&w.operator, &path).await.json, lamp, "{engine:?}: nothing was written");

        // By a key, the first answer stands although the version has moved on.
        let keyed = [("if-match", "\"2\""), ("idempotency-key", "r")];
        let first = put(&keyed).await;
        assert_eq!((first.status, first.etag.as_deref()), (200, Some("\"3\"")), "{}", first.json);
        let again = put(&keyed).await;
        assert_eq!((again.replayed, &again.bytes, again.etag.as_deref()), (true, &first.bytes, Some("\"3\"")));
        assert_eq!(put(&[("if-match", "\"3\""), ("idempotency-key", "r")]).await.code(), (422, "key_reused"));
        for nobody in [id::<kernel::kinds::ProductId>().to_string(), "prd_x".into(), text(&lamp["variants"][0]["id"])] {
            let path = format!("/admin/v1/products/{nobody}");
            assert_eq!(w.put(&w.operator, &path, 1, body.clone()).await.code(), (404, "not_found"), "{nobody}");
            assert_eq!(w.get(&w.operator, &path).await.code(), (404, "not_found"));
            assert_eq!(w.post(&w.operator, &format!("{path}/publish"), json!({})).await.code(), (404, "not_found"));
        }
        w.clean().await;
    }
}

/// A1, A2
#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_draft_is_one_product() {
    for engine in BOTH {
        let w = world(engine).await;
        w.category("lamps", json!({"name": "Lamps"})).await.expect(200);
        let first = w.post_as(&w.operator, "k", "/admin/v1/products", shirt()).await;
        let again = w.post_as(&w.operator, "k", "/admin/v1/products", shirt()).await;
        assert_eq!((first.status, again.replayed, &again.bytes), (201, true, &first.bytes), "{engine:?}");
        assert_eq!(again.location, first.location);
        let other = w.post_as(&w.operator, "k", "/admin/v1/products", with(&shirt(), "title", json!("Other"))).await;
        assert_eq!(other.code(), (422, "key_reused"));
        let stranger = w.post_as(&Actor::platform_admin(id()), "k", "/admin/v1/products", shirt()).await.expect(201);
        assert_eq!(stranger["slug"], "blue-shirt-2", "{engine:?}: a key is its owner's, and a title nobody's");

        let named = with(&shirt(), "slug", json!("blue-shirt"));
        let taken = w.post_as(&w.operator, "t", "/admin/v1/products", named.clone()).await;
        assert_eq!(taken.code(), (409, "slug.taken"));
        let still = w.post_as(&w.operator, "t", "/admin/v1/products", named).await;
        assert_eq!((still.replayed, still.bytes), (true, taken.bytes), "{engine:?}: a no is kept as well");

        let body = shirt().to_string();
        for head in [
            &[][..],
            &[("idempotency-key", "")],
            &[("idempotency-key", "a b")],
            &[("idempotency-key", &*"k".repeat(256))],
        ] {
            let got = w.ask(&w.operator, "POST /admin/v1/products", head, &body).await;
            assert_eq!(got.code(), (400, "invalid.idempotency_key"), "{engine:?} {head:?}");
        }
        let list = w.inside().await.read("SELECT count(*) AS n FROM products", vec![]).await.unwrap();
        assert_eq!(list[0].get::<i64>("n").unwrap(), 2, "{engine:?}");
    }
}

/// Every route is closed to everybody whom the policy does not name, before it looks at anything else.
#[tokio::test(flavor = "multi_thread")]
async fn each_door_opens_to_its_roles_only() {
    for engine in BOTH {
        let w = world(engine).await;
        let people = [
            Actor::anonymous(),
            Actor::guest([7; 32]),
            Actor::customer(id()),
            Actor::vendor_staff(id(), id()),
            vendor(),
            Actor::support(id()),
            Actor::platform_admin(id()),
            Actor::service("cart"),
        ];
        for route in &catalog::routes().0 {
            let spec = &route.spec;
            let path = spec.path.replace("{slug}", "x").replace("{offer}", &id::<kernel::kinds::OfferId>().to_string());
            let path = path.replace("{product}", &id::<kernel::kinds::ProductId>().to_string());
            for who in &people {
                let got = w.ask(who, &format!("{} {path}", spec.method), &[], "{}").await;
                let expected = match spec.access {
                    Some(Access::Action(action)) if !POLICY.allows(who, action) => {
                        if who.is_anonymous() {
                            (401, "unauthenticated")
                        } else {
                            (403, "forbidden")
                        }
                    }
                    _ => {
                        assert!(![401, 403].contains(&got.status), "{} {path} {who:?}: {}", spec.method, got.json);
                        continue;
                    }
                };
                assert_eq!(got.code(), expected, "{engine:?} {} {path} {who:?}", spec.method);
            }
        }
        // An operator has no vendor, whatever the policy of a market says.
        assert_eq!(w.get(&Actor::platform_admin(id()), "/vendor/v1/offers").await.code(), (403, "forbidden"));
        paths_that_are_none(&w).await;
    }
}

async fn paths_that_are_none(w: &World) {
    assert_eq!(w.shop("/product").await.code(), (404, "not_found"));
    assert_eq!(w.ask(&w.operator, "DELETE /admin/v1/categories/lamps", &[], "").await.code(), (405, "invalid.method"));
    for slug in ["%00", "a%00b", "A", "a--b", "..", "%2e%2e", "%F0%9F%92%A1", &"x".repeat(4000)] {
        assert_eq!(w.shop(&format!("/products/{slug}")).await.code(), (404, "not_found"), "{slug}");
    }
}
