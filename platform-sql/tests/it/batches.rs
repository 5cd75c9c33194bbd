//! A batch happens as a whole or not at all, and says the same on both engines.
use crate::bench::{HELD, NOTE, NOTES, TAKE, batch, each, fact, note, one, open, stock};
use kernel::Timestamp;
use platform::store::Store;
use platform_sql::{Batch, Db, SqlError, Value, list, params};
use platform_test::{Engine, NOW};
use serde_json::json;
use std::time::Duration;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn a_miss_at_any_statement_leaves_nothing() {
    each(async |engine, db| {
        stock(&db, 5, 1).await;
        for miss in 0..5 {
            let mut batch = Batch::new();
            for at in 0..5usize {
                match at {
                    _ if at == miss => batch.push(TAKE, params![at as i64, 2]).expect_rows(1),
                    _ if at % 2 == 0 => batch.push(TAKE, params![at as i64, 1]).expect_rows(1),
                    _ => batch.push(NOTE, params![Uuid::now_v7(), "x", NOW]),
                };
            }
            let missed = db.batch(batch).await.unwrap_err();
            assert_eq!(missed, SqlError::Stale { statement: miss, rows: 0 }, "{engine:?}");
            assert_eq!((one(&db, HELD).await, one(&db, NOTES).await), (0, 0), "{engine:?}");
        }
        let mut all = Batch::new();
        all.push("UPDATE stock SET held = 1", params![]).expect_rows(7);
        assert_eq!(db.batch(all).await.unwrap_err(), SqlError::Stale { statement: 0, rows: 5 }, "{engine:?}");
        db.batch(batch(TAKE, params![0, 1])).await.unwrap();
        assert_eq!(one(&db, HELD).await, 1, "the store is well afterwards");
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn conflicts_have_one_name_on_both() {
    each(async |engine, db| {
        stock(&db, 1, 1).await;
        let (hold, order) = (Uuid::now_v7(), Uuid::now_v7());
        const HOLD: &str = "INSERT INTO holds (id, order_id, state) VALUES ($1, $2, $3)";
        db.batch(batch(HOLD, params![hold, order, "held"])).await.unwrap();
        let refused = [
            ("holds(id)", HOLD, params![hold, Uuid::now_v7(), "held"]),
            ("holds(order_id)", HOLD, params![Uuid::now_v7(), order, "held"]),
            ("holds_state", HOLD, params![Uuid::now_v7(), Uuid::now_v7(), "nonsense"]),
            ("stock_covers", "UPDATE stock SET held = $1", params![2]),
            ("stock.on_hand", "UPDATE stock SET on_hand = $1", params![None::<i64>]),
            ("foreign key", "INSERT INTO lines (hold, offer) VALUES ($1, 1)", params![Uuid::now_v7()]),
        ];
        for (name, sql, params) in refused {
            let mut batch = Batch::new();
            batch.push(TAKE, params![0, 1]).expect_rows(1);
            batch.push(sql, params);
            batch.push("UPDATE stock SET held = 1", params![]);
            let expected = SqlError::Conflict { statement: 1, constraint: name.into() };
            assert_eq!(db.batch(batch).await.unwrap_err(), expected, "{engine:?}");
        }
        let misspelt = db.batch(batch("UPDATE stok SET held = $1", params![1])).await.unwrap_err();
        assert!(matches!(misspelt, SqlError::Broken(_)), "{engine:?}: {misspelt}");
        assert_eq!(one(&db, HELD).await, 0, "{engine:?}");
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_comes_back_and_binds_by_number() {
    const PUT: &str = "INSERT INTO kinds (z, y, at, j, u, t, f, i, b) VALUES ($9, $8, $7, $6, $5, $4, $3, $2, $1)";
    const FIND: &str = "SELECT b, i, f, t, u, j, at, y, z FROM kinds
        WHERE t = $2 AND u = $1 AND b = $5 AND at = $3 AND (i = $4 OR i = $4)";
    each(async |engine, db| {
        let (u, j) = (Uuid::now_v7(), json!({"a": [1, "ü"], "city": "Köln"}));
        let values = params![true, i64::MIN, 0.1, "ß", u, j.clone(), NOW, vec![0u8, 255], None::<String>];
        db.batch(batch(PUT, values)).await.unwrap();
        let rows = db.read(FIND, params![u, "ß", NOW, i64::MIN, true]).await.unwrap();
        let [row] = &rows[..] else { panic!("{engine:?}: {rows:?}") };
        assert_eq!((row.get("b"), row.get("i"), row.get("f")), (Ok(true), Ok(i64::MIN), Ok(0.1)), "{engine:?}");
        assert_eq!((row.get("t"), row.get("u"), row.get("j")), (Ok("ß".to_string()), Ok(u), Ok(j)), "{engine:?}");
        assert_eq!((row.get("at"), row.get("y")), (Ok(NOW), Ok(vec![0u8, 255])), "{engine:?}");
        assert_eq!(row.get("z"), Ok(None::<String>));
        for wrong in [row.get::<i64>("t"), row.get::<i64>("nope"), row.get::<i64>("z")] {
            assert!(matches!(wrong, Err(SqlError::Broken(_))), "{engine:?}: {wrong:?}");
        }
        let many = db.read("SELECT i FROM kinds WHERE i = $1", params![1, 2]).await;
        assert!(matches!(many, Err(SqlError::Broken(_))), "{engine:?}: {many:?}");
        let written = db.read("UPDATE kinds SET z = 'x' WHERE i < $1 RETURNING z", params![0]).await;
        assert!(written.is_err(), "{engine:?}: a read must not write");
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_returns_rows_and_its_count_is_judged_all_the_same() {
    const CLAIM: &str = "UPDATE stock SET held = $1 WHERE on_hand >= $2 RETURNING offer, held";
    each(async |engine, db| {
        stock(&db, 2, 5).await;
        let outcome = db.batch(batch(CLAIM, params![3, 0])).await.unwrap();
        assert_eq!((outcome.touched(0), outcome.rows(0).len()), (2, 2), "{engine:?}");
        let mut judged = Batch::new();
        judged.push(CLAIM, params![4, 0]).expect_rows(2);
        let outcome = db.batch(judged).await.unwrap();
        let held: Vec<i64> = outcome.rows(0).iter().map(|row| row.get("held").unwrap()).collect();
        assert_eq!((outcome.touched(0), held), (2, vec![4, 4]), "{engine:?}");
        for (least, expected, rows) in [(0, 1, 2), (9, 1, 0)] {
            let mut missed = Batch::new();
            missed.push(CLAIM, params![5, least]).expect_rows(expected);
            assert_eq!(db.batch(missed).await.unwrap_err(), SqlError::Stale { statement: 0, rows }, "{engine:?}");
        }
        assert_eq!(one(&db, HELD).await, 8);
    })
    .await
}

/// Many keys, one statement, one text.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_finds_its_members() {
    each(async |engine, db| {
        stock(&db, 5, 9).await;
        let ids = [(); 3].map(|()| Uuid::now_v7());
        for (id, word) in ids.iter().zip(["a", "it's", "\"ü\\"]) {
            db.batch(batch(NOTE, params![*id, word, NOW])).await.unwrap();
        }
        let found = async |sql: &'static str, list: Value| db.read(sql, params![list]).await.unwrap().len();
        let by_id = "SELECT word FROM notes WHERE id = ANY($1)";
        assert_eq!(found(by_id, list([ids[0], ids[2], Uuid::now_v7()])).await, 2, "{engine:?}");
        assert_eq!(found(by_id, list([] as [Uuid; 0])).await, 0, "{engine:?}");
        let by_word = "SELECT word FROM notes WHERE word = ANY($1)";
        assert_eq!(found(by_word, list(["it's", "\"ü\\", "none"])).await, 2, "{engine:?}");
        assert_eq!(found("SELECT word FROM notes WHERE at = ANY($1)", list([NOW])).await, 3, "{engine:?}");
        let beside = "SELECT offer FROM stock WHERE on_hand = $2 AND offer = ANY($1)";
        assert_eq!(db.read(beside, params![list([1, 2, 7]), 9]).await.unwrap().len(), 2, "{engine:?}");
        let mut write = Batch::new();
        write.push("UPDATE stock SET held = held + $2 WHERE offer = ANY($1)", params![list([0, 4]), 3]).expect_rows(2);
        db.batch(write).await.unwrap();
        let many = list((0..5000).map(i64::from));
        assert_eq!(found("SELECT offer FROM stock WHERE offer = ANY($1) AND held = 3", many).await, 2, "{engine:?}");
    })
    .await
}

/// N units, M buyers (I2): nobody gets what is not there, and whoever breaks a rule gives back what it took.
#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_units_and_two_hundred_buyers() {
    each(async |engine, db| {
        stock(&db, 3, 100).await;
        let mut buyers = vec![];
        for n in 0..200 {
            let db = db.clone();
            buyers.push(tokio::spawn(async move {
                let mut batch = note("bought");
                for offer in 0..3 {
                    batch.push(TAKE, params![offer, 1]).expect_rows(1);
                }
                if n % 5 == 0 {
                    batch.push("UPDATE stock SET on_hand = $1", params![None::<i64>]);
                }
                db.batch(batch).await
            }))
        }
        let (mut sold, mut short, mut broken) = (0, 0, 0);
        for buyer in buyers {
            match buyer.await.unwrap() {
                Ok(_) => sold += 1,
                Err(SqlError::Stale { statement: 1, rows: 0 }) => short += 1,
                Err(SqlError::Conflict { .. }) => broken += 1,
                Err(error) => panic!("{engine:?}: {error}"),
            }
        }
        assert_eq!((sold, short + broken), (100, 100), "{engine:?}");
        assert_eq!((one(&db, HELD).await, one(&db, NOTES).await), (300, 100), "{engine:?}");
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_caller_leaves_a_whole_batch_or_none() {
    each(async |engine, db| {
        stock(&db, 2, 1_000_000).await;
        let mut written = 0;
        for n in 0..100 {
            let caller = {
                let db = db.clone();
                tokio::spawn(async move {
                    let mut batch = Batch::new();
                    for offer in 0..2 {
                        batch.push(TAKE, params![offer, 1]).expect_rows(1);
                    }
                    db.batch(batch).await
                })
            };
            tokio::time::sleep(Duration::from_micros(n * 10)).await;
            caller.abort();
            written += i64::from(caller.await.is_ok());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        let apart = "SELECT CAST(max(held) - min(held) AS bigint) AS n FROM stock";
        assert_eq!(one(&db, apart).await, 0, "{engine:?}");
        assert!(one(&db, HELD).await >= 2 * written, "{engine:?}");
    })
    .await
}

/// Whoever waits for the bell must hear it even if nobody waits for the answer any more.
#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_callers_facts_are_announced() {
    each(async |engine, db| {
        let mut bell = db.doorbell();
        let mut batch = Batch::new();
        batch.outbox(vec![fact("a", 1)]);
        // Polled once, so it is on its way; then nobody asks for the answer.
        let sending = db.clone();
        let _ = tokio::time::timeout(Duration::ZERO, async { sending.batch(batch).await }).await;
        let rung = tokio::time::timeout(Duration::from_secs(5), bell.changed()).await;
        assert!(rung.is_ok(), "{engine:?}: not rung");
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_are_of_what_was_asked_and_what_was_made_durable() {
    each(async |engine, db| {
        stock(&db, 1, 1).await;
        let before = db.counts();
        for _ in 0..3 {
            one(&db, HELD).await;
            db.batch(note("x")).await.unwrap();
        }
        let mut refused = Batch::new();
        refused.push(TAKE, params![0, 9]).expect_rows(1);
        db.batch(refused).await.unwrap_err();
        let after = db.counts();
        let grown = (after.reads - before.reads, after.batches - before.batches, after.commits - before.commits);
        assert_eq!(grown, (3, 4, 3), "{engine:?}");
        let statements = after.statements - before.statements;
        // On PostgreSQL the bell has some of its own.
        assert!(statements == 7 || (engine == Engine::Postgres && statements > 7), "{engine:?}: {statements}");
    })
    .await
}

/// Batches that come together share an fsync; alone, none waits for company.
#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite_a_crowd_shares_commits() {
    let db: Db = open(Engine::Sqlite).await;
    let before = db.counts();
    let crowd: Vec<_> = (0..200)
        .map(|n| {
            let db = db.clone();
            tokio::spawn(async move { db.batch(batch(NOTE, params![Uuid::now_v7(), "x", Timestamp(n)])).await })
        })
        .collect();
    for one in crowd {
        one.await.unwrap().unwrap();
    }
    let commits = db.counts().commits - before.commits;
    assert!(commits < 100, "{commits} commits for 200 batches");
    assert_eq!(one(&db, NOTES).await, 200);
}

/// A read is brief where it is asked for; one that turns out long goes to a thread and is as whole.
#[tokio::test]
async fn a_read_of_many_rows_is_whole() {
    each(async |engine, db| {
        for many in [255, 256, 257, 1000] {
            let rows = (0..many).map(|n: i64| params![n + many * 1000, 1]).collect();
            let mut batch = Batch::new();
            batch.push_rows("stock (offer, on_hand)", rows);
            db.batch(batch).await.unwrap();
            let read = "SELECT offer FROM stock WHERE offer BETWEEN $1 AND $2 ORDER BY offer";
            let rows = db.read(read, params![many * 1000, many * 1000 + many]).await.unwrap();
            let offers: Vec<i64> = rows.iter().map(|row| row.get("offer").unwrap()).collect();
            assert_eq!(offers, (many * 1000..many * 1001).collect::<Vec<_>>(), "{engine:?}");
            assert_eq!(db.read_long(read, params![many * 1000, many * 1001]).await.unwrap().len() as i64, many);
        }
    })
    .await;
}

/// Many rows by one statement: all of them, or none.
#[tokio::test]
async fn rows_put_together_are_all_put_or_none() {
    each(async |engine, db| {
        stock(&db, 2, 5).await;
        let mut batch = Batch::new();
        batch.push_rows("stock (offer, on_hand)", vec![params![7, 1], params![1, 1]]);
        let refused = db.batch(batch).await.unwrap_err();
        assert!(matches!(refused, SqlError::Conflict { statement: 0, .. }), "{engine:?}: {refused:?}");
        let rows = db.read("SELECT offer FROM stock ORDER BY offer", vec![]).await.unwrap();
        assert_eq!(rows.len(), 2, "{engine:?}");
    })
    .await;
}
