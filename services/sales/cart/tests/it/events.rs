//! The order's news: a cart is in checkout, closed or open again, however often, late or crosswise it is told.
use super::{
    store::id,
    world::{Shopper, World, cancelled, confirmed, life, opened, over, placed, text, world},
};
use kernel::OrderId;
use platform::{module::Opening, store::Fact};
use platform_sql::{Batch, params};
use platform_test::BOTH;
use serde_json::{Value, json};

impl World {
    /// These facts, and then one more of another cart: once that is heard, so are they.
    async fn heard(&self, facts: Vec<Fact>) {
        let other = self.shopper().await;
        for fact in facts {
            self.tell(vec![fact]).await;
        }
        self.tell(vec![placed(id(), other.id())]).await;
        self.until_state(&other, "in_checkout").await;
    }
    async fn state(&self, shopper: &Shopper) -> (String, Value) {
        let cart = self.read(shopper).await;
        (text(&cart["state"]), cart["order"].clone())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_in_checkout_takes_no_edits_and_names_its_order() {
    for engine in BOTH {
        let w = world(engine).await;
        let (s, lamp, order) = (w.shopper().await, w.thing("Lamp"), id::<kernel::kinds::OrderId>());
        let cart = w.add(&s, &[(&lamp, 1)]).await;
        let line = s.path(&format!("/lines/{}", text(&cart["groups"][0]["lines"][0]["id"])));
        w.delivered(&s).await;
        w.tell(vec![placed(order, s.id())]).await;
        let held = w.until_state(&s, "in_checkout").await;
        assert_eq!((&held["order"], &held["version"]), (&json!(order), &json!(4)), "{engine:?}");
        let refused = async |code: &str| {
            let lines = json!({"lines": [{"offer": lamp, "quantity": 1}]});
            for got in [
                w.post(&s.who, &s.path("/lines"), lines).await,
                w.edit(&s.who, &format!("PATCH {line}"), 4, json!({"quantity": 2})).await,
                w.edit(&s.who, &format!("PATCH {line}"), 1, json!({"quantity": 2})).await,
                w.edit(&s.who, &format!("DELETE {line}"), 4, Value::Null).await,
                w.edit(&s.who, &format!("PUT {}", s.path("/delivery")), 4, super::world::delivery()).await,
                w.edit(&s.who, &format!("PUT {}", s.path("/coupon")), 4, json!({"code": "x"})).await,
                w.post(&s.who, &s.path("/quote"), json!({})).await,
            ] {
                assert_eq!((got.code(), &got.json["order"]), ((409, code), &json!(order)), "{engine:?}: {}", got.json);
            }
        };
        refused("cart.in_checkout").await;
        assert_eq!(w.read(&s).await, held, "{engine:?}: nothing was written");
        w.tell(vec![confirmed(order, s.id())]).await;
        w.until_state(&s, "closed").await;
        refused("cart.closed").await;
        assert!(w.market.quoted().is_empty());
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_order_opens_its_cart_and_no_other() {
    for engine in BOTH {
        let w = world(engine).await;
        let (s, lamp) = (w.shopper().await, w.thing("Lamp"));
        let (order, other): (OrderId, OrderId) = (id(), id());
        w.heard(vec![placed(order, s.id()), cancelled(other, s.id())]).await;
        assert_eq!(w.state(&s).await, ("in_checkout".into(), json!(order)), "{engine:?}: another order's end");
        w.heard(vec![cancelled(order, s.id())]).await;
        assert_eq!(w.state(&s).await, ("open".into(), Value::Null), "{engine:?}");
        w.add(&s, &[(&lamp, 1)]).await;
        let third: OrderId = id();
        w.heard(vec![placed(third, s.id())]).await;
        assert_eq!(w.state(&s).await, ("in_checkout".into(), json!(third)), "{engine:?}: bought anew");
        w.clean().await;
    }
}

/// Facts of different aggregates have no order, and old ones may be told late.
#[tokio::test(flavor = "multi_thread")]
async fn a_confirmed_order_closes_whatever_is_told_after_it() {
    for engine in BOTH {
        let w = world(engine).await;
        let s = w.shopper().await;
        let (order, other): (OrderId, OrderId) = (id(), id());
        w.heard(vec![confirmed(order, s.id())]).await;
        assert_eq!(w.state(&s).await, ("closed".into(), json!(order)), "{engine:?}: before it was placed");
        w.heard(vec![placed(order, s.id()), cancelled(order, s.id()), placed(other, s.id())]).await;
        assert_eq!(w.state(&s).await, ("closed".into(), json!(order)), "{engine:?}");
        w.heard(vec![cancelled(other, s.id()), confirmed(other, s.id())]).await;
        assert_eq!(w.state(&s).await, ("closed".into(), json!(order)), "{engine:?}");
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn news_of_carts_that_are_none_holds_nobody_back() {
    for engine in BOTH {
        let w = world(engine).await;
        let s = w.shopper().await;
        let order: OrderId = id();
        w.heard(vec![placed(id(), id()), confirmed(id(), id()), placed(order, s.id())]).await;
        assert_eq!(w.state(&s).await.0, "in_checkout", "{engine:?}");
        assert_eq!(w.cart().store.parked(None).await.unwrap(), [], "{engine:?}");
        // What can't be read is put aside with what follows of its order (E5).
        let odd: OrderId = id();
        let strange =
            contracts::order::OrderPlaced { order: odd.to_string(), cart: "crt_x".into(), ..Default::default() };
        let strange = Fact::of(("order", odd, 1), &strange, super::store::NOW);
        w.heard(vec![strange.clone(), confirmed(odd, s.id()), confirmed(order, s.id())]).await;
        assert_eq!(w.state(&s).await, ("closed".into(), json!(order)), "{engine:?}");
        let parked = w.cart().store.parked(Some("cart.order")).await.unwrap();
        assert_eq!(parked.len(), 2, "{engine:?}: {parked:?}");
        assert_eq!(parked[0].message, strange.id);
        w.clean().await;
    }
}

/// E3: the place in the log is lost, and everything is told again to a new life. Heard once more, the news would move the cart to and fro.
#[test]
fn what_is_told_again_has_no_effect() {
    for engine in BOTH {
        let (store, s) = life(async move {
            let w = world(engine).await;
            let (s, order) = (w.shopper().await, id::<kernel::kinds::OrderId>());
            w.heard(vec![placed(order, s.id()), cancelled(order, s.id())]).await;
            (w.store, s)
        });
        life(async move {
            let db = opened(&store, Opening::Migrate).await;
            let mut batch = Batch::new();
            batch.push("UPDATE feed SET position = $1 WHERE source = 'order'", params![0]);
            db.save(batch).await.unwrap();
            drop(db);
            let w = over(&store).await;
            w.heard(vec![]).await;
            let cart = w.read(&s).await;
            assert_eq!((&cart["state"], &cart["version"]), (&json!("open"), &json!(3)), "{engine:?}");
            let order: OrderId = id();
            w.heard(vec![placed(order, s.id())]).await;
            assert_eq!(w.state(&s).await, ("in_checkout".into(), json!(order)), "{engine:?}");
            w.clean().await;
        });
    }
}
