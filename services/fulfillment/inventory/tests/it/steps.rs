//! Steps of a saga: do and undo by key, in any order, any number of times.
use super::world::{id, with, world};
use platform::grpc::code_of;
use platform_test::BOTH;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn twice_is_once_even_when_nothing_is_left() {
    for engine in BOTH {
        let w = world(engine).await;
        let (lamp, anna) = (w.stocked(1).await, id());
        let first = w.hold("a/hold", anna, &[(lamp, 1)]).await.unwrap();
        assert_eq!(w.hold("a/hold", anna, &[(lamp, 1)]).await.unwrap(), first, "{engine:?}");
        assert_eq!(w.free(lamp).await, 0);
        let other = w.hold("a/hold", anna, &[(lamp, 2)]).await.unwrap_err();
        assert_eq!(code_of(&other), "key_reused", "{other:?}");
        let committed = w.commit("a/commit", anna).await.unwrap();
        assert_eq!(w.commit("a/commit", anna).await.unwrap(), committed);
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_that_comes_first_wins() {
    for engine in BOTH {
        let w = world(engine).await;
        let (lamp, anna) = (w.stocked(3).await, id());
        for _ in 0..2 {
            w.undo("a/hold", anna).await.unwrap();
        }
        for _ in 0..2 {
            let late = w.hold("a/hold", anna, &[(lamp, 1)]).await.unwrap_err();
            assert_eq!(code_of(&late), "step_undone", "{engine:?} {late:?}");
        }
        assert_eq!(w.free(lamp).await, 3);
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_frees_a_committed_hold_once() {
    for engine in BOTH {
        let w = world(engine).await;
        let (lamp, anna) = (w.stocked(3).await, id());
        w.hold("a/hold", anna, &[(lamp, 2)]).await.unwrap();
        w.commit("a/commit", anna).await.unwrap();
        for _ in 0..2 {
            w.undo("a/hold", anna).await.unwrap();
            assert_eq!(w.free(lamp).await, 3, "{engine:?}");
        }
        let late = w.hold("a/hold", anna, &[(lamp, 2)]).await.unwrap_err();
        assert_eq!(code_of(&late), "step_undone");
        w.clean().await;
    }
}

/// Both at once, many times: whatever order they land in, nothing stays held.
#[tokio::test(flavor = "multi_thread")]
async fn do_and_undo_at_once_leave_nothing_held() {
    for engine in BOTH {
        let w = world(engine).await;
        let lamp = w.stocked(100).await;
        let lines = [(lamp, 1)];
        for n in 0..40 {
            let (key, anna) = (format!("{n}/hold"), id());
            let (_, undone) = tokio::join!(w.hold(&key, anna, &lines), w.undo(&key, anna));
            undone.unwrap();
            let late = w.hold(&key, anna, &[(lamp, 1)]).await.unwrap_err();
            assert_eq!(code_of(&late), "step_undone");
        }
        assert_eq!(w.free(lamp).await, 100, "{engine:?}");
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_runs_out_unless_it_is_committed() {
    for engine in BOTH {
        let w = with(engine, &[("hold_ttl_s", "1")]).await;
        let (lamp, anna, ben) = (w.stocked(3).await, id(), id());
        w.hold("a/hold", anna, &[(lamp, 1)]).await.unwrap();
        w.hold("b/hold", ben, &[(lamp, 1)]).await.unwrap();
        w.commit("b/commit", ben).await.unwrap();
        assert_eq!(w.free(lamp).await, 1);
        tokio::time::sleep(Duration::from_millis(1300)).await;
        assert_eq!(w.free(lamp).await, 2, "{engine:?}");
        let late = w.commit("a/commit", anna).await.unwrap_err();
        assert_eq!(code_of(&late), "inventory.illegal_move");
        w.undo("a/hold", anna).await.unwrap();
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn units_are_released_once_by_their_step() {
    for engine in BOTH {
        let w = world(engine).await;
        let lamp = w.stocked(5).await;
        let anna = w.bought(&[(lamp, 3)]).await;
        let first = w.release("a/cancel/1", anna, &[(lamp, 1)]).await.unwrap();
        assert_eq!(first.state, "committed");
        assert_eq!(w.release("a/cancel/1", anna, &[(lamp, 1)]).await.unwrap(), first, "{engine:?}");
        assert_eq!(w.units(lamp).await, [5, 2]);
        let reused = w.release("a/cancel/1", anna, &[(lamp, 2)]).await.unwrap_err();
        assert_eq!(code_of(&reused), "key_reused", "{engine:?}");
        let beyond = w.release("a/cancel/2", anna, &[(lamp, 3)]).await.unwrap_err();
        assert_eq!(code_of(&beyond), "inventory.illegal_move");
        let last = w.release("a/cancel/2", anna, &[(lamp, 2)]).await.unwrap();
        assert_eq!((last.state.as_str(), w.units(lamp).await), ("ended", [5, 0]), "{engine:?}");
        assert_eq!(w.release("a/cancel/1", anna, &[(lamp, 1)]).await.unwrap(), first, "the first answer, for ever");
        w.undo(&format!("{anna}/hold"), anna).await.unwrap();
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_behind_the_undo_of_its_hold_is_done_already() {
    for engine in BOTH {
        let w = world(engine).await;
        let lamp = w.stocked(5).await;
        let anna = w.bought(&[(lamp, 3)]).await;
        w.undo(&format!("{anna}/hold"), anna).await.unwrap();
        for _ in 0..2 {
            let hold = w.release("a/cancel", anna, &[(lamp, 1)]).await.unwrap();
            assert_eq!((hold.state.as_str(), w.units(lamp).await), ("released", [5, 0]), "{engine:?}");
        }
        let reused = w.release("a/cancel", anna, &[(lamp, 9)]).await.unwrap_err();
        assert_eq!(code_of(&reused), "key_reused");
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn units_come_back_once_by_their_step() {
    for engine in BOTH {
        let w = world(engine).await;
        let lamp = w.stocked(5).await;
        let anna = w.bought(&[(lamp, 3)]).await;
        w.tell(anna, &[(lamp, 3)]).await;
        w.until(lamp, [2, 0]).await;
        let first = w.give_back("a/return/1", anna, &[(lamp, 2)]).await.unwrap();
        assert_eq!(w.give_back("a/return/1", anna, &[(lamp, 2)]).await.unwrap(), first, "{engine:?}");
        assert_eq!(w.units(lamp).await, [4, 0]);
        let reused = w.give_back("a/return/1", anna, &[(lamp, 1)]).await.unwrap_err();
        assert_eq!(code_of(&reused), "key_reused");
        let beyond = w.give_back("a/return/2", anna, &[(lamp, 2)]).await.unwrap_err();
        assert_eq!(code_of(&beyond), "inventory.illegal_move", "{engine:?}");
        let book = w.get(&w.vendor, &format!("{}/movements", w.shelf(lamp))).await.expect(200);
        let line = &book["items"][0];
        assert_eq!(
            (&line["kind"], &line["quantity"], &line["cause"]),
            (&"returned".into(), &2.into(), &"a/return/1".into())
        );
        w.clean().await;
    }
}

/// Many workers drive the same step at once: it takes effect once, and all who are answered hear the same (O8).
#[tokio::test(flavor = "multi_thread")]
async fn the_same_step_at_once_takes_effect_once() {
    for engine in BOTH {
        let w = world(engine).await;
        let lamp = w.stocked(9).await;
        let anna = w.bought(&[(lamp, 8)]).await;
        let lines = [(lamp, 1)];
        let all = futures::future::join_all((0..12).map(|_| w.release("a/cancel", anna, &lines))).await;
        let done: Vec<_> = all.iter().filter_map(|one| one.as_ref().ok()).collect();
        assert!(!done.is_empty() && done.iter().all(|one| *one == done[0]), "{engine:?}: {all:?}");
        let refused = all.iter().filter_map(|one| one.as_ref().err());
        refused.for_each(|no| assert_eq!(code_of(no), "contended", "{no:?}"));
        assert_eq!(w.units(lamp).await, [9, 7], "{engine:?}");
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_of_unknown_orders_and_of_no_units_are_refused_with_a_code() {
    for engine in BOTH {
        let w = world(engine).await;
        let (lamp, anna) = (w.stocked(1).await, id());
        for no in [
            w.commit("x/commit", anna).await.unwrap_err(),
            w.release("x/cancel", anna, &[(lamp, 1)]).await.unwrap_err(),
            w.give_back("x/return", anna, &[(lamp, 1)]).await.unwrap_err(),
        ] {
            assert_eq!((no.code(), code_of(&no)), (tonic::Code::NotFound, "inventory.no_hold"), "{engine:?}");
        }
        assert_eq!(code_of(&w.hold("x/hold", anna, &[(lamp, 0)]).await.unwrap_err()), "inventory.empty");
        let short = w.hold("x/hold", anna, &[(lamp, 1), (lamp, 1)]).await.unwrap_err();
        assert_eq!((code_of(&short), short.message().contains(&lamp.to_string())), ("inventory.short", true), "I6");
        assert_eq!(
            w.hold("x/hold", anna, &[(lamp, 1)]).await.unwrap().state,
            "held",
            "a no before the pivot is not kept"
        );
    }
}

/// Whom the hold is for, and what of: a recount that makes the shelf short keeps it from being committed (Stock 6).
#[tokio::test(flavor = "multi_thread")]
async fn a_short_shelf_commits_nothing_until_it_is_counted_up() {
    for engine in BOTH {
        let w = world(engine).await;
        let (lamp, anna) = (w.stocked(4).await, id());
        w.hold("a/hold", anna, &[(lamp, 3)]).await.unwrap();
        w.put(&w.vendor, &w.shelf(lamp), 1, serde_json::json!({"on_hand": 1})).await.expect(200);
        let short = w.commit("a/commit", anna).await.unwrap_err();
        assert_eq!((code_of(&short), short.message().contains(&lamp.to_string())), ("inventory.short", true));
        w.put(&w.vendor, &w.shelf(lamp), 2, serde_json::json!({"on_hand": 3})).await.expect(200);
        assert_eq!(w.commit("a/commit", anna).await.unwrap().state, "committed", "{engine:?}");
        w.clean().await;
    }
}
