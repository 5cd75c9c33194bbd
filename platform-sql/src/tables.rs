//! Outbox, steps, requests and intents: written in the batch of the effect they belong to, and only there.
use crate::{
    Batch, Row, SqlError, Value,
    batch::{Role, places},
    params,
};
use kernel::{Clock, Timestamp};
use platform::{
    ask::{Book, Kept, Key, Known, Said, Undo},
    clock::SystemClock,
    store::{Fact, Intent, Mark},
};

const OUTBOX: &str = "outbox (id, aggregatetype, aggregateid, version, type, payload, traceparent, at)";
/// One statement for so many rows at most: each number of them is a text of its own.
pub(crate) const TOGETHER: usize = 16;
/// For imports: a fact that was told is not told again.
const PUT_FACT_ONCE: &str =
    "INSERT INTO outbox (id, aggregatetype, aggregateid, version, type, payload, traceparent, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (aggregatetype, aggregateid, version) DO NOTHING RETURNING position, type";
const PUT_STEP: &str =
    "INSERT INTO steps (key, kind, fingerprint, state, answer, at) VALUES ($1, $2, $3, 'done', $4, $5)";
/// Whether the step was seen is told by the state that the same batch changes, so this never asks.
const UNDO_STEP: &str = "INSERT INTO steps (key, kind, state, at) VALUES ($1, 'undo', 'undone', $2)
    ON CONFLICT (key) DO UPDATE SET state = 'undone'";
/// Only if nobody did it meanwhile; saying it twice is fine.
const FORESTALL: &str = "INSERT INTO steps (key, kind, state, at) VALUES ($1, 'undo', 'undone', $2)
    ON CONFLICT (key) DO UPDATE SET state = 'undone' WHERE steps.state = 'undone'";
/// Takes the key, or replaces the one answer that is ever replaced.
const PUT_REQUEST: &str = "INSERT INTO requests (scope, key, fingerprint, status, head, answer, for_now, subject, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (scope, key) DO UPDATE
    SET status = excluded.status, head = excluded.head, answer = excluded.answer, for_now = excluded.for_now
    WHERE requests.for_now AND NOT excluded.for_now AND requests.fingerprint = excluded.fingerprint";
const PUT_INTENT: &str = "INSERT INTO intents (key, kind, payload, due, tries, at) VALUES ($1, $2, $3, $4, 0, $5)";
const END_INTENT: &str = "DELETE FROM intents WHERE key = $1";
pub(crate) const GET_STEP: &str = "SELECT kind, fingerprint, state, answer FROM steps WHERE key = $1";
pub(crate) const GET_REQUEST: &str =
    "SELECT fingerprint, status, head, answer, for_now FROM requests WHERE scope = $1 AND key = $2";
pub(crate) const GET_CLAIM: &str = "SELECT scope, key, fingerprint FROM requests WHERE subject = $1 AND for_now";

/// How far the log goes, and how far it went when its facts are no longer kept.
pub(crate) const END: &str = "SELECT coalesce(max(position), 0) AS position FROM (
    SELECT max(position) AS position FROM outbox
    UNION ALL SELECT position FROM feed WHERE consumer = 'outbox' AND source = 'dropped') ends";

/// What is forgotten after some days carries the machine's time: business time may stand in another year.
pub(crate) fn machine_now() -> Timestamp {
    SystemClock.now()
}

impl Batch {
    pub fn outbox(&mut self, facts: Vec<Fact>) -> &mut Self {
        let rows: Vec<Vec<Value>> = facts.into_iter().map(fact_row).collect();
        for some in rows.chunks(TOGETHER) {
            let text = format!("INSERT INTO {OUTBOX} VALUES {} RETURNING position, type", places(some));
            self.push(text, some.concat()).role(Role::Fact);
        }
        self
    }
    /// As `outbox`, for imports: what this version of the aggregate told already is left as it was.
    pub fn outbox_once(&mut self, facts: Vec<Fact>) -> &mut Self {
        for f in facts {
            self.push(PUT_FACT_ONCE, fact_row(f)).role(Role::Fact);
        }
        self
    }
    /// What a repeat will find. First in the batch: a repeat is refused before it touches a row that others wait for. `now` is
    /// business time, which an intent tells; it is due at once, by the machine's.
    pub fn marks(&mut self, marks: Vec<Mark>, now: Timestamp) -> &mut Self {
        for mark in marks {
            match mark {
                Mark::Answer(kept) => self.answer(kept),
                Mark::Undo(undo) => {
                    self.push(UNDO_STEP, params![undo.key, machine_now()]);
                }
                Mark::Seen(seen) => self.seen(&seen),
                Mark::Intent(intent) => {
                    let Intent { key, kind, payload } = intent;
                    let due = machine_now();
                    self.push(PUT_INTENT, params![key, kind, payload.to_vec(), due, now]);
                    self.alarms.push((kind, due));
                }
                Mark::Ended(key) => {
                    self.push(END_INTENT, params![key]);
                }
            }
        }
        self
    }
    /// A tombstone for a step that was never done: a `do` that lands later finds it.
    pub fn forestall(&mut self, undo: &Undo) -> &mut Self {
        self.push(FORESTALL, params![undo.key.clone(), machine_now()]).expect_rows(1);
        self
    }
    fn answer(&mut self, kept: Kept) {
        let now = machine_now();
        let Kept { key: Key { book, text, fingerprint }, said, for_now, subject } = kept;
        let print = fingerprint.to_vec();
        match book {
            Book::Step { kind } => {
                self.push(PUT_STEP, params![text, kind, print, said.body.to_vec(), now]).role(Role::Key);
            }
            Book::Request { scope } => {
                let key = params![scope, text, print];
                let head = serde_json::to_string(&said.head).unwrap_or_default();
                let answer = params![i64::from(said.status), head, said.body.to_vec(), for_now, subject, now];
                self.push(PUT_REQUEST, [key, answer].concat()).expect_rows(1).role(Role::Key);
            }
        }
    }
}

fn fact_row(f: Fact) -> Vec<Value> {
    let who = params![f.id, f.aggregate, f.subject, f.version];
    let what = params![f.kind, f.payload.to_vec(), f.trace, f.at];
    [who, what].concat()
}

pub(crate) fn step(key: &Key, row: &Row) -> Result<Known, SqlError> {
    if row.get::<String>("state")? == "undone" {
        return Ok(Known::Undone);
    }
    let said = Said { status: 0, head: vec![], body: row.get::<Vec<u8>>("answer")?.into() };
    let key = key_of(Book::Step { kind: row.get("kind")? }, key.text.clone(), row)?;
    Ok(Known::Answered(Kept { key, said, for_now: false, subject: None }))
}

pub(crate) fn request(key: &Key, row: &Row) -> Result<Known, SqlError> {
    let head: String = row.get("head")?;
    let head = serde_json::from_str(&head).map_err(|e| SqlError::Broken(format!("requests.head: {e}")))?;
    let said = Said { status: row.get("status")?, head, body: row.get::<Vec<u8>>("answer")?.into() };
    let key = key_of(key.book.clone(), key.text.clone(), row)?;
    Ok(Known::Answered(Kept { key, said, for_now: row.get("for_now")?, subject: None }))
}

pub(crate) fn claim(row: &Row) -> Result<Key, SqlError> {
    key_of(Book::Request { scope: row.get("scope")? }, row.get("key")?, row)
}

fn key_of(book: Book, text: String, row: &Row) -> Result<Key, SqlError> {
    let print: Vec<u8> = row.get("fingerprint")?;
    let fingerprint = print.try_into().map_err(|_| SqlError::Broken("a fingerprint of another length".into()))?;
    Ok(Key { book, text, fingerprint })
}
