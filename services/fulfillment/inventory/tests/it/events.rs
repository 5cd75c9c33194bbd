//! What inventory hears: a fact has one effect, however often, late or crosswise it is told. And what it tells of a shelf.
use super::world::{World, id, over, parcel, vendor, world};
use contracts::inventory as pb;
use kernel::OfferId;
use platform_sql::{Batch, Db, params};
use platform_test::{BOTH, Engine, stores};
use prost::{Message, Name};
use serde_json::json;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn parcels_move_units_and_the_last_one_ends_the_hold() {
    for engine in BOTH {
        let w = world(engine).await;
        let (lamp, rug) = (w.stocked(5).await, w.stocked(5).await);
        let anna = w.bought(&[(lamp, 3), (rug, 1)]).await;
        w.tell(anna, &[(lamp, 1), (rug, 1), (lamp, 1)]).await;
        w.until(lamp, [3, 1]).await;
        w.tell(anna, &[(lamp, 1)]).await;
        w.until(lamp, [2, 0]).await;
        assert_eq!(w.units(rug).await, [4, 0], "{engine:?}");
        let over = w.release("a/cancel", anna, &[(lamp, 1)]).await.unwrap_err();
        assert!(over.message().contains("ended"), "{over:?}");
        w.clean().await;
    }
}

/// A shelf below zero is a fact too (Stock 5).
#[tokio::test(flavor = "multi_thread")]
async fn a_parcel_leaves_although_the_recount_said_less() {
    for engine in BOTH {
        let w = world(engine).await;
        let lamp = w.stocked(4).await;
        let anna = w.bought(&[(lamp, 3)]).await;
        w.put(&w.vendor, &w.shelf(lamp), 1, json!({"on_hand": 1})).await.expect(200);
        w.tell(anna, &[(lamp, 2)]).await;
        w.until(lamp, [-1, 1]).await;
        w.clean().await;
    }
}

/// The news of a parcel is slower than the cancel of what is left, than the return of it, and than the end of the order.
#[tokio::test(flavor = "multi_thread")]
async fn late_news_of_a_parcel_ends_where_early_news_would() {
    for engine in BOTH {
        let w = world(engine).await;
        let (lamp, rug) = (w.stocked(5).await, w.stocked(5).await);
        let anna = w.bought(&[(lamp, 3)]).await;
        w.release("a/cancel", anna, &[(lamp, 1)]).await.unwrap();
        w.give_back("a/return", anna, &[(lamp, 1)]).await.unwrap();
        assert_eq!(w.units(lamp).await, [6, 2]);
        w.tell(anna, &[(lamp, 2)]).await;
        w.until(lamp, [4, 0]).await;
        let ben = w.bought(&[(rug, 2)]).await;
        w.undo(&format!("{ben}/hold"), ben).await.unwrap();
        w.give_back("b/return", ben, &[(rug, 2)]).await.unwrap();
        w.tell(ben, &[(rug, 2)]).await;
        w.until(rug, [5, 0]).await;
        w.clean().await;
    }
}

/// Facts that lie side by side in one commit, and a parcel without a line.
#[tokio::test(flavor = "multi_thread")]
async fn facts_of_one_commit_each_have_their_effect() {
    for engine in BOTH {
        let w = world(engine).await;
        let lamp = w.stocked(9).await;
        let mut told = vec![];
        for _ in 0..4 {
            told.push(parcel(w.bought(&[(lamp, 2)]).await, &[(lamp, 2)]));
        }
        let nothing = w.bought(&[(lamp, 1)]).await;
        told.insert(2, parcel(nothing, &[]));
        w.tell_all(told).await;
        w.until(lamp, [1, 1]).await;
        w.clean().await;
    }
}

/// A life of its own: what it spawned ends with it.
fn life<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let done = runtime.block_on(work);
    runtime.shutdown_timeout(Duration::from_secs(5));
    done
}

/// The place in the log is lost, and everything is told again to a new life.
#[test]
fn what_is_told_again_has_no_effect() {
    for engine in BOTH {
        let (store, lamp, vendor, place) = life(async move {
            let w = world(engine).await;
            let lamp = w.stocked(50).await;
            for _ in 0..5 {
                w.tell(w.bought(&[(lamp, 2)]).await, &[(lamp, 2)]).await;
            }
            w.until(lamp, [40, 0]).await;
            (w.store.clone(), lamp, w.vendor.clone(), w.place)
        });
        life(async move {
            let at = store.replace("{service}", "inventory");
            let at = platform_sql::StoreAt { url: at, opening: platform_sql::Opening::Migrate };
            let db = Db::open(&at, inventory::MIGRATIONS).await.expect("opened");
            let mut batch = Batch::new();
            batch.push("DELETE FROM feed WHERE position > $1", params![0]);
            db.batch(batch).await.expect("forgotten");
            drop(db);
            let mut w = over(&store, &[]).await;
            (w.vendor, w.place) = (vendor, place);
            let rug = w.stocked(5).await;
            w.tell(w.bought(&[(rug, 1)]).await, &[(rug, 1)]).await;
            w.until(rug, [4, 0]).await;
            assert_eq!(w.units(lamp).await, [40, 0], "{engine:?}");
            w.clean().await;
        });
    }
}

/// Two processes follow the same log for the same consumer.
#[tokio::test(flavor = "multi_thread")]
async fn two_consumers_of_one_name_have_one_effect() {
    let store = stores(Engine::Postgres, &["inventory", "order", "catalog"]).await;
    let (one, _two) = (over(&store, &[]).await, over(&store, &[]).await);
    let lamp = one.stocked(50).await;
    for _ in 0..20 {
        one.tell(one.bought(&[(lamp, 2)]).await, &[(lamp, 2)]).await;
    }
    one.until(lamp, [10, 0]).await;
    tokio::time::sleep(Duration::from_millis(300)).await; // and not one more
    assert_eq!(one.units(lamp).await, [10, 0]);
    one.clean().await;
}

/// An order that was never held here, or more than it ever had: that is nobody's fact. It is put aside for an operator, not taken
/// for handled, and the facts of others go on (E5).
#[tokio::test(flavor = "multi_thread")]
async fn a_fact_that_can_not_be_is_parked_and_the_others_go_on() {
    for engine in BOTH {
        let w = world(engine).await;
        let lamp = w.stocked(5).await;
        let (anna, ben) = (w.bought(&[(lamp, 1)]).await, w.bought(&[(lamp, 1)]).await);
        let odd = [parcel(id(), &[(lamp, 1)]), parcel(anna, &[(lamp, 2)])];
        w.tell_all(odd.to_vec()).await;
        w.tell(ben, &[(lamp, 1)]).await;
        w.until(lamp, [4, 1]).await;
        let parked = w.inventory().store.parked(Some("inventory.ship")).await.unwrap();
        let messages: Vec<_> = parked.iter().map(|p| p.message).collect();
        assert_eq!(messages, odd.each_ref().map(|fact| fact.id), "{engine:?}: {parked:?}");
        assert!(parked[0].error.contains("no such hold") && parked[1].error.contains("fewer units"), "{parked:?}");
        w.clean().await;
    }
}

/// What was told of one shelf, by its versions.
async fn told(w: &World, offer: OfferId) -> Vec<String> {
    w.told(offer).await.iter().map(|(kind, payload)| word(w, offer, kind, payload)).collect()
}

fn word(w: &World, offer: OfferId, kind: &str, payload: &[u8]) -> String {
    let who = (offer.to_string(), w.place.to_string(), w.vendor.vendor.unwrap().to_string());
    let short = kind.rsplit('.').next().unwrap_or_default();
    if kind == pb::StockRestocked::full_name() {
        let message = pb::StockRestocked::decode(payload).unwrap();
        assert_eq!((message.offer, message.location, message.vendor), who);
        return format!("{short}{}", if message.low { " low" } else { "" });
    }
    let message = pb::StockLow::decode(payload).unwrap();
    assert_eq!((message.offer, message.location, message.vendor), who);
    short.to_string()
}

/// Tables 7: decided by the row, one a version, only when a line is crossed.
#[tokio::test(flavor = "multi_thread")]
async fn a_shelf_tells_when_it_becomes_low_empty_and_full_again() {
    for engine in BOTH {
        let w = world(engine).await;
        let lamp = id();
        let path = w.shelf(lamp);
        w.put(&w.vendor, &path, 0, json!({"on_hand": 8, "low_mark": 3})).await.expect(200);
        let a = w.bought(&[(lamp, 4)]).await; // 4 free
        let b = w.bought(&[(lamp, 2)]).await; // 2: low
        let c = w.bought(&[(lamp, 1)]).await; // 1: low before, not told again
        let d = w.bought(&[(lamp, 1)]).await; // none
        w.undo(&format!("{d}/hold"), d).await.unwrap(); // 1: something again, still low
        w.release("c/cancel", c, &[(lamp, 1)]).await.unwrap(); // 2
        w.undo(&format!("{a}/hold"), a).await.unwrap(); // 6: above the mark
        w.tell(b, &[(lamp, 2)]).await; // what was promised leaves: 6 as before
        w.until(lamp, [6, 0]).await;
        let seen = w.get(&w.vendor, &path).await.json["version"].as_u64().unwrap();
        w.put(&w.vendor, &path, seen, json!({"on_hand": 6, "low_mark": 6})).await.expect(200); // the mark rose: low
        w.put(&w.vendor, &path, seen + 1, json!({"on_hand": 6, "low_mark": 2})).await.expect(200); // and fell
        w.put(&w.vendor, &path, seen + 2, json!({"on_hand": 0})).await.expect(200); // none
        w.put(&w.vendor, &path, seen + 3, json!({"on_hand": 0, "backorder": 9})).await.expect(200); // may be promised
        let expected = [
            "StockRestocked",
            "StockLow",
            "StockDepleted",
            "StockRestocked low",
            "StockRestocked",
            "StockLow",
            "StockRestocked",
            "StockDepleted",
            "StockRestocked",
        ];
        assert_eq!(told(&w, lamp).await, expected, "{engine:?}");
        w.clean().await;
    }
}

/// Under load too: of many who take at once exactly one empties the shelf, and exactly one makes it low.
#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_makes_a_shelf_low_once_and_empties_it_once() {
    for engine in BOTH {
        let w = world(engine).await;
        let lamp = w.stocked(20).await;
        let one = |n: usize| {
            let w = &w;
            async move {
                let order = id();
                while w.hold(&format!("{n}/hold"), order, &[(lamp, 1)]).await.is_err() {
                    tokio::time::sleep(Duration::from_millis(5)).await
                }
            }
        };
        futures::future::join_all((0..20).map(one)).await;
        assert_eq!(told(&w, lamp).await, ["StockRestocked", "StockLow", "StockDepleted"], "{engine:?}");
        w.clean().await;
    }
}

/// The first vendor to count an offer has it only until the catalogue says whose it is.
#[tokio::test(flavor = "multi_thread")]
async fn who_counts_anothers_offer_first_does_not_keep_it() {
    for engine in BOTH {
        let w = world(engine).await;
        let (squatter, lamp) = (vendor(), id::<kernel::kinds::OfferId>());
        let theirs = format!("/vendor/v1/stock/{lamp}/{}", w.opened(&squatter).await);
        w.put(&squatter, &theirs, 0, json!({"on_hand": 9})).await.expect(200);
        assert_eq!(w.put(&w.vendor, &w.shelf(lamp), 0, json!({"on_hand": 3})).await.status, 404, "nobody knows yet");
        w.activated(lamp, &w.vendor).await;
        for _ in 0..200 {
            if w.free(lamp).await == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        assert_eq!(w.free(lamp).await, 0, "{engine:?}");
        w.put(&w.vendor, &w.shelf(lamp), 0, json!({"on_hand": 3})).await.expect(200);
        assert_eq!(w.put(&squatter, &theirs, 2, json!({"on_hand": 9})).await.status, 404, "{engine:?}");
        assert_eq!(w.post(&squatter, &format!("{theirs}/receipts"), json!({"quantity": 1})).await.status, 404);
        assert_eq!(w.free(lamp).await, 3, "{engine:?}");
        w.clean().await;
    }
}

/// A recount rings the bell of the log, though no other fact is in its batch: who follows the log hears of it at once.
#[tokio::test(flavor = "multi_thread")]
async fn what_only_a_row_decides_rings_the_bell() {
    for engine in BOTH {
        let w = world(engine).await;
        let mut bell = w.doorbell();
        bell.borrow_and_update();
        w.stocked(9).await;
        assert!(bell.has_changed().unwrap(), "{engine:?}");
    }
}
