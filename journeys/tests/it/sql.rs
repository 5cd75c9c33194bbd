//! What no API allows: statements on a store, to plant what must not be.
use platform_test::{Engine, admin};
use uuid::Uuid;

/// As one transaction. `store` has `{service}` in it; on SQLite it may also be a file's own URL.
pub async fn run(engine: Engine, store: &str, service: &str, sql: &str) {
    match engine {
        Engine::Sqlite => {
            let url = store.replace("{service}", service);
            let file = url.strip_prefix("sqlite://").expect("a file");
            let db = rusqlite::Connection::open(file).expect("a store");
            db.execute_batch(&format!("BEGIN; {sql}; COMMIT")).unwrap_or_else(|e| panic!("{service}: {sql}: {e}"));
        }
        Engine::Postgres => {
            let database = store.rsplit('/').next().expect("a database");
            let done = admin(database).await.batch_execute(&format!("SET search_path TO \"{service}\"; {sql}")).await;
            done.unwrap_or_else(|e| panic!("{service}: {sql}: {:?}", e.as_db_error()));
        }
    }
}

/// As it is written in a statement.
pub fn uuid(engine: Engine, id: Uuid) -> String {
    match engine {
        Engine::Sqlite => format!("x'{}'", id.simple()),
        Engine::Postgres => format!("'{id}'::uuid"),
    }
}

pub fn bytes(engine: Engine, bytes: &[u8]) -> String {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    match engine {
        Engine::Sqlite => format!("x'{hex}'"),
        Engine::Postgres => format!("'\\x{hex}'::bytea"),
    }
}
