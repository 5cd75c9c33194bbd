//! A store in memory: what a batch marks, is kept or refused as the real ones do it.
use kernel::Timestamp;
use platform::{
    ask::{Book, Kept, Key, Known},
    async_trait,
    check::{Check, Finding},
    retention::Keep,
    store::{Counts, Due, Fact, Inbox, Intents, Mark, Parked, Seen, Store, StoreError, Waiting},
    task::Alarm,
};
use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};
use uuid::Uuid;

#[derive(Default)]
pub struct Shelf {
    kept: Mutex<BTreeMap<(String, String), Kept>>,
    undone: Mutex<Vec<String>>,
    batches: AtomicU64,
    facts: Mutex<Vec<Fact>>,
    bell: tokio::sync::watch::Sender<i64>,
}

fn place(key: &Key) -> (String, String) {
    match &key.book {
        Book::Request { scope } => (scope.clone(), key.text.clone()),
        Book::Step { kind } => (kind.clone(), key.text.clone()),
    }
}

impl Shelf {
    /// All marks of a change, or none.
    pub fn write(&self, marks: Vec<Mark>) -> Result<(), StoreError> {
        let mut kept = self.kept.lock().unwrap();
        let mut answers = vec![];
        for mark in marks {
            match mark {
                Mark::Answer(answer) => {
                    let key = place(&answer.key);
                    if kept.get(&key).is_some_and(|before| !before.for_now) || self.is_undone(&answer.key) {
                        return Err(StoreError::Answered);
                    }
                    // Only the decision may replace a claim, and it claims nothing itself.
                    if kept.contains_key(&key) && answer.for_now {
                        return Err(StoreError::Answered);
                    }
                    answers.push((key, answer));
                }
                Mark::Undo(undo) => self.undone.lock().unwrap().push(undo.key),
                _ => {}
            }
        }
        kept.extend(answers);
        self.batches.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
    pub fn tell(&self, fact: Fact) {
        let position = fact.position;
        self.facts.lock().unwrap().push(fact);
        self.bell.send_replace(position);
    }
    fn is_undone(&self, key: &Key) -> bool {
        matches!(key.book, Book::Step { .. }) && self.undone.lock().unwrap().contains(&key.text)
    }
    /// How many effects there were.
    pub fn batches(&self) -> u64 {
        self.batches.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Store for Shelf {
    async fn known(&self, key: &Key) -> Result<Option<Known>, StoreError> {
        if self.is_undone(key) {
            return Ok(Some(Known::Undone));
        }
        Ok(self.kept.lock().unwrap().get(&place(key)).cloned().map(Known::Answered))
    }
    async fn keep(&self, kept: Kept) -> Result<(), StoreError> {
        self.write(vec![Mark::Answer(kept)])
    }
    async fn facts(&self, after: i64, _: u32) -> Result<Vec<Fact>, StoreError> {
        Ok(self.facts.lock().unwrap().iter().filter(|fact| fact.position > after).cloned().collect())
    }
    fn doorbell(&self) -> tokio::sync::watch::Receiver<i64> {
        self.bell.subscribe()
    }
    async fn check(&self, _: &Check, _: Timestamp) -> Result<Finding, StoreError> {
        Ok(Finding { looked: 0, wrong: 0 })
    }
    fn alarm(&self, _: &'static str) -> Alarm {
        Alarm::default()
    }
    async fn tidy(&self, _: Keep) -> Result<(), StoreError> {
        Ok(())
    }
    fn counts(&self) -> Counts {
        Counts { batches: self.batches(), ..Counts::default() }
    }
}

/// Nobody listens here, so nothing is ever read or parked.
#[async_trait]
impl Inbox for Shelf {
    async fn position(&self, _: &str, _: &str) -> Result<i64, StoreError> {
        Ok(0)
    }
    async fn handled(&self, _: &Seen) -> Result<bool, StoreError> {
        Ok(false)
    }
    async fn settle(&self, _: &Seen) -> Result<(), StoreError> {
        Ok(())
    }
    async fn pass(&self, _: &Seen) -> Result<(), StoreError> {
        Ok(())
    }
    async fn park(&self, _: &Seen, _: &Parked, _: Option<Uuid>) -> Result<(), StoreError> {
        Ok(())
    }
    async fn parked(&self, _: Option<&str>) -> Result<Vec<Parked>, StoreError> {
        Ok(vec![])
    }
    async fn replay(&self, _: &str, _: Option<&str>) -> Result<u64, StoreError> {
        Ok(0)
    }
    async fn restart(&self, _: &str, _: &[&str]) -> Result<(), StoreError> {
        Ok(())
    }
}

/// Nothing is intended here.
#[async_trait]
impl Intents for Shelf {
    async fn due(&self, _: &str, _: Timestamp) -> Result<Vec<Due>, StoreError> {
        Ok(vec![])
    }
    async fn put_off(&self, _: &str, _: Timestamp, _: &str) -> Result<(), StoreError> {
        Ok(())
    }
    async fn next_due(&self, _: &str) -> Result<Option<Timestamp>, StoreError> {
        Ok(None)
    }
    async fn intents(&self) -> Result<Vec<Waiting>, StoreError> {
        Ok(vec![])
    }
    async fn retry_intent(&self, _: &str) -> Result<bool, StoreError> {
        Ok(false)
    }
}
