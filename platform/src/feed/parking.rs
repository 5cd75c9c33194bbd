//! What can't be handled now: put aside with its followers, and handled when an operator asks for it.
use super::{
    Parked, Seen, Settles,
    follow::{Fault, Follower, Tried},
    pb,
    subscription::Told,
};
use crate::clock::SystemClock;
use kernel::Clock;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// What is parked.
#[derive(Default)]
pub(super) struct Aside {
    pub messages: HashSet<Uuid>,
    /// The last message of each aggregate that has one.
    pub last: HashMap<String, Uuid>,
}

impl Aside {
    pub fn put(&mut self, subject: String, message: Uuid) {
        self.messages.insert(message);
        self.last.insert(subject, message);
    }
}

impl Follower {
    /// Handles what an operator wants tried again, each aggregate in order until one fails. Answers what is left.
    pub(super) async fn replay(&self) -> Result<Vec<Parked>, Fault> {
        loop {
            let mut parked = self.store.parked(Some(self.subscription.consumer)).await?;
            parked.retain(|p| p.source == self.subscription.source);
            let mut stuck: HashSet<&str> = HashSet::new();
            let mut done = 0;
            for row in &parked {
                if stuck.contains(row.subject.as_str()) {
                    continue;
                }
                if row.tries == 0 && self.again(row).await? {
                    done += 1
                } else {
                    stuck.insert(&row.subject);
                }
            }
            if done == 0 {
                return Ok(parked);
            }
        }
    }

    /// One try. True when it is parked no longer.
    async fn again(&self, row: &Parked) -> Result<bool, Fault> {
        let seen = self.seen(row.message).settling(Settles::Unparks);
        let told = Told { kind: &row.kind, payload: row.payload.clone(), trace: "" };
        match self.tries(&told, &seen, 1).await? {
            Tried::Done => Ok(true),
            Tried::Idle => self.store.settle(&seen).await.map(|()| true).map_err(Fault::from),
            Tried::Before => self.store.pass(&seen).await.map(|()| true).map_err(Fault::from),
            Tried::Failed { tries, error } => {
                let parked = Parked { tries, error, ..row.clone() };
                self.store.park(&seen, &parked, Some(row.message)).await?;
                Ok(false)
            }
        }
    }
}

/// The row of a fact that is put aside.
pub(super) fn row(fact: &pb::Fact, seen: &Seen, tries: u32, error: String) -> Parked {
    Parked {
        consumer: seen.consumer.into(),
        source: seen.source.into(),
        position: fact.position,
        message: seen.message,
        subject: fact.subject.clone(),
        version: fact.version,
        kind: fact.r#type.clone(),
        payload: fact.payload.clone(),
        tries,
        error,
        at: SystemClock.now(),
    }
}
