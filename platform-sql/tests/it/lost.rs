//! PostgreSQL over a connection that breaks, and two who wait for each other.
use crate::bench::{HELD, MIGRATIONS, TAKE, fact, one, stock, write};
use platform::store::Store;
use platform_sql::{Batch, Db, SqlError, StoreAt, params};
use platform_test::{Engine, admin, postgres::postgres, store, until};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// When the proxy breaks a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    Never,
    /// Once, when a statement is prepared: COMMIT is not on its way yet.
    AtPrepare,
    /// COMMIT does not arrive.
    AtCommit,
    /// COMMIT arrives, its answer does not come back.
    AfterCommit,
    /// Nobody is let in, and whoever speaks is cut off.
    Always,
}

type Mode = Arc<Mutex<Cut>>;

async fn proxy() -> (u16, Mode) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let mode: Mode = Arc::new(Mutex::new(Cut::Never));
    let cut = mode.clone();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            if *cut.lock().unwrap() != Cut::Always {
                tokio::spawn(pipe(client, cut.clone()));
            }
        }
    });
    (port, mode)
}

async fn pipe(client: TcpStream, mode: Mode) {
    let server = TcpStream::connect(postgres()).await.unwrap();
    let ((mut from_client, mut to_client), (mut from_server, mut to_server)) =
        (client.into_split(), server.into_split());
    let back = tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
    let mut bytes = vec![0; 65536];
    while let Ok(n @ 1..) = from_client.read(&mut bytes).await {
        let has = |text: &[u8]| bytes[..n].windows(text.len()).any(|w| w == text);
        let now = *mode.lock().unwrap();
        match now {
            Cut::AtPrepare if has(b"UPDATE stock") => {
                *mode.lock().unwrap() = Cut::Never;
                break;
            }
            Cut::AtCommit if has(b"COMMIT\0") => break,
            Cut::AfterCommit if has(b"COMMIT\0") => {
                back.abort();
                let _ = to_server.write_all(&bytes[..n]).await;
                tokio::time::sleep(Duration::from_millis(200)).await;
                break;
            }
            Cut::Always => break,
            _ => to_server.write_all(&bytes[..n]).await.unwrap(),
        }
    }
    back.abort();
}

async fn through_proxy() -> (Db, Mode) {
    let at = store(Engine::Postgres, "desk").await;
    let (port, mode) = proxy().await;
    let url = at.url.replace(&postgres(), &format!("127.0.0.1:{port}"));
    let db = Db::open(&StoreAt { url, ..at }, MIGRATIONS).await.unwrap();
    stock(&db, 1, 100).await;
    (db, mode)
}

fn take() -> Batch {
    let mut batch = Batch::new();
    batch.push(TAKE, params![0, 1]).expect_rows(1);
    batch
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_lost_before_commit_is_taken_again() {
    let (db, mode) = through_proxy().await;
    *mode.lock().unwrap() = Cut::AtPrepare;
    db.batch(take()).await.unwrap();
    assert_eq!(one(&db, HELD).await, 1);
    // And one that the server closed while nobody used it.
    let database: String = db.read("SELECT current_database() AS n", vec![]).await.unwrap()[0].get("n").unwrap();
    let close = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'desk' AND datname = $1";
    admin(&database).await.execute(close, &[&database]).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    db.batch(take()).await.unwrap();
    assert_eq!(one(&db, HELD).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_is_unavailable_and_comes_back() {
    let (db, mode) = through_proxy().await;
    *mode.lock().unwrap() = Cut::Always;
    let refused = db.batch(take()).await.unwrap_err();
    assert!(matches!(refused, SqlError::Unavailable(_)), "{refused:?}");
    let unread = db.read(HELD, vec![]).await.unwrap_err();
    assert!(matches!(unread, SqlError::Unavailable(_)), "{unread:?}");
    *mode.lock().unwrap() = Cut::Never;
    assert_eq!(one(&db, HELD).await, 0);
    db.batch(take()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_lost_at_commit_is_unknown() {
    let (db, mode) = through_proxy().await;
    db.batch(take()).await.unwrap();
    for (cut, held) in [(Cut::AtCommit, 1), (Cut::AfterCommit, 2)] {
        *mode.lock().unwrap() = cut;
        let lost = db.batch(take()).await.unwrap_err();
        assert!(matches!(lost, SqlError::Unknown(_)), "{cut:?}: {lost:?}");
        *mode.lock().unwrap() = Cut::Never;
        // Only reading tells, and a commit that is under way may land a little later.
        until(&format!("{cut:?}: {held} are held"), async || one(&db, HELD).await == held).await;
    }
    db.batch(take()).await.unwrap();
    assert_eq!(one(&db, HELD).await, 3);
}

/// Whoever listens for others listens again, and looks up what was said meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn a_bell_whose_line_was_cut_rings_again() {
    let at = store(Engine::Postgres, "desk").await;
    let here = Db::open(&at, MIGRATIONS).await.unwrap();
    let there = Db::open(&at, MIGRATIONS).await.unwrap();
    let (mut bell, database) = (here.doorbell(), at.url.rsplit('/').next().unwrap());
    let close = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'desk' AND datname = $1";
    for version in 1..=2 {
        write(&there, vec![fact("a", version)]).await;
        let rung = tokio::time::timeout(Duration::from_secs(5), bell.changed()).await;
        assert!(rung.is_ok(), "fact {version} was not announced");
        admin(database).await.execute(close, &[&database]).await.unwrap();
    }
}

/// Why the server judges row counts, and why sessions are read-only until a batch begins.
#[tokio::test(flavor = "multi_thread")]
async fn a_naive_pipeline_commits_what_it_should_refuse() {
    let db = admin("postgres").await;
    db.batch_execute("CREATE TEMP TABLE stock (offer bigint, on_hand bigint, held bigint)").await.unwrap();
    db.batch_execute("INSERT INTO stock VALUES (0, 1, 1), (1, 1, 0)").await.unwrap();
    let take = "UPDATE stock SET held = held + 1 WHERE offer = $1 AND on_hand - held >= 1";
    let take = db.prepare(take).await.unwrap();
    let (_, none, some, _) = tokio::join!(
        db.batch_execute("BEGIN"),
        db.execute(&take, &[&0i64]),
        db.execute(&take, &[&1i64]),
        db.batch_execute("COMMIT")
    );
    assert_eq!((none.unwrap(), some.unwrap()), (0, 1));
    let held: i64 = db.query_one("SELECT held FROM stock WHERE offer = 1", &[]).await.unwrap().get(0);
    assert_eq!(held, 1, "a count of none is no error, so COMMIT behind it commits");
    let (begun, failed, committed) =
        tokio::join!(db.batch_execute("BEGIN"), db.execute("SELECT 1/0", &[]), db.batch_execute("COMMIT"));
    assert!(begun.is_ok() && failed.is_err() && committed.is_ok(), "COMMIT after an error says yes and is a rollback");
    db.batch_execute("UPDATE stock SET held = 0").await.unwrap();
    let pipeline = async || {
        let (_, taken, _) =
            tokio::join!(db.batch_execute("BEGIN nonsense"), db.execute(&take, &[&1i64]), db.batch_execute("COMMIT"));
        taken
    };
    assert_eq!(pipeline().await.unwrap(), 1, "when BEGIN fails, what is behind it commits one by one");
    db.batch_execute("SET default_transaction_read_only = on").await.unwrap();
    // A temporary table may be written by a reader too, so this looks at one that may not.
    let (_, created, _) = tokio::join!(
        db.batch_execute("BEGIN nonsense"),
        db.execute("CREATE TABLE never (n bigint)", &[]),
        db.batch_execute("COMMIT")
    );
    assert_eq!(created.unwrap_err().code().unwrap().code(), "25006", "a read-only session refuses it");
}

/// Rows are taken in the order of their keys everywhere; should somebody forget, the loser is run again.
#[tokio::test(flavor = "multi_thread")]
async fn deadlocks_are_run_again_inside() {
    let at = store(Engine::Postgres, "desk").await;
    let database = at.url.rsplit('/').next().unwrap();
    let root = admin(database).await;
    root.batch_execute(&format!("ALTER DATABASE {database} SET deadlock_timeout = '20ms'")).await.unwrap();
    let db = Db::open(&at, MIGRATIONS).await.unwrap();
    stock(&db, 4, 1_000_000).await;
    let crosswise: Vec<_> = (0..8)
        .map(|task| {
            let db = db.clone();
            tokio::spawn(async move {
                let mut done = 0;
                for _ in 0..15 {
                    let mut batch = Batch::new();
                    for k in 0..4 {
                        let offer = if task % 2 == 0 { k } else { 3 - k };
                        batch.push(TAKE, params![offer, 1]).expect_rows(1);
                    }
                    match db.batch(batch).await {
                        Ok(_) => done += 1,
                        Err(error) => assert!(matches!(error, SqlError::Unavailable(_)), "{error:?}"),
                    }
                }
                done
            })
        })
        .collect();
    let mut done = 0;
    for task in crosswise {
        done += task.await.unwrap();
    }
    assert_eq!(one(&db, HELD).await, done * 4, "each that was answered is there, whole");
    assert!(done >= 100, "{done} of 120");
    let count = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    until("there were deadlocks", async || root.query_one(count, &[]).await.unwrap().get::<_, i64>(0) > 0).await;
}
