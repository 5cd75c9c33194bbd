//! Which folder a store holds, kept in the store itself: beside the other places up to which something was read (rule 3).
use platform_sql::{Batch, Db, SqlError, params};

const FOLDERS: &str = "SELECT source, position FROM feed WHERE consumer = 'import'";
const BEGIN: &str = "INSERT INTO feed (consumer, source, position) VALUES ('import', $1, 0)
    ON CONFLICT (consumer, source) DO NOTHING";
const END: &str = "UPDATE feed SET position = $2 WHERE consumer = 'import' AND source = $1";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    Nothing,
    /// An import began and did not come to its end.
    Part,
    All,
    /// Another folder.
    Other,
}

fn source(identity: &str) -> String {
    format!("olist.{identity}")
}

pub async fn held(db: &Db, identity: &str) -> Result<Held, SqlError> {
    let mut held = Held::Nothing;
    for row in db.read(FOLDERS, params![]).await? {
        if row.get::<String>("source")? != source(identity) {
            return Ok(Held::Other);
        }
        held = if row.get::<i64>("position")? > 0 { Held::All } else { Held::Part };
    }
    Ok(held)
}

pub async fn begin(db: &Db, identity: &str) -> Result<(), SqlError> {
    let mut batch = Batch::new();
    batch.push(BEGIN, params![source(identity)]);
    db.batch(batch).await.map(drop)
}

pub async fn end(db: &Db, identity: &str, rows: usize) -> Result<(), SqlError> {
    let mut batch = Batch::new();
    batch.push(END, params![source(identity), i64::try_from(rows.max(1)).unwrap_or(i64::MAX)]).expect_rows(1);
    db.batch(batch).await.map(drop)
}
