//! Effects that are no row here: done soon, done again after a crash, left for an operator when they never succeed.
use crate::bench::{MIGRATIONS, NOTE, batch, each, open};
use kernel::Clock;
use platform::{
    clock::SystemClock,
    intents::{Due, Intents, LEASE, NEVER, Waiting},
    module::{Module, StoreAt},
    store::{Intent, Mark, Store, StoreError},
};
use platform_sql::{Batch, Db, params};
use platform_test::{BOTH, Engine, HandClock, NOW, store, until};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::task::JoinHandle;
use uuid::Uuid;

const KIND: &str = "desk.mail";

/// A service that sends mails. The post office knows each by its key.
struct Desk {
    db: Db,
    sent: Mutex<Vec<String>>,
    closed: AtomicBool,
    dies_after_sending: AtomicBool,
}

impl Desk {
    fn sent(&self) -> Vec<String> {
        self.sent.lock().unwrap().clone()
    }
}

async fn mail(desk: Arc<Desk>, due: Due) -> Result<(), StoreError> {
    if desk.closed.load(Ordering::SeqCst) {
        return Err(StoreError::Broken("the post office is closed".into()));
    }
    desk.sent.lock().unwrap().push(due.key.clone());
    if desk.dies_after_sending.load(Ordering::SeqCst) {
        std::future::pending::<()>().await;
    }
    let mut batch = Batch::new();
    batch.marks(vec![Mark::Ended(due.key)], NOW);
    batch.push(NOTE, params![Uuid::now_v7(), "sent", NOW]);
    desk.db.save(batch).await
}

fn desk(db: Db) -> Arc<Desk> {
    let (sent, closed, dies_after_sending) = (Mutex::default(), AtomicBool::new(false), AtomicBool::new(false));
    Arc::new(Desk { db, sent, closed, dies_after_sending })
}

fn work(desk: &Arc<Desk>, clock: Arc<dyn Clock>) -> JoinHandle<()> {
    let module = Module::new("desk", Arc::new(desk.db.clone())).does(KIND, desk, mail);
    let task = module.tasks.into_iter().find(|task| task.name == KIND).unwrap();
    tokio::spawn(task.run("desk", clock))
}

async fn intend(db: &Db, key: &str) {
    let intent = Intent { key: key.into(), kind: KIND, payload: "hello".into() };
    let mut batch = Batch::new();
    batch.marks(vec![Mark::Intent(intent)], NOW);
    db.save(batch).await.unwrap()
}

/// Stands a little after now: what is written in the next seconds is due. Intents go by the machine's time.
fn clock() -> Arc<HandClock> {
    Arc::new(HandClock::at(SystemClock.now() + Duration::from_secs(30)))
}

async fn waiting(db: &Db) -> Vec<Waiting> {
    db.intents().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_intent_is_done_when_it_is_written_and_then_nobody_runs_sql() {
    each(async |engine, db| {
        let desk = desk(db);
        let _working = work(&desk, Arc::new(SystemClock));
        tokio::time::sleep(Duration::from_millis(100)).await;
        for key in ["a", "b"] {
            intend(&desk.db, key).await;
            until("it is sent and ended", async || {
                desk.sent().iter().any(|k| k == key) && waiting(&desk.db).await.is_empty()
            })
            .await;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        let before = desk.db.counts();
        tokio::time::sleep(Duration::from_millis(1000)).await;
        assert_eq!(desk.db.counts(), before, "{engine:?}");
        assert_eq!(desk.sent(), ["a", "b"], "{engine:?}");
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_try_is_counted_explained_and_put_off() {
    each(async |engine, db| {
        let (desk, clock) = (desk(db), clock());
        desk.closed.store(true, Ordering::SeqCst);
        let _working = work(&desk, clock.clone());
        intend(&desk.db, "a").await;
        for (tries, pause) in [(1, 500), (2, 1000)] {
            until("it has failed", async || {
                let waiting = waiting(&desk.db).await;
                (waiting[0].tries, waiting[0].due) == (tries, clock.now() + Duration::from_millis(pause))
            })
            .await;
            let error = waiting(&desk.db).await[0].error.clone().unwrap();
            assert!(error.contains("the post office is closed"), "{engine:?}: {error}");
            clock.turn(Duration::from_millis(pause));
        }
        desk.closed.store(false, Ordering::SeqCst);
        until("it is sent at last", async || waiting(&desk.db).await.is_empty()).await;
        assert_eq!(desk.sent(), ["a"], "{engine:?}");
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn after_twenty_tries_it_is_an_operators() {
    each(async |engine, db| {
        let (desk, clock) = (desk(db), clock());
        desk.closed.store(true, Ordering::SeqCst);
        intend(&desk.db, "a").await;
        desk.db.batch(batch("UPDATE intents SET tries = 19 WHERE key = $1", params!["a"])).await.unwrap();
        let _working = work(&desk, clock.clone());
        until("it is left", async || waiting(&desk.db).await[0].due == NEVER).await;
        assert_eq!(waiting(&desk.db).await[0].tries, 20, "{engine:?}");
        clock.turn(Duration::from_secs(86_400 * 365));
        desk.closed.store(false, Ordering::SeqCst);
        assert_eq!(desk.db.retry_intent("b").await, Ok(false), "{engine:?}");
        assert_eq!(desk.sent(), [""; 0], "{engine:?}");
        assert_eq!(desk.db.retry_intent("a").await, Ok(true), "{engine:?}");
        until("it is sent", async || waiting(&desk.db).await.is_empty()).await;
        assert_eq!(desk.sent(), ["a"], "{engine:?}");
    })
    .await
}

/// The effect happened, its row is still there: it is repeated, by the same key.
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_between_the_effect_and_its_end_repeats_it_by_its_key() {
    for engine in BOTH {
        let at: StoreAt = store(engine, "desk").await;
        let clock = clock();
        let dying = desk(Db::open(&at, MIGRATIONS).await.unwrap());
        dying.dies_after_sending.store(true, Ordering::SeqCst);
        intend(&dying.db, "a").await;
        let working = work(&dying, clock.clone());
        until("it is sent", async || dying.sent() == ["a"]).await;
        working.abort();
        assert!(working.await.unwrap_err().is_cancelled());
        drop(dying);
        until("the store is let go of", async || Db::open(&at, MIGRATIONS).await.is_ok()).await;
        let next = desk(Db::open(&at, MIGRATIONS).await.unwrap());
        assert_eq!(
            (waiting(&next.db).await[0].tries, waiting(&next.db).await[0].due),
            (1, clock.now() + LEASE),
            "{engine:?}"
        );
        clock.turn(LEASE);
        let _working = work(&next, clock.clone());
        until("it is ended", async || waiting(&next.db).await.is_empty()).await;
        assert_eq!(next.sent(), ["a"], "{engine:?}");
    }
}

/// Whoever never comes back, time after time, is not waited for for ever.
#[tokio::test(flavor = "multi_thread")]
async fn an_intent_that_kills_its_worker_is_left_for_an_operator() {
    each(async |engine, db| {
        let desk = desk(db);
        intend(&desk.db, "a").await;
        desk.db.batch(batch("UPDATE intents SET tries = 20 WHERE key = $1", params!["a"])).await.unwrap();
        let _working = work(&desk, clock());
        until("it is left", async || waiting(&desk.db).await[0].due == NEVER).await;
        assert_eq!(desk.sent(), [""; 0], "{engine:?}");
    })
    .await
}

/// Two copies of a service share the work: each intent is done by one of them.
#[tokio::test(flavor = "multi_thread")]
async fn two_copies_do_each_intent_once() {
    for engine in BOTH {
        let db = open(engine).await;
        let (one, other) = (desk(db.clone()), desk(db.clone()));
        let _working = [work(&one, Arc::new(SystemClock)), work(&other, Arc::new(SystemClock))];
        for n in 0..60 {
            intend(&db, &format!("{n:02}")).await;
        }
        until("all are ended", async || waiting(&db).await.is_empty()).await;
        let mut sent = [one.sent(), other.sent()].concat();
        sent.sort();
        assert_eq!(sent, (0..60).map(|n| format!("{n:02}")).collect::<Vec<_>>(), "{engine:?}");
    }
}

/// On PostgreSQL the bell rings in other processes too.
#[tokio::test(flavor = "multi_thread")]
async fn an_intent_of_another_process_is_heard() {
    let at = store(Engine::Postgres, "desk").await;
    let here = desk(Db::open(&at, MIGRATIONS).await.unwrap());
    let there = Db::open(&at, MIGRATIONS).await.unwrap();
    let _working = work(&here, Arc::new(SystemClock));
    tokio::time::sleep(Duration::from_millis(300)).await;
    intend(&there, "a").await;
    until("it is sent", async || here.sent() == ["a"]).await;
}
