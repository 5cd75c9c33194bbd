//! The outbox as a log: whole commits, in order, none skipped, and positions that never start again.
use crate::bench::{MIGRATIONS, each, fact, open, write};
use platform::{
    module::{Opening, StoreAt},
    store::{Fact, Store},
};
use platform_sql::{Batch, Db, params};
use platform_test::{Engine, admin, store, stores, until};
use std::{collections::BTreeMap, time::Duration};

fn named(facts: &[Fact]) -> Vec<(&str, i64)> {
    facts.iter().map(|f| (f.subject.as_str(), f.version)).collect()
}

/// PostgreSQL shows a commit to the log when nothing older runs any more, anywhere in the cluster.
async fn facts(db: &Db, after: i64, least: usize) -> Vec<Fact> {
    until("the facts are visible", async || db.facts(after, 1000).await.unwrap().len() >= least).await;
    db.facts(after, 1000).await.unwrap()
}

/// Sixteen writers, some of them refused: a reader that follows sees every fact, each aggregate in order, whole commits only.
#[tokio::test(flavor = "multi_thread")]
async fn a_reader_beside_writers_misses_nothing() {
    each(async |engine, db| {
        let writers: Vec<_> = (0..16)
            .map(|t| {
                let db = db.clone();
                tokio::spawn(async move {
                    for n in 0..20 {
                        let mut batch = Batch::new();
                        let name = format!("agg{t}");
                        batch.outbox(vec![fact(&name, 2 * n + 1), fact(&name, 2 * n + 2)]);
                        db.save(batch).await.unwrap();
                        let mut refused = Batch::new();
                        refused.outbox(vec![fact("refused", n + 1)]);
                        refused.push("UPDATE notes SET word = 'x'", vec![]).expect_rows(1);
                        db.save(refused).await.unwrap_err();
                    }
                })
            })
            .collect();
        let (mut seen, mut at): (BTreeMap<String, Vec<i64>>, i64) = Default::default();
        while seen.values().map(Vec::len).sum::<usize>() < 640 {
            let page = db.facts(at, 3).await.unwrap();
            assert!(page.iter().all(|f| f.position > at), "{engine:?}");
            assert!(engine == Engine::Sqlite || page.len().is_multiple_of(2), "half a commit");
            for f in page {
                assert!(f.position >= at, "{engine:?}");
                at = f.position;
                seen.entry(f.subject).or_default().push(f.version);
            }
        }
        for writer in writers {
            writer.await.unwrap();
        }
        assert_eq!(seen.len(), 16, "{engine:?}");
        assert!(seen.values().all(|versions| versions.iter().copied().eq(1..=40)), "{engine:?}: {seen:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(db.facts(at, 10).await.unwrap(), []);
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn positions_never_start_again() {
    each(async |engine, db| {
        write(&db, vec![fact("a", 1)]).await;
        write(&db, vec![fact("a", 2)]).await;
        let last = facts(&db, 0, 2).await[1].position;
        let mut batch = Batch::new();
        batch.push("DELETE FROM outbox WHERE position > $1", params![0]);
        db.batch(batch).await.unwrap();
        write(&db, vec![fact("a", 3)]).await;
        assert_eq!(named(&facts(&db, last, 1).await), [("a", 3)], "{engine:?}");
    })
    .await
}

/// The transaction that began first commits last: a reader that passed its place would never see it.
#[tokio::test(flavor = "multi_thread")]
async fn on_postgres_a_late_commit_is_not_skipped() {
    let db = open(Engine::Postgres).await;
    let database: String = db.read("SELECT current_database() AS n", vec![]).await.unwrap()[0].get("n").unwrap();
    let late = admin(&database).await;
    write(&db, vec![fact("first", 1)]).await;
    let at = facts(&db, 0, 1).await[0].position;
    const LATE: &str = "SET search_path = desk; BEGIN; INSERT INTO outbox
        (id, aggregatetype, aggregateid, version, type, payload, traceparent, at)
        VALUES (gen_random_uuid(), 'thing', 'late', 1, 'test.v1.Told', '', '', '2020-01-01')";
    late.batch_execute(LATE).await.unwrap();
    for n in 1..=3 {
        write(&db, vec![fact("early", n)]).await;
    }
    assert_eq!(named(&db.facts(at, 100).await.unwrap()), [], "what is behind it waits for it");
    late.batch_execute("COMMIT").await.unwrap();
    let all = facts(&db, at, 4).await;
    assert_eq!(named(&all), [("late", 1), ("early", 1), ("early", 2), ("early", 3)]);
    // A long reader, such as a dump, does not hold the log back.
    late.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1").await.unwrap();
    write(&db, vec![fact("early", 4)]).await;
    assert_eq!(named(&facts(&db, all[3].position, 1).await), [("early", 4)]);
    late.batch_execute("COMMIT").await.unwrap();
}

/// Transactions of another cluster may have lower numbers: the base is raised above what was restored.
#[tokio::test(flavor = "multi_thread")]
async fn on_postgres_a_restored_log_goes_on_above_itself() {
    let at = store(Engine::Postgres, "desk").await;
    let db = Db::open(&at, MIGRATIONS).await.unwrap();
    write(&db, vec![fact("a", 1)]).await;
    let mut restored = Batch::new();
    restored.push("UPDATE outbox SET position = position + 1000000", vec![]).expect_rows(1);
    restored.push("UPDATE feed_base SET base = base + (SELECT max(position) FROM outbox) + 1 - feed_here()", vec![]);
    db.batch(restored).await.unwrap();
    write(&db, vec![fact("a", 2)]).await;
    let all = facts(&db, 0, 2).await;
    assert_eq!(named(&all), [("a", 1), ("a", 2)]);
    assert!(all[0].position > 1_000_000);
}

/// Services that share a database have a schema each, and a channel of PostgreSQL is the whole database's. Once the bell of one rang in
/// the logs of all, and each of them looked for facts that were never theirs, for ever.
#[tokio::test(flavor = "multi_thread")]
async fn a_bell_is_heard_by_the_copies_of_its_own_service_only() {
    let url = stores(Engine::Postgres, &["desk", "till"]).await;
    let at = |name: &str| StoreAt { url: url.replace("{service}", name), opening: Opening::Migrate };
    let (desk, twin) =
        (Db::open(&at("desk"), MIGRATIONS).await.unwrap(), Db::open(&at("desk"), MIGRATIONS).await.unwrap());
    let till = Db::open(&at("till"), MIGRATIONS).await.unwrap();
    let (heard, quiet) = (twin.doorbell(), till.doorbell());
    // Whoever has just begun to listen looks once.
    tokio::time::sleep(Duration::from_millis(500)).await;
    write(&desk, vec![fact("a", 1)]).await;
    let position = facts(&desk, 0, 1).await[0].position;
    until("the other copy heard", async || *heard.borrow() == position).await;
    assert_eq!(*quiet.borrow(), 0, "another service's log has no such fact");
}
