//! A consumer and the log it follows: at least once told, once done, whoever else is doing it.
use crate::bench::{NOTE, NOTES, each, fact, one, open, write};
use platform::{
    feed::{self, Rebuild, Subscription},
    grpc::Transport,
    retention::Keep,
    store::{Fact, Inbox, Mark, Move, Seen, Settles, Store, StoreError},
};
use platform_sql::{Batch, Db, params};
use platform_test::{Engine, NOW, until};
use prost::{Message, Name};
use std::{
    collections::HashSet,
    convert::Infallible,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::task::JoinHandle;
use uuid::Uuid;

#[derive(Clone, PartialEq, prost::Message)]
pub struct Told {
    #[prost(string, tag = "1")]
    pub word: String,
}

impl Name for Told {
    const NAME: &'static str = "Told";
    const PACKAGE: &'static str = "test.v1";
}

pub fn told(subject: &str, version: i64, word: &str) -> Fact {
    Fact { payload: Told { word: word.into() }.encode_to_vec().into(), ..fact(subject, version) }
}

/// Somebody else's event, of which nobody here wants to hear.
fn other(subject: &str, version: i64) -> Fact {
    Fact { kind: "test.v1.Other".into(), ..fact(subject, version) }
}

/// A service that notes what it hears, unless it chokes on it.
pub struct Desk {
    pub db: Db,
    pub chokes_on: Mutex<HashSet<&'static str>>,
    /// So many times the store is away.
    pub away: AtomicU32,
    pub heard: AtomicU32,
}

pub async fn hear(desk: Arc<Desk>, told: Told, seen: Seen) -> Result<(), StoreError> {
    desk.heard.fetch_add(1, Ordering::SeqCst);
    if desk.away.load(Ordering::SeqCst) > 0 {
        desk.away.fetch_sub(1, Ordering::SeqCst);
        return Err(StoreError::Unavailable);
    }
    let chokes = |word: &str| desk.chokes_on.lock().unwrap().contains(word);
    match told.word.as_str() {
        "panic" if chokes("panic") => panic!("a handler's mistake"),
        "ignored" => return Ok(()),
        word if chokes(word) => return Err(StoreError::Broken(format!("can't swallow {word}"))),
        _ => {}
    }
    let mut batch = Batch::new();
    batch.marks(vec![Mark::Seen(seen)], NOW);
    batch.push(NOTE, params![Uuid::now_v7(), told.word, NOW]);
    desk.db.save(batch).await
}

pub async fn desk(engine: Engine) -> Arc<Desk> {
    desk_on(open(engine).await)
}

pub fn desk_on(db: Db) -> Arc<Desk> {
    Arc::new(Desk { db, chokes_on: Mutex::default(), away: AtomicU32::new(0), heard: AtomicU32::new(0) })
}

pub fn transport(source: &Db) -> Transport {
    let never = |e: Infallible| match e {};
    Transport::new(tower::util::MapErr::new(feed::server(Arc::new(source.clone())), never))
}

pub const CONSUMER: &str = "desk.notes";

pub fn follow(desk: &Arc<Desk>, source: &Db) -> JoinHandle<()> {
    let subscription = Subscription::to("shop", CONSUMER).tries(2).on(desk, hear);
    tokio::spawn(subscription.follow(transport(source), Arc::new(desk.db.clone())))
}

/// The words noted, in the order in which they were.
pub async fn words(db: &Db) -> Vec<String> {
    let rows = db.read("SELECT word FROM notes ORDER BY id", vec![]).await.unwrap();
    rows.iter().map(|row| row.get("word").unwrap()).collect()
}

pub async fn noted(desk: &Desk, expected: &[&str]) {
    until(&format!("{expected:?} are noted"), async || words(&desk.db).await.len() >= expected.len()).await;
    assert_eq!(words(&desk.db).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fact_has_one_effect_in_order_also_for_who_comes_late() {
    each(async |engine, shop| {
        let desk = desk(engine).await;
        write(&shop, vec![told("a", 1, "one"), other("a", 2), told("a", 3, "two")]).await;
        write(&shop, vec![told("b", 1, "ignored")]).await;
        let first = follow(&desk, &shop);
        noted(&desk, &["one", "two"]).await;
        write(&shop, vec![told("a", 4, "three")]).await;
        noted(&desk, &["one", "two", "three"]).await;
        first.abort();
        write(&shop, vec![told("b", 2, "four")]).await;
        let _second = follow(&desk, &shop);
        noted(&desk, &["one", "two", "three", "four"]).await;
        assert_eq!(desk.heard.load(Ordering::SeqCst), 5, "{engine:?}: nothing was told twice");
        assert_eq!(one(&desk.db, "SELECT count(*) AS n FROM inbox").await, 5);
    })
    .await
}

/// What nobody here has to do anything about costs no commit of its own, and is in the inbox all the same (E1).
#[tokio::test(flavor = "multi_thread")]
async fn facts_without_an_effect_are_settled_together() {
    each(async |engine, shop| {
        let desk = desk(engine).await;
        let _follower = follow(&desk, &shop);
        noted(&desk, &[]).await;
        let before = desk.db.counts().batches;
        for n in 1..=30 {
            write(&shop, vec![told("a", n, "ignored")]).await;
        }
        let heard = async || one(&desk.db, "SELECT count(*) AS n FROM inbox").await;
        until("all are heard", async || heard().await == 30).await;
        let (end, batches) = (*shop.doorbell().borrow(), desk.db.counts().batches - before);
        assert_eq!(desk.db.position(CONSUMER, "shop").await, Ok(end), "{engine:?}");
        assert!(batches <= 10, "{engine:?}: {batches} batches for 30 facts");
        // One that has an effect takes those before it along.
        for (n, word) in [(31, "ignored"), (32, "ignored"), (33, "one"), (34, "ignored")] {
            write(&shop, vec![told("a", n, word)]).await;
        }
        noted(&desk, &["one"]).await;
        until("all are heard", async || heard().await == 34).await;
    })
    .await
}

/// Who wants other kinds does not read each commit, and is at the end of the log soon all the same.
#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_wants_is_passed_by_many_at_once() {
    each(async |engine, shop| {
        let desk = desk(engine).await;
        let _follower = follow(&desk, &shop);
        write(&shop, vec![told("a", 1, "one")]).await;
        noted(&desk, &["one"]).await;
        let before = shop.counts().reads;
        for n in 2..=40 {
            write(&shop, vec![other("a", n)]).await;
        }
        let reads = shop.counts().reads - before;
        assert!(reads <= 10, "{engine:?}: {reads} reads for 39 facts");
        let began = std::time::Instant::now();
        write(&shop, vec![told("a", 41, "two")]).await;
        noted(&desk, &["one", "two"]).await;
        assert!(began.elapsed() < Duration::from_millis(500), "{engine:?}: {:?}", began.elapsed());
    })
    .await
}

/// Two copies of a service follow the same log: each message is done by one of them.
#[tokio::test(flavor = "multi_thread")]
async fn two_copies_do_each_message_once() {
    each(async |engine, shop| {
        let desk = desk(engine).await;
        let _copies = [follow(&desk, &shop), follow(&desk, &shop)];
        for n in 1..=40 {
            write(&shop, vec![told("a", n, &n.to_string())]).await;
        }
        let expected: Vec<String> = (1..=40).map(|n| n.to_string()).collect();
        noted(&desk, &expected.iter().map(String::as_str).collect::<Vec<_>>()).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(one(&desk.db, NOTES).await, 40, "{engine:?}");
        assert_eq!(desk.db.parked(None).await.unwrap(), [], "{engine:?}: being slower is no fault of a message");
    })
    .await
}

/// Of two copies one is `Stale`: the place moves only from where it was read (rule 2 of the tables).
#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_moved_refuses_the_whole_batch() {
    each(async |engine, db| {
        assert_eq!(db.position(CONSUMER, "shop").await, Ok(0));
        let seen = |n, from, to| {
            Seen::told_by(CONSUMER, "shop", Uuid::from_u128(n)).settling(Settles::Moves(Move { from, to }))
        };
        let note = async |seen: Seen| {
            let mut batch = Batch::new();
            batch.marks(vec![Mark::Seen(seen.clone())], NOW);
            batch.push(NOTE, params![Uuid::now_v7(), "x", NOW]);
            let saved = db.save(batch).await;
            assert_eq!(seen.was_written(), saved.is_ok(), "{engine:?}");
            saved
        };
        note(seen(1, 0, 40)).await.unwrap();
        assert_eq!(note(seen(1, 40, 41)).await, Err(StoreError::Handled), "{engine:?}");
        assert_eq!(note(seen(2, 0, 41)).await, Err(StoreError::Stale), "{engine:?}");
        assert_eq!(db.settle(&seen(2, 0, 41)).await, Err(StoreError::Stale), "{engine:?}");
        assert_eq!(db.pass(&seen(0, 39, 50)).await, Err(StoreError::Stale), "{engine:?}");
        note(seen(2, 40, 40)).await.unwrap();
        note(Seen::told_by(CONSUMER, "shop", Uuid::from_u128(3))).await.unwrap();
        db.pass(&seen(0, 40, 50)).await.unwrap();
        assert_eq!((db.position(CONSUMER, "shop").await, one(&db, NOTES).await), (Ok(50), 3), "{engine:?}");
    })
    .await
}

/// What nobody wants is not written down one by one, nor read for ever.
#[tokio::test(flavor = "multi_thread")]
async fn a_place_moves_past_what_nobody_wants() {
    each(async |engine, shop| {
        let desk = desk(engine).await;
        for page in 0..12 {
            write(&shop, (1..=100).map(|n| other("a", page * 100 + n)).collect()).await;
        }
        let _following = follow(&desk, &shop);
        let thousandth = async || shop.facts(0, 1000).await.unwrap().last().map_or(i64::MAX, |f| f.position);
        until("the place is written down", async || {
            desk.db.position(CONSUMER, "shop").await.unwrap() >= thousandth().await
        })
        .await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        let commits = desk.db.counts().commits;
        write(&shop, vec![other("a", 2000)]).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(desk.db.counts().commits, commits, "{engine:?}: one more is not worth a commit");
    })
    .await
}

/// A store that can't be reached is no fault of the message: it is waited for, and nothing is parked or skipped.
#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_away_is_waited_for() {
    each(async |engine, shop| {
        let desk = desk(engine).await;
        desk.away.store(4, Ordering::SeqCst);
        write(&shop, vec![told("a", 1, "one"), told("a", 2, "two")]).await;
        let _following = follow(&desk, &shop);
        noted(&desk, &["one", "two"]).await;
        assert_eq!(desk.db.parked(None).await.unwrap(), [], "{engine:?}");
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_end_of_the_log_nobody_runs_sql() {
    each(async |engine, shop| {
        let desk = desk(engine).await;
        let _following = follow(&desk, &shop);
        write(&shop, vec![told("a", 1, "one")]).await;
        noted(&desk, &["one"]).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        let before = (shop.counts(), desk.db.counts());
        tokio::time::sleep(Duration::from_millis(1500)).await;
        assert_eq!((shop.counts(), desk.db.counts()), before, "{engine:?}");
    })
    .await
}

/// `souk rebuild`: the log is read again from its start, by the consumer that is running.
#[tokio::test(flavor = "multi_thread")]
async fn a_rebuilt_consumer_hears_everything_again() {
    each(async |engine, shop| {
        let desk = desk(engine).await;
        desk.chokes_on.lock().unwrap().insert("bad");
        let _following = follow(&desk, &shop);
        write(&shop, vec![told("a", 1, "one"), told("b", 1, "bad"), told("a", 2, "two")]).await;
        noted(&desk, &["one", "two"]).await;
        desk.chokes_on.lock().unwrap().clear();
        let filling = Subscription::to("shop", CONSUMER).fills(&["notes"]).reading();
        feed::rebuild(&desk.db, &[(&filling, transport(&shop))]).await.unwrap();
        noted(&desk, &["one", "bad", "two"]).await;
        let noting = Subscription::to("shop", CONSUMER).reading();
        feed::rebuild(&desk.db, &[(&noting, transport(&shop))]).await.unwrap();
        noted(&desk, &["one", "bad", "two", "one", "bad", "two"]).await;
        assert_eq!(desk.db.parked(None).await.unwrap(), [], "{engine:?}");
    })
    .await
}

/// Facts that are no longer kept are never skipped: a reader stops, and a rebuild is refused (rule 6 of the tables).
#[tokio::test(flavor = "multi_thread")]
async fn a_log_whose_start_is_gone_is_not_read() {
    each(async |engine, shop| {
        let desk = desk(engine).await;
        let old = |version| Fact { id: Uuid::from_u128(version as u128), ..told("a", version, "old") };
        write(&shop, vec![old(1), old(2)]).await;
        write(&shop, vec![told("a", 3, "young")]).await;
        until("all is visible", async || shop.facts(0, 9).await.unwrap().len() == 3).await;
        let all = shop.facts(0, 9).await.unwrap();
        shop.tidy(Keep::days(30).unwrap()).await.unwrap();
        assert_eq!(shop.facts(0, 9).await, Err(StoreError::Gone), "{engine:?}");
        assert_eq!(shop.facts(all[1].position, 9).await.unwrap(), all[2..], "{engine:?}");
        let stopped = tokio::time::timeout(Duration::from_secs(5), follow(&desk, &shop)).await;
        assert!(stopped.is_ok(), "{engine:?}: the consumer stops");
        let reading = Subscription::to("shop", CONSUMER).reading();
        let refused = feed::rebuild(&desk.db, &[(&reading, transport(&shop))]).await;
        assert!(matches!(refused, Err(Rebuild::Gone { consumer: CONSUMER, log: "shop" })), "{engine:?}: {refused:?}");
        assert_eq!(one(&desk.db, NOTES).await, 0, "{engine:?}");
        // Also when nothing young is left to tell it.
        let mut rest = Batch::new();
        rest.push("DELETE FROM outbox WHERE position > $1", params![0]);
        shop.batch(rest).await.unwrap();
        assert_eq!(shop.facts(0, 9).await, Err(StoreError::Gone), "{engine:?}");
    })
    .await
}
