//! Outbox, inbox, feed position, steps and requests: written in the batch of the effect they belong to, and only there.
use crate::{Batch, Row, SqlError, batch::Role, params};
use kernel::Timestamp;
use platform::{
    ask::{Book, Kept, Key, Known, Said, Undo},
    store::{Fact, Intent, Mark, Seen},
};

const PUT_FACT: &str = "INSERT INTO outbox (id, aggregatetype, aggregateid, version, type, payload, traceparent, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING position";
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
const PUT_SEEN: &str = "INSERT INTO inbox (consumer, message, at) VALUES ($1, $2, $3)";
const MOVE: &str = "INSERT INTO feed (consumer, source, position) VALUES ($1, $2, $3)
    ON CONFLICT (consumer, source) DO UPDATE SET position = excluded.position WHERE feed.position < excluded.position";

pub(crate) const GET_STEP: &str = "SELECT kind, fingerprint, state, answer FROM steps WHERE key = $1";
pub(crate) const GET_REQUEST: &str =
    "SELECT fingerprint, status, head, answer, for_now FROM requests WHERE scope = $1 AND key = $2";
pub(crate) const GET_CLAIM: &str = "SELECT scope, key, fingerprint FROM requests WHERE subject = $1 AND for_now";

impl Batch {
    pub fn outbox(&mut self, facts: Vec<Fact>) -> &mut Self {
        for f in facts {
            let who = params![f.id, f.aggregate, f.subject, f.version];
            let what = params![f.kind, f.payload.to_vec(), f.trace, f.at];
            self.push(PUT_FACT, [who, what].concat()).role(Role::Fact);
        }
        self
    }
    /// What a repeat will find. First in the batch: a repeat is refused before it touches a row that others wait for.
    pub fn marks(&mut self, marks: Vec<Mark>, now: Timestamp) -> &mut Self {
        for mark in marks {
            match mark {
                Mark::Answer(kept) => self.answer(kept, now),
                Mark::Undo(undo) => {
                    self.push(UNDO_STEP, params![undo.key, now]);
                }
                Mark::Seen(seen) => self.seen(seen, now),
                Mark::Intent(intent) => {
                    let Intent { key, kind, payload } = intent;
                    self.push(PUT_INTENT, params![key, kind, payload.to_vec(), now, now]);
                }
                Mark::Ended(key) => {
                    self.push(END_INTENT, params![key]);
                }
            }
        }
        self
    }
    /// A tombstone for a step that was never done: a `do` that lands later finds it.
    pub fn forestall(&mut self, undo: &Undo, now: Timestamp) -> &mut Self {
        self.push(FORESTALL, params![undo.key.clone(), now]).expect_rows(1);
        self
    }
    fn answer(&mut self, kept: Kept, now: Timestamp) {
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
    fn seen(&mut self, seen: Seen, now: Timestamp) {
        seen.take();
        self.push(PUT_SEEN, params![seen.consumer, seen.message, now]);
        self.moved(seen.consumer, seen.source, seen.settled);
    }
    pub(crate) fn moved(&mut self, consumer: &str, source: &str, to: i64) {
        self.push(MOVE, params![consumer, source, to]);
    }
}

pub(crate) fn step(key: &Key, row: &Row) -> Result<Known, SqlError> {
    if row.get::<String>("state")? == "undone" {
        return Ok(Known::Undone);
    }
    let said = Said { status: 0, head: vec![], body: row.get::<Vec<u8>>("answer")?.into() };
    let book = Book::Step { kind: row.get("kind")? };
    known(key, book, row, said, false)
}

pub(crate) fn request(key: &Key, row: &Row) -> Result<Known, SqlError> {
    let head: String = row.get("head")?;
    let head = serde_json::from_str(&head).map_err(|e| SqlError::Broken(format!("requests.head: {e}")))?;
    let said = Said { status: row.get("status")?, head, body: row.get::<Vec<u8>>("answer")?.into() };
    known(key, key.book.clone(), row, said, row.get("for_now")?)
}

fn known(key: &Key, book: Book, row: &Row, said: Said, for_now: bool) -> Result<Known, SqlError> {
    let key = Key { book, text: key.text.clone(), fingerprint: fingerprint(row)? };
    Ok(Known::Answered(Kept { key, said, for_now, subject: None }))
}

pub(crate) fn claim(row: &Row) -> Result<Key, SqlError> {
    let book = Book::Request { scope: row.get("scope")? };
    Ok(Key { book, text: row.get("key")?, fingerprint: fingerprint(row)? })
}

fn fingerprint(row: &Row) -> Result<[u8; 32], SqlError> {
    let print: Vec<u8> = row.get("fingerprint")?;
    print.try_into().map_err(|_| SqlError::Broken("a fingerprint of another length".into()))
}
