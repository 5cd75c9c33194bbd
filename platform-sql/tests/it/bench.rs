//! A small service's store: units that can be taken, holds with rules, notes.
use bytes::Bytes;
use kernel::Timestamp;
use platform::store::Fact;
use platform_sql::{Batch, Db, Migration, Value, params};
use platform_test::{BOTH, Engine, NOW, store};
use uuid::Uuid;

pub const MIGRATIONS: &[Migration] = &[Migration {
    name: "0001_desk",
    sqlite: "CREATE TABLE stock (offer INTEGER NOT NULL PRIMARY KEY, on_hand INTEGER NOT NULL, held INTEGER NOT NULL DEFAULT 0,
            CONSTRAINT stock_covers CHECK (held <= on_hand)) STRICT;
        CREATE TABLE holds (id BLOB NOT NULL PRIMARY KEY, order_id BLOB NOT NULL UNIQUE, state TEXT NOT NULL,
            CONSTRAINT holds_state CHECK (state IN ('held', 'ended'))) STRICT, WITHOUT ROWID;
        CREATE TABLE lines (hold BLOB NOT NULL REFERENCES holds (id), offer INTEGER NOT NULL, PRIMARY KEY (hold, offer)) STRICT, WITHOUT ROWID;
        CREATE TABLE notes (id BLOB NOT NULL PRIMARY KEY, word TEXT NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE kinds (b INTEGER, i INTEGER, f REAL, t TEXT, u BLOB, j TEXT, at INTEGER, y BLOB, z TEXT) STRICT;",
    postgres: "CREATE TABLE stock (offer bigint PRIMARY KEY, on_hand bigint NOT NULL, held bigint NOT NULL DEFAULT 0,
            CONSTRAINT stock_covers CHECK (held <= on_hand));
        CREATE TABLE holds (id uuid PRIMARY KEY, order_id uuid NOT NULL UNIQUE, state text NOT NULL,
            CONSTRAINT holds_state CHECK (state IN ('held', 'ended')));
        CREATE TABLE lines (hold uuid NOT NULL REFERENCES holds (id), offer bigint NOT NULL, PRIMARY KEY (hold, offer));
        CREATE TABLE notes (id uuid PRIMARY KEY, word text NOT NULL, at timestamptz NOT NULL);
        CREATE TABLE kinds (b boolean, i bigint, f double precision, t text, u uuid, j jsonb, at timestamptz, y bytea, z text);",
}];

/// Takes units if they are free.
pub const TAKE: &str = "UPDATE stock SET held = held + $2 WHERE offer = $1 AND on_hand - held >= $2";
pub const NOTE: &str = "INSERT INTO notes (id, word, at) VALUES ($1, $2, $3)";
pub const HELD: &str = "SELECT CAST(coalesce(sum(held), 0) AS bigint) AS n FROM stock";
pub const NOTES: &str = "SELECT count(*) AS n FROM notes";

pub async fn open(engine: Engine) -> Db {
    Db::open(&store(engine, "desk").await, MIGRATIONS).await.unwrap()
}

pub async fn each(test: impl AsyncFn(Engine, Db)) {
    for engine in BOTH {
        test(engine, open(engine).await).await
    }
}

pub fn batch(sql: &'static str, params: Vec<Value>) -> Batch {
    let mut batch = Batch::new();
    batch.push(sql, params);
    batch
}

pub fn note(word: &str) -> Batch {
    batch(NOTE, params![Uuid::now_v7(), word, NOW])
}

/// So many units of the offers 0 to `offers` - 1.
pub async fn stock(db: &Db, offers: i64, on_hand: i64) {
    let mut batch = Batch::new();
    for offer in 0..offers {
        batch.push("INSERT INTO stock (offer, on_hand) VALUES ($1, $2)", params![offer, on_hand]);
    }
    db.batch(batch).await.unwrap();
}

pub async fn one(db: &Db, sql: &'static str) -> i64 {
    db.read(sql, vec![]).await.unwrap()[0].get("n").unwrap()
}

pub fn fact(subject: &str, version: i64) -> Fact {
    Fact {
        position: 0,
        id: Uuid::now_v7(),
        aggregate: "thing".into(),
        subject: subject.into(),
        version,
        kind: "test.v1.Told".into(),
        payload: Bytes::new(),
        trace: String::new(),
        at: Timestamp(NOW.0 + version),
    }
}

pub async fn write(db: &Db, facts: Vec<Fact>) {
    let mut batch = Batch::new();
    batch.outbox(facts);
    db.save(batch).await.unwrap()
}
