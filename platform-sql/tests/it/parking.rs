//! What can't be handled is put aside with its followers, and handled later, in order.
use crate::{
    bench::{each, write},
    consumer::{CONSUMER, Desk, desk, desk_on, follow, noted, told},
};
use platform::store::{Inbox, Parked};
use platform_sql::Db;
use platform_test::until;
use std::sync::Arc;

async fn parked(db: &Db) -> Vec<(String, i64, u32)> {
    let row = |p: Parked| (p.subject, p.version, p.tries);
    db.parked(Some(CONSUMER)).await.unwrap().into_iter().map(row).collect()
}

async fn until_parked(desk: &Desk, count: usize) {
    until(&format!("{count} are parked"), async || parked(&desk.db).await.len() == count).await
}

fn row(subject: &str, version: i64, tries: u32) -> (String, i64, u32) {
    (subject.into(), version, tries)
}

fn choke(desk: &Arc<Desk>, words: &[&'static str]) {
    *desk.chokes_on.lock().unwrap() = words.iter().copied().collect();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poison_message_is_parked_with_its_followers_and_others_go_on() {
    each(async |engine, shop| {
        let desk = desk(engine).await;
        choke(&desk, &["bad"]);
        let _following = follow(&desk, &shop);
        write(&shop, vec![told("a", 1, "bad"), told("b", 1, "fine"), told("a", 2, "behind")]).await;
        write(&shop, vec![told("b", 2, "too"), told("a", 3, "also behind")]).await;
        until_parked(&desk, 3).await;
        noted(&desk, &["fine", "too"]).await;
        assert_eq!(parked(&desk.db).await, [row("a", 1, 2), row("a", 2, 0), row("a", 3, 0)], "{engine:?}");
        let all = desk.db.parked(None).await.unwrap();
        assert!(all[0].error.contains("can't swallow bad"), "{engine:?}: {}", all[0].error);
        assert!(all[1].error.contains("behind"), "{engine:?}: {}", all[1].error);
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_goes_in_order_and_what_comes_then_follows() {
    each(async |engine, shop| {
        let desk = desk(engine).await;
        choke(&desk, &["bad", "worse"]);
        let _following = follow(&desk, &shop);
        write(&shop, vec![told("a", 1, "bad"), told("c", 1, "worse"), told("a", 2, "second")]).await;
        until_parked(&desk, 3).await;
        choke(&desk, &["worse"]);
        assert_eq!(desk.db.replay(CONSUMER, None).await, Ok(2), "{engine:?}");
        noted(&desk, &["bad", "second"]).await;
        write(&shop, vec![told("a", 3, "third"), told("c", 2, "waits")]).await;
        noted(&desk, &["bad", "second", "third"]).await;
        until_parked(&desk, 2).await;
        assert_eq!(parked(&desk.db).await, [row("c", 1, 1), row("c", 2, 0)], "{engine:?}: one try each replay");
        choke(&desk, &[]);
        assert_eq!(desk.db.replay(CONSUMER, Some("a")).await, Ok(0), "{engine:?}");
        assert_eq!(desk.db.replay(CONSUMER, Some("c")).await, Ok(1), "{engine:?}");
        noted(&desk, &["bad", "second", "third", "worse", "waits"]).await;
        until_parked(&desk, 0).await;
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_stops_at_the_next_message_that_fails() {
    each(async |engine, shop| {
        let desk = desk(engine).await;
        choke(&desk, &["bad", "worse"]);
        let _following = follow(&desk, &shop);
        write(&shop, vec![told("a", 1, "bad"), told("a", 2, "worse"), told("a", 3, "last")]).await;
        until_parked(&desk, 3).await;
        choke(&desk, &["worse"]);
        desk.db.replay(CONSUMER, None).await.unwrap();
        noted(&desk, &["bad"]).await;
        until("the next one has failed", async || parked(&desk.db).await == [row("a", 2, 1), row("a", 3, 0)]).await;
        assert!(desk.db.parked(None).await.unwrap()[0].error.contains("worse"), "{engine:?}");
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_that_panics_has_failed_and_the_consumer_lives() {
    each(async |engine, shop| {
        let desk = desk(engine).await;
        choke(&desk, &["panic"]);
        let _following = follow(&desk, &shop);
        write(&shop, vec![told("a", 1, "panic"), told("b", 1, "fine")]).await;
        noted(&desk, &["fine"]).await;
        assert!(desk.db.parked(None).await.unwrap()[0].error.contains("a handler's mistake"), "{engine:?}");
    })
    .await
}

/// Whoever comes after a restart, and another copy of the service, know what is parked.
#[tokio::test(flavor = "multi_thread")]
async fn a_later_life_parks_behind_what_an_earlier_one_parked() {
    each(async |engine, shop| {
        let desk = desk(engine).await;
        choke(&desk, &["bad"]);
        let first = follow(&desk, &shop);
        write(&shop, vec![told("a", 1, "bad")]).await;
        until_parked(&desk, 1).await;
        first.abort();
        let later = desk_on(desk.db.clone());
        let _two = [follow(&later, &shop), follow(&later, &shop)];
        write(&shop, vec![told("a", 2, "behind"), told("b", 1, "fine")]).await;
        noted(&later, &["fine"]).await;
        until_parked(&later, 2).await;
        assert_eq!(parked(&later.db).await, [row("a", 1, 2), row("a", 2, 0)], "{engine:?}");
        later.db.replay(CONSUMER, None).await.unwrap();
        noted(&later, &["fine", "bad", "behind"]).await;
        until_parked(&later, 0).await;
    })
    .await
}

/// An operator asks while nobody follows: whoever follows next does it.
#[tokio::test(flavor = "multi_thread")]
async fn a_replay_is_remembered() {
    each(async |engine, shop| {
        let desk = desk(engine).await;
        choke(&desk, &["bad"]);
        let first = follow(&desk, &shop);
        write(&shop, vec![told("a", 1, "bad"), told("a", 2, "good")]).await;
        until_parked(&desk, 2).await;
        first.abort();
        assert_eq!(desk.db.replay(CONSUMER, None).await, Ok(1), "{engine:?}");
        choke(&desk, &[]);
        let _second = follow(&desk, &shop);
        noted(&desk, &["bad", "good"]).await;
    })
    .await
}
