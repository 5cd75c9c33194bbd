//! Lists, page by page (api 4).
use super::world::{World, approved, priced, stocked, text, vendor, world};
use platform::actor::Actor;
use platform_test::BOTH;
use serde_json::{Value, json};

/// Walks a list to its end. Answers what stands there under `member`.
async fn walk(w: &World, who: &Actor, path: &str, member: &str) -> Vec<String> {
    let (mut found, mut next) = (vec![], Some(String::new()));
    while let Some(cursor) = next {
        let more = if cursor.is_empty() { String::new() } else { format!("&cursor={cursor}") };
        let page = w.get(who, &format!("{path}{more}")).await.expect(200);
        let items = page["items"].as_array().unwrap();
        assert!((1..=2).contains(&items.len()), "{page}");
        found.extend(items.iter().map(|item| text(&item[member])));
        next = page["next"].as_str().map(str::to_string);
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_go_on_where_the_last_page_ended() {
    for engine in BOTH {
        let w = world(engine).await;
        let (anna, ben) = (vendor(), vendor());
        let mut products = vec![];
        for slug in ["e", "a", "d", "b", "c"] {
            products.push(w.product(slug).await);
        }
        let slugs = walk(&w, &Actor::anonymous(), "/store/v1/products?limit=2", "slug").await;
        assert_eq!(slugs, ["a", "b", "c", "d", "e"], "{engine:?}: by title");
        let mut offers = vec![];
        for product in &products {
            offers.push(text(&w.offer(&anna, product).await["id"]));
            w.offer(&ben, product).await;
        }
        assert_eq!(walk(&w, &anna, "/vendor/v1/offers?limit=2", "id").await, offers, "{engine:?}: the oldest first");
        for offer in &offers[1..] {
            w.vendor_moves(&anna, offer, "submit").await.expect(200);
        }
        let waiting = walk(&w, &w.operator, "/admin/v1/submitted-offers?limit=2", "id").await;
        assert_eq!(waiting, offers[1..], "{engine:?}");
        let whole = w.get(&anna, "/vendor/v1/offers?limit=5").await.expect(200);
        assert_eq!((whole["items"].as_array().unwrap().len(), &whole["next"]), (5, &Value::Null), "exactly full");
        only_its_own_cursor(&w, &anna).await;
    }
}

async fn only_its_own_cursor(w: &World, anna: &Actor) {
    let shop = Actor::anonymous();
    let cursor = text(&w.get(&shop, "/store/v1/products?limit=2").await.json["next"]);
    w.get(&shop, &format!("/store/v1/products?limit=3&cursor={cursor}")).await.expect(200);
    for (who, path) in [
        (&shop, format!("/store/v1/products?category=lamps&cursor={cursor}")),
        (&shop, format!("/store/v1/products?cursor={cursor}x")),
        (&shop, "/store/v1/products?cursor=".to_string()),
        (anna, format!("/vendor/v1/offers?cursor={cursor}")),
        (&w.operator, format!("/admin/v1/submitted-offers?cursor={cursor}")),
    ] {
        assert_eq!(w.get(who, &path).await.fault(), (400, "invalid.parameter", "/cursor"), "{path}");
    }
    for (query, code, at) in [
        ("limit=0", "invalid.parameter", "/limit"),
        ("limit=101", "invalid.parameter", "/limit"),
        ("limit=-1", "invalid.parameter", "/limit"),
        ("limit=1.5", "invalid.parameter", "/limit"),
        ("limit=2&limit=2", "invalid.parameter", "/limit"),
        ("sort=title", "invalid.unknown_parameter", "/sort"),
        ("colour=blue", "invalid.unknown_parameter", "/colour"),
    ] {
        for (who, path) in
            [(&shop, "/store/v1/products"), (anna, "/vendor/v1/offers"), (&w.operator, "/admin/v1/submitted-offers")]
        {
            let got = w.get(who, &format!("{path}?{query}")).await;
            assert_eq!((got.status, got.fault().2), (400, at), "{path}?{query}: {}", got.json);
            // A list with a filter of its own reads strange names as that filter's.
            assert!([code, "invalid.unknown_member"].contains(&got.code().1), "{path}?{query}: {}", got.json);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_shows_what_was_asked_for() {
    for engine in BOTH {
        let w = world(engine).await;
        let (anna, ben) = (vendor(), vendor());
        w.category("home", json!({"name": "Home"})).await.expect(200);
        let (lamp, rug) = (w.product("red-lamp").await, w.product("red-rug").await);
        w.category("lamps", json!({"name": "Lamps", "parent": "home"})).await.expect(200);
        w.category("empty", json!({"name": "Empty"})).await.expect(200);
        let (annas, bens) = (w.sold(&anna, &lamp).await, w.sold(&ben, &lamp).await);
        w.sold(&ben, &rug).await;
        let names = [(&anna, "Anna"), (&ben, "Ben")].map(|(who, name)| approved(who.vendor.unwrap(), 1, name));
        w.tell("vendor", names.to_vec()).await;
        let prices = vec![priced(annas, 1, "EUR", 900), priced(bens, 1, "EUR", 800), priced(annas, 2, "USD", 1000)];
        w.tell("pricing", prices).await;
        w.tell("inventory", vec![stocked(bens, "loc", 1, "low")]).await;
        let list = async |query: &str| w.shop(&format!("/products?{query}")).await.expect(200)["items"].clone();
        w.until("the views are there", async || {
            let item = list("q=lamp").await[0].clone();
            item["stock"] == "low" && item["offers"] == 2 && item["price_from"]["amount"] == 800
        })
        .await;
        let item = json!({"slug": "red-lamp", "title": "red-lamp", "price_from": {"amount": 800, "currency": "EUR"},
            "offers": 2, "stock": "low"});
        assert_eq!(list("q=lamp").await, json!([item]), "{engine:?}");
        let dollars = list("q=lamp&currency=USD").await;
        w.until("the dollars are there", async || list("q=lamp&currency=USD").await[0]["price_from"]["amount"] == 1000)
            .await;
        assert_eq!(dollars[0]["slug"], "red-lamp");
        assert_eq!(list("q=lamp&currency=JPY").await[0]["price_from"], Value::Null);
        let slugs = async |query: &str| {
            let found = list(query).await;
            found.as_array().unwrap().iter().map(|item| text(&item["slug"])).collect::<Vec<_>>()
        };
        let anna_id = anna.vendor.unwrap();
        for (query, expected) in [
            ("".to_string(), &["red-lamp", "red-rug"][..]),
            ("q=".to_string(), &["red-lamp", "red-rug"]),
            ("q=R%C3%89D".to_string(), &["red-lamp", "red-rug"]),
            ("q=red%20rug".to_string(), &["red-rug"]),
            ("q=%25".to_string(), &["red-lamp", "red-rug"]),
            ("q=a%00b".to_string(), &[]),
            ("q=lamp%25".to_string(), &["red-lamp"]),
            ("category=home".to_string(), &["red-lamp", "red-rug"]),
            ("category=empty".to_string(), &[]),
            (format!("vendor={anna_id}"), &["red-lamp"]),
            (format!("vendor={anna_id}&q=rug"), &[]),
            (format!("vendor={anna_id}&category=lamps&q=red"), &["red-lamp"]),
            (format!("vendor={}", super::world::id::<kernel::kinds::VendorId>()), &[]),
        ] {
            assert_eq!(slugs(&query).await, expected, "{engine:?} {query}");
        }
        for (query, status, at) in [
            ("category=cellar", 404, "none"),
            ("category=%00", 404, "none"),
            ("vendor=anna", 400, "/vendor"),
            ("currency=eur", 400, "/currency"),
            ("currency=ABC", 400, "/currency"),
            ("currency=EURO", 400, "/currency"),
        ] {
            let got = w.shop(&format!("/products?{query}")).await;
            assert_eq!((got.status, got.fault().2), (status, at), "{engine:?} {query}: {}", got.json);
        }
        let long = w.shop(&format!("/products?q={}", "x".repeat(201))).await;
        assert_eq!(long.fault(), (400, "invalid", "/q"));
        assert_eq!(w.shop("/products/red-lamp?currency=ABC").await.fault().2, "/currency");
        assert_eq!(w.shop("/products/red-lamp?limit=1").await.status, 400);

        let page = w.shop("/products/red-lamp").await.expect(200);
        let cheapest = json!({"offer": bens, "variant": lamp["variants"][0]["id"], "vendor": ben.vendor,
            "vendor_name": "Ben", "vendor_slug": "ben", "condition": "new",
            "price": {"amount": 800, "currency": "EUR"}, "stock": "low"});
        assert_eq!(page["offers"][0], cheapest, "{engine:?}");
        assert_eq!((&page["offers"][1]["offer"], &page["offers"][1]["stock"]), (&json!(annas), &json!("none")));
        assert_eq!(page["category_path"], json!(["home", "lamps"]));
        w.clean().await;
    }
}
