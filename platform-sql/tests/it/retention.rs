//! What a store forgets, and what it never does.
use crate::bench::{batch, each, fact, one, write};
use platform::{
    ask::{Ask, Book, Key, Said, Undo},
    module::Module,
    retention::Keep,
    store::{Change, Inbox, Seen, Store},
};
use platform_sql::{Batch, Db, params};
use platform_test::{HandClock, NOW, until};
use std::{sync::Arc, time::Duration};
use uuid::Uuid;

const DAY: Duration = Duration::from_secs(86_400);

fn asked(book: Book, text: &str) -> Ask<()> {
    let key = Key { book, text: text.into(), fingerprint: [1; 32] };
    Ask::new(Some(key), |_| Said { status: 200, head: vec![], body: "said".into() })
}

/// One of each, written at a business time that is years ago.
async fn fill(db: &Db, name: &str) {
    let request = asked(Book::Request { scope: "anna".into() }, name);
    let claim = asked(Book::Request { scope: "bert".into() }, name);
    let step = asked(Book::Step { kind: "hold".into() }, name);
    let change: Change<'_, (), ()> = Change::new(&(), vec![]).answering(&request).claiming(&claim, name);
    let change = change.answering(&step).seen(Seen::told_by("desk.notes", "shop", Uuid::now_v7()));
    let mut batch = Batch::new();
    batch.marks(change.marks, NOW);
    batch.forestall(&Undo { key: format!("never {name}") });
    db.save(batch).await.unwrap();
}

async fn age(db: &Db, table: &str, by: Duration) {
    let at = db.read(format!("SELECT min(at) AS at FROM {table}"), vec![]).await.unwrap()[0].get("at").unwrap();
    let mut batch = Batch::new();
    let older: kernel::Timestamp = at;
    batch.push(format!("UPDATE {table} SET at = $1"), params![older - by]);
    db.batch(batch).await.unwrap();
}

async fn counts(db: &Db) -> [i64; 4] {
    [
        one(db, "SELECT count(*) AS n FROM inbox").await,
        one(db, "SELECT count(*) AS n FROM steps").await,
        one(db, "SELECT count(*) AS n FROM requests").await,
        one(db, "SELECT count(*) AS n FROM outbox").await,
    ]
}

/// By the machine's clock: what was written just now is young, whatever year the business is in.
#[tokio::test(flavor = "multi_thread")]
async fn each_table_is_kept_for_its_time() {
    each(async |engine, db| {
        fill(&db, "old").await;
        write(&db, vec![fact("a", 1)]).await;
        db.tidy(Keep::default()).await.unwrap();
        assert_eq!(counts(&db).await, [1, 2, 2, 1], "{engine:?}");
        age(&db, "requests", DAY * 8).await;
        age(&db, "steps", DAY * 8).await;
        age(&db, "inbox", DAY * 8).await;
        db.tidy(Keep::default()).await.unwrap();
        assert_eq!(counts(&db).await, [1, 2, 1, 1], "{engine:?}: a claim without a decision stays");
        age(&db, "steps", DAY * 23).await;
        age(&db, "inbox", DAY * 23).await;
        fill(&db, "young").await;
        db.tidy(Keep::default()).await.unwrap();
        assert_eq!(counts(&db).await, [1, 2, 3, 1], "{engine:?}");
        let before = db.counts().commits;
        db.tidy(Keep::default()).await.unwrap();
        assert_eq!(db.counts().commits, before, "{engine:?}: nothing to forget is no write");
    })
    .await
}

/// More than one batch's worth, and of the log only what is older than was said.
#[tokio::test(flavor = "multi_thread")]
async fn facts_are_forgotten_only_if_it_is_said() {
    each(async |engine, db| {
        let old = |n: i64| platform::store::Fact { id: Uuid::from_u128(n as u128), ..fact("old", n) };
        for page in 0..3 {
            write(&db, (1..=400).map(|n| old(page * 400 + n)).collect()).await;
        }
        write(&db, vec![fact("young", 1)]).await;
        db.tidy(Keep::default()).await.unwrap();
        assert_eq!(counts(&db).await[3], 1201, "{engine:?}: for ever");
        db.tidy(Keep::days(30).unwrap()).await.unwrap();
        assert_eq!(counts(&db).await[3], 1, "{engine:?}");
        let commits = db.counts().commits;
        db.tidy(Keep::days(30).unwrap()).await.unwrap();
        assert_eq!(db.counts().commits, commits, "{engine:?}");
        db.batch(batch("DELETE FROM outbox WHERE position > $1", params![0])).await.unwrap();
        write(&db, vec![old(5000)]).await;
        db.tidy(Keep::days(30).unwrap()).await.unwrap();
        assert_eq!(counts(&db).await[3], 0, "{engine:?}: also when none is young");
        assert_eq!(db.position("outbox", "dropped").await.unwrap(), *db.doorbell().borrow(), "{engine:?}");
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn forgetting_wakes_once_a_day() {
    each(async |engine, db| {
        let mut module = Module::new("desk", Arc::new(db.clone())).keeping(Keep::default());
        assert_eq!(module.tasks.len(), 1);
        let (forget, reads) = (module.tasks.remove(0), db.counts().reads);
        let running = tokio::spawn(forget.run("desk", Arc::new(HandClock::at(NOW))));
        until("it looked", async || db.counts().reads >= reads + 3).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(db.counts().reads, reads + 3, "{engine:?}");
        running.abort();
    })
    .await
}
