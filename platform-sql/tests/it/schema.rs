//! Who may open a store, what migrations refuse, and that both engines have one schema.
use crate::bench::{MIGRATIONS, NOTES, batch, each, note, one, open};
use platform_sql::{Batch, Db, Migration, Opening, SqlError, StoreAt, drift};
use platform_test::{BOTH, Engine, store, until};

#[tokio::test(flavor = "multi_thread")]
async fn both_schemas_are_one() {
    let (sqlite, postgres) = (open(Engine::Sqlite).await, open(Engine::Postgres).await);
    assert_eq!(drift::between(&sqlite, &postgres).await.unwrap(), [""; 0]);
    assert!(drift::shape(&sqlite).await.unwrap().len() > 80, "it looked at the tables");
    let create = "CREATE TABLE more (id INTEGER NOT NULL PRIMARY KEY, n INTEGER, CHECK (n > 0)) STRICT";
    sqlite.batch(batch(create, vec![])).await.unwrap();
    let told = drift::between(&sqlite, &postgres).await.unwrap();
    assert!(told.iter().any(|line| line == "sqlite: more.n integer"), "{told:?}");
}

async fn refusal(at: &StoreAt, migrations: &'static [Migration]) -> String {
    match Db::open(at, migrations).await {
        Ok(_) => "opened".into(),
        Err(error) => error.to_string(),
    }
}

/// What was opened is let go of a moment after it is dropped.
async fn reopened(at: &StoreAt) -> Db {
    until("the store can be opened again", async || Db::open(at, MIGRATIONS).await.is_ok()).await;
    Db::open(at, MIGRATIONS).await.unwrap()
}

const EDITED: &[Migration] = &[Migration { name: "0001_desk", sqlite: "SELECT 1;", postgres: "SELECT 1;" }];
const RENAMED: &[Migration] = &[Migration { name: "0001_bench", sqlite: "SELECT 1;", postgres: "SELECT 1;" }];
const WRONG: &[Migration] =
    &[MIGRATIONS[0], Migration { name: "0002_wrong", sqlite: "CREATE TABLE x (a", postgres: "CREATE TABLE x (a" }];

#[tokio::test(flavor = "multi_thread")]
async fn migrations_refuse_an_edit_a_newer_store_and_their_own_mistakes() {
    for engine in BOTH {
        let at = store(engine, "desk").await;
        let serve = StoreAt { opening: Opening::Serve, ..at.clone() };
        assert!(refusal(&serve, MIGRATIONS).await.contains("souk migrate"), "{engine:?}");
        drop(reopened(&at).await);
        drop(reopened(&serve).await);
        for (migrations, why) in [
            (EDITED, "0001_desk was edited after it ran"),
            (RENAMED, "0001_bench comes before 0001_desk, which ran"),
            (&[], "the store is newer than the program: it has 0001_desk"),
            (WRONG, "service/0002_wrong"),
        ] {
            let refused = refusal(&at, migrations).await;
            assert!(refused.contains(why), "{engine:?}: {refused}");
        }
        let db = reopened(&at).await;
        db.batch(note("still well")).await.unwrap();
    }
}

/// On PostgreSQL many processes may start a migration at once: one does it, the others find it done.
#[tokio::test(flavor = "multi_thread")]
async fn many_may_migrate_at_once() {
    let at = store(Engine::Postgres, "desk").await;
    let opened: Vec<_> = (0..4)
        .map(|_| {
            let at = at.clone();
            tokio::spawn(async move { Db::open(&at, MIGRATIONS).await.map(drop) })
        })
        .collect();
    for one in opened {
        one.await.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_owner_of_a_file_is_refused_and_a_reader_is_not() {
    let at = store(Engine::Sqlite, "desk").await;
    let db = Db::open(&at, MIGRATIONS).await.unwrap();
    db.batch(note("x")).await.unwrap();
    // A lock is of the open file, so this process is refused as another one would be.
    assert!(refusal(&at, MIGRATIONS).await.contains("in use by another process"));
    let reader = Db::open(&StoreAt { opening: Opening::ReadOnly, ..at }, MIGRATIONS).await.unwrap();
    assert_eq!(one(&reader, NOTES).await, 1);
    assert!(matches!(reader.batch(note("y")).await, Err(SqlError::Broken(_))));
    db.batch(note("z")).await.unwrap();
    assert_eq!(one(&reader, NOTES).await, 2);
}

/// A deferred key is judged at COMMIT, where it would refuse the innocent batches of its group too.
#[tokio::test(flavor = "multi_thread")]
async fn deferred_constraints_are_refused_on_sqlite() {
    const DEFERRED: &[Migration] = &[Migration {
        name: "0001_desk",
        sqlite: "CREATE TABLE a (id INTEGER PRIMARY KEY) STRICT;
            CREATE TABLE c (a INTEGER REFERENCES a (id) DEFERRABLE INITIALLY DEFERRED) STRICT;",
        postgres: "",
    }];
    assert!(refusal(&store(Engine::Sqlite, "desk").await, DEFERRED).await.contains("deferred constraints"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_batch_is_nothing() {
    each(async |engine, db| {
        assert!(db.batch(Batch::new()).await.is_ok(), "{engine:?}");
    })
    .await
}
