//! What the machine and the stores can do at most, in the same minutes.
use platform_sql::{Batch, Db, Migration, Opening, StoreAt, params};
use platform_test::{Engine, admin, folder, store};
use std::{
    fs::File,
    io::Write,
    time::{Duration, Instant},
};

const FOR: Duration = Duration::from_secs(3);
const ROWS: i64 = 100_000;
/// The same text for both: a table of counters, filled.
const TABLE: &str = "CREATE TABLE counters (id bigint PRIMARY KEY, n bigint NOT NULL);
    INSERT INTO counters SELECT id, 0 FROM (WITH RECURSIVE ids (id) AS
        (SELECT 0 UNION ALL SELECT id + 1 FROM ids WHERE id < 99999) SELECT id FROM ids) all_ids";
const MIGRATIONS: &[Migration] = &[Migration { name: "0001_counters", sqlite: TABLE, postgres: TABLE }];

/// Median and 95th percentile of writing 4 KiB to the end of a file and making it durable.
pub fn fdatasync() -> String {
    let folder = folder();
    std::fs::create_dir_all(&folder).expect("a folder");
    let mut file = File::create(folder.join("fdatasync")).expect("a file");
    let (block, mut took, began) = ([0x78u8; 4096], vec![], Instant::now());
    while began.elapsed() < FOR {
        let one = Instant::now();
        file.write_all(&block).and_then(|()| file.sync_data()).expect("written");
        took.push(one.elapsed());
    }
    took.sort();
    let ms = |part: usize| took[took.len() * part / 100].as_secs_f64() * 1e3;
    format!("fdatasync of 4 KiB: {:.2} ms, p95 {:.2} ms", ms(50), ms(95))
}

/// A server that forgets would make every figure worthless.
pub async fn must_be_durable(engine: Engine) {
    if engine == Engine::Postgres {
        for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
            let row = admin("postgres").await.query_one(&format!("SHOW {setting}"), &[]).await.expect("shown");
            assert_eq!(row.get::<_, &str>(0), "on", "{setting}: this PostgreSQL is not durable");
        }
    }
}

/// Batches of one update of one row, by so many tasks at once, each waiting for its own: a second.
pub async fn commits(engine: Engine, tasks: usize) -> f64 {
    let at: StoreAt = store(engine, "bench").await;
    assert_eq!(at.opening, Opening::Migrate);
    let db = Db::open(&at, MIGRATIONS).await.expect("a store");
    let began = Instant::now();
    let working = (0..tasks as i64).map(|task| {
        let db = db.clone();
        tokio::spawn(async move {
            let (mut done, mut id) = (0u64, task * 7919);
            while began.elapsed() < FOR {
                id = (id * 1_103_515_245 + 12_345) % ROWS;
                let mut batch = Batch::new();
                batch.push("UPDATE counters SET n = n + 1 WHERE id = $1", params![id]);
                db.batch(batch).await.expect("written");
                done += 1;
            }
            done
        })
    });
    let mut done = 0;
    for task in working.collect::<Vec<_>>() {
        done += task.await.expect("no panic");
    }
    done as f64 / began.elapsed().as_secs_f64()
}
