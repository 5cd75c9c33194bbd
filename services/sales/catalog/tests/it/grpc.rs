//! What those who sell and deliver hear of offers.
use super::world::{id, text, vendor, world};
use platform_test::BOTH;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn offers_are_told_with_their_products_and_unknown_ones_left_out() {
    for engine in BOTH {
        let w = world(engine).await;
        let anna = vendor();
        w.category("home", json!({"name": "Home"})).await.expect(200);
        w.category("lamps", json!({"name": "Lamps", "parent": "home"})).await.expect(200);
        let body = json!({"title": "Reading Lamp", "category": "lamps",
            "options": [{"name": "colour", "values": ["blue", "red"]}, {"name": "size", "values": ["M", "XL"]}],
            "variants": [{"choices": ["blue", "XL"], "weight_grams": 180}]});
        let lamp = w.post(&w.operator, "/admin/v1/products", body).await.expect(201);
        let body =
            json!({"variant": lamp["variants"][0]["id"], "sku": "L-1", "condition": "refurbished", "handling_days": 3});
        let offer = text(&w.post(&anna, "/vendor/v1/offers", body).await.expect(201)["id"]);
        let stranger = id::<kernel::kinds::OfferId>().to_string();
        let asked = vec![stranger.clone(), offer.clone(), "lamp".into(), String::new(), offer.clone(), "\0".into()];
        let told = w.offers(asked).await;
        assert_eq!(told.len(), 1, "{engine:?}: {told:?}");
        let told = &told[0];
        let ids = (told.id.as_str(), told.product.as_str(), told.variant.as_str(), told.vendor.as_str());
        let vendor = anna.vendor.unwrap().to_string();
        assert_eq!(ids, (&*offer, &*text(&lamp["id"]), &*text(&lamp["variants"][0]["id"]), &*vendor));
        let words = (told.title.as_str(), told.variant_title.as_str(), told.sku.as_str(), told.slug.as_str());
        assert_eq!(words, ("Reading Lamp", "blue, XL", "L-1", "reading-lamp"));
        assert_eq!(
            (told.category.as_str(), &told.category_path[..]),
            ("lamps", &["home".to_string(), "lamps".into()][..])
        );
        let rest = (told.condition.as_str(), told.state.as_str(), told.sold, told.weight_grams, told.handling_days);
        assert_eq!(rest, ("refurbished", "draft", false, 180, 3), "{engine:?}");
        assert_eq!(w.offers(vec![]).await, [], "{engine:?}");
        assert_eq!(w.offers(vec![stranger]).await, [], "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_active_offer_of_a_published_product_is_sold() {
    for engine in BOTH {
        let w = world(engine).await;
        let anna = vendor();
        w.category("lamps", json!({"name": "Lamps"})).await.expect(200);
        let body = json!({"title": "Lamp", "category": "lamps", "variants": [{}]});
        let lamp = w.post(&w.operator, "/admin/v1/products", body).await.expect(201);
        let offer = text(&w.offer(&anna, &lamp).await["id"]);
        let is = async |state: &str, sold: bool| {
            let told = &w.offers(vec![offer.clone()]).await[0];
            assert_eq!((told.state.as_str(), told.sold), (state, sold), "{engine:?}");
        };
        w.vendor_moves(&anna, &offer, "submit").await.expect(200);
        is("submitted", false).await;
        w.operator_moves(&offer, "approve", json!({})).await.expect(200);
        is("active", false).await; // of a draft
        let product = format!("/admin/v1/products/{}", text(&lamp["id"]));
        w.post(&w.operator, &format!("{product}/publish"), json!({})).await.expect(200);
        is("active", true).await;
        w.vendor_moves(&anna, &offer, "pause").await.expect(200);
        is("paused", false).await;
        w.vendor_moves(&anna, &offer, "resume").await.expect(200);
        is("active", true).await;
        w.post(&w.operator, &format!("{product}/retire"), json!({})).await.expect(200);
        is("active", false).await;
        w.vendor_moves(&anna, &offer, "retire").await.expect(200);
        is("retired", false).await;
    }
}

/// A cart has a hundred lines: one read tells them all.
#[tokio::test(flavor = "multi_thread")]
async fn a_whole_cart_is_asked_at_once() {
    for engine in BOTH {
        let w = world(engine).await;
        let (lamp, anna) = (w.product("lamp").await, vendor());
        let mut offers = vec![];
        for _ in 0..30 {
            offers.push(text(&w.offer(&anna, &lamp).await["id"]));
        }
        let before = w.catalog().store.counts().reads;
        let mut told: Vec<_> = w.offers(offers.clone()).await.into_iter().map(|offer| offer.id).collect();
        assert_eq!(w.catalog().store.counts().reads - before, 2, "{engine:?}: the offers, and the tree");
        told.sort();
        offers.sort();
        assert_eq!(told, offers, "{engine:?}");
    }
}
