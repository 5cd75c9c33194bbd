//! What catalog hears: its lists show the last word, however often, late or crosswise it is told, and can be made anew.
use super::world::{World, approved, changed, id, life, opened, over, priced, stocked, suspended, vendor, world};
use kernel::OfferId;
use platform::{feed, module::Opening};
use platform_sql::{Batch, params};
use platform_test::BOTH;
use serde_json::{Value, json};

impl World {
    /// Of the only product.
    async fn item(&self) -> Value {
        self.shop("/products").await.expect(200)["items"][0].clone()
    }
    async fn until_item(&self, member: &str, value: Value) {
        self.until(&format!("{member} is {value}"), async || self.item().await[member] == value).await;
    }
    /// All that others said, as it is kept.
    async fn said(&self) -> Vec<String> {
        let db = self.inside().await;
        let mut said = vec![];
        for sql in [
            "SELECT offer, currency, price FROM seen_prices ORDER BY offer, currency",
            "SELECT offer, location, word FROM seen_stock ORDER BY offer, location",
            "SELECT vendor, name, slug, active FROM seen_vendors ORDER BY vendor",
        ] {
            said.extend(db.read(sql, params![]).await.unwrap().iter().map(|row| format!("{row:?}")));
        }
        said
    }
}

fn eur(amount: i64) -> Value {
    json!({"amount": amount, "currency": "EUR"})
}

/// Whoever tells first: a price, a stock and a vendor may be known before the offer is.
#[tokio::test(flavor = "multi_thread")]
async fn the_last_word_is_shown_whoever_told_first() {
    for engine in BOTH {
        let w = world(engine).await;
        let (lamp, anna) = (w.product("lamp").await, vendor());
        let offer = w.sold(&anna, &lamp).await;
        assert_eq!(w.item().await["offers"], 0, "nobody has heard of the vendor");
        w.tell("pricing", vec![priced(offer, 1, "EUR", 900), priced(offer, 2, "EUR", 700)]).await;
        w.tell("inventory", vec![stocked(offer, "loc", 1, "in_stock")]).await;
        w.tell("vendor", vec![approved(anna.vendor.unwrap(), 1, "Anna")]).await;
        w.until_item("offers", json!(1)).await;
        w.until_item("price_from", eur(700)).await;
        w.until_item("stock", json!("in_stock")).await;
        w.tell("pricing", vec![priced(offer, 3, "USD", 1), priced(offer, 4, "EUR", 800)]).await;
        w.until_item("price_from", eur(800)).await;
        let strange: OfferId = id();
        w.tell("pricing", vec![priced(strange, 1, "EUR", 1)]).await;
        w.tell("pricing", vec![priced(offer, 5, "EUR", 801)]).await;
        w.until_item("price_from", eur(801)).await;
        assert_eq!(w.said().await.len(), 5, "{engine:?}: what is said of an unknown offer waits for it");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shelf_is_low_empty_and_filled_again() {
    for engine in BOTH {
        let w = world(engine).await;
        let (lamp, anna) = (w.product("lamp").await, vendor());
        let offer = w.sold(&anna, &lamp).await;
        w.tell("vendor", vec![approved(anna.vendor.unwrap(), 1, "Anna")]).await;
        for (number, (word, shown)) in
            [("in_stock", "in_stock"), ("falls_low", "low"), ("none", "none"), ("low", "low"), ("in_stock", "in_stock")]
                .into_iter()
                .enumerate()
        {
            w.tell("inventory", vec![stocked(offer, "front", number as i64 + 1, word)]).await;
            w.until_item("stock", json!(shown)).await;
        }
        // Of several places the best word counts.
        w.tell("inventory", vec![stocked(offer, "back", 1, "low"), stocked(offer, "front", 6, "none")]).await;
        w.until_item("stock", json!("low")).await;
        let page = w.shop("/products/lamp").await.expect(200);
        assert_eq!(page["offers"][0]["stock"], "low", "{engine:?}");
        w.tell("inventory", vec![stocked(offer, "back", 2, "none")]).await;
        w.until_item("stock", json!("none")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_goes_away_comes_back_and_is_stopped() {
    for engine in BOTH {
        let w = world(engine).await;
        let (lamp, anna, ben) = (w.product("lamp").await, vendor(), vendor());
        let (a, b) = (anna.vendor.unwrap(), ben.vendor.unwrap());
        let (annas, bens) = (w.sold(&anna, &lamp).await, w.sold(&ben, &lamp).await);
        w.tell("pricing", vec![priced(annas, 1, "EUR", 1), priced(bens, 1, "EUR", 2)]).await;
        w.tell("vendor", vec![approved(a, 1, "Anna"), approved(b, 1, "Ben")]).await;
        w.until_item("offers", json!(2)).await;
        w.until_item("price_from", eur(1)).await;
        w.tell("vendor", vec![changed(a, 2, "Anna", "vacation")]).await;
        w.until_item("offers", json!(1)).await;
        assert_eq!(w.item().await["price_from"], eur(2), "{engine:?}");
        w.tell("vendor", vec![changed(a, 3, "Lampen", "active")]).await;
        w.until_item("offers", json!(2)).await;
        let page = w.shop("/products/lamp").await.expect(200);
        let named = (&page["offers"][0]["vendor_name"], &page["offers"][0]["vendor_slug"]);
        assert_eq!(named, (&json!("Lampen"), &json!("lampen")), "{engine:?}");
        w.tell("vendor", vec![suspended(a, 4), suspended(id(), 1)]).await;
        w.until_item("offers", json!(1)).await;
        w.tell("vendor", vec![changed(a, 5, "Lampen", "suspended"), changed(b, 2, "Ben", "terminated")]).await;
        w.until_item("offers", json!(0)).await;
        assert_eq!(w.shop("/products/lamp").await.json["offers"], json!([]), "{engine:?}");
    }
}

/// E3: the places in the logs are lost, and everything is told again to a new life; only what is new has an effect.
#[test]
fn what_is_told_again_has_no_effect() {
    for engine in BOTH {
        let store = life(async move {
            let w = world(engine).await;
            let (lamp, anna) = (w.product("lamp").await, vendor());
            let offer = w.sold(&anna, &lamp).await;
            w.tell("pricing", vec![priced(offer, 1, "EUR", 900), priced(offer, 2, "EUR", 700)]).await;
            w.tell("inventory", vec![stocked(offer, "loc", 1, "in_stock")]).await;
            w.tell("vendor", vec![approved(anna.vendor.unwrap(), 1, "Anna")]).await;
            w.until_item("offers", json!(1)).await;
            w.until_item("price_from", eur(700)).await;
            w.until_item("stock", json!("in_stock")).await;
            w.store
        });
        life(async move {
            let db = opened(&store, Opening::Migrate).await;
            let mut batch = Batch::new();
            batch.push("UPDATE feed SET position = $1 WHERE source IN ('pricing', 'inventory', 'vendor')", params![0]);
            // Only a fact that is handled once more could change these back.
            batch.push("UPDATE seen_prices SET price = $1", params![5]);
            batch.push("UPDATE seen_stock SET word = $1", params!["low"]);
            batch.push("UPDATE seen_vendors SET name = $1", params!["Ida"]);
            db.save(batch).await.unwrap();
            drop(db);
            let (w, other) = (over(&store).await, id::<kernel::kinds::OfferId>());
            w.tell("pricing", vec![priced(other, 1, "EUR", 1)]).await;
            w.tell("inventory", vec![stocked(other, "loc", 1, "in_stock")]).await;
            w.tell("vendor", vec![approved(id(), 1, "Zoe")]).await;
            w.until("the new facts are there", async || w.said().await.len() == 6).await;
            let item = w.item().await;
            assert_eq!((&item["price_from"], &item["stock"]), (&eur(5), &json!("low")), "{engine:?}");
            assert_eq!(w.shop("/products/lamp").await.json["offers"][0]["vendor_name"], "Ida", "{engine:?}");
        });
    }
}

/// O3: dropped and rebuilt, the views say what they said.
#[tokio::test(flavor = "multi_thread")]
async fn views_made_anew_are_the_same() {
    for engine in BOTH {
        let w = world(engine).await;
        let offers: Vec<OfferId> = (0..20).map(|_| id()).collect();
        let vendors: Vec<kernel::VendorId> = (0..5).map(|_| id()).collect();
        for round in 0..3i64 {
            for (at, offer) in offers.iter().enumerate() {
                let number = 2 * round + 1;
                let prices = vec![
                    priced(*offer, number, "EUR", 100 * round + at as i64),
                    priced(*offer, number + 1, if at % 2 == 0 { "USD" } else { "EUR" }, 7),
                ];
                w.tell("pricing", prices).await;
                let word = ["in_stock", "none", "low", "falls_low"][(at + round as usize) % 4];
                w.tell("inventory", vec![stocked(*offer, ["a", "b"][at % 2], round + 1, word)]).await;
            }
            for (at, vendor) in vendors.iter().enumerate() {
                let fact = match (round, at % 3) {
                    (0, _) => approved(*vendor, 1, &format!("V{at}")),
                    (1, 0) => suspended(*vendor, 2),
                    (n, _) => changed(*vendor, n + 1, &format!("W{at}"), ["active", "vacation"][at % 2]),
                };
                w.tell("vendor", vec![fact]).await;
            }
        }
        // The last fact of each log has arrived once these have.
        let last: OfferId = id();
        w.tell("pricing", vec![priced(last, 1, "EUR", 1)]).await;
        w.tell("inventory", vec![stocked(last, "a", 1, "low")]).await;
        w.tell("vendor", vec![approved(id(), 1, "Last")]).await;
        let rows = 30 + 20 + 5 + 3;
        w.until("all of it is there", async || w.said().await.len() == rows).await;
        let before = w.said().await;

        let store = &w.catalog().store;
        for reading in w.net.readings.iter().filter(|reading| reading.service() == "catalog") {
            assert!(!reading.views.is_empty(), "{} fills views only", reading.consumer);
            let log = w.net.transport("catalog", reading.source).unwrap();
            feed::rebuild(store.as_ref(), &[(reading, log)]).await.unwrap();
        }
        w.until("all of it is there again", async || w.said().await.len() == rows).await;
        assert_eq!(w.said().await, before, "{engine:?}");
    }
}

/// E5: a fact that can't be read is put aside with the later ones of its aggregate, and holds nobody else back.
#[tokio::test(flavor = "multi_thread")]
async fn a_fact_that_is_none_is_parked_and_the_others_go_on() {
    for engine in BOTH {
        let w = world(engine).await;
        let (lamp, anna) = (w.product("lamp").await, vendor());
        let offer = w.sold(&anna, &lamp).await;
        w.tell("vendor", vec![approved(anna.vendor.unwrap(), 1, "Anna")]).await;
        let strange: OfferId = id();
        let odd = [priced(strange, 1, "EURO", 1), priced(strange, 2, "EUR", 2)];
        w.tell("pricing", odd.to_vec()).await;
        w.tell("pricing", vec![priced(offer, 1, "EUR", 7)]).await;
        w.until_item("price_from", eur(7)).await;
        let parked = w.catalog().store.parked(Some("catalog.prices")).await.unwrap();
        let messages: Vec<_> = parked.iter().map(|parked| parked.message).collect();
        assert_eq!(messages, odd.each_ref().map(|fact| fact.id), "{engine:?}: {parked:?}");
    }
}
