//! The log, served page by page. At its end it waits for the bell and not for a timer, so an idle feed runs no SQL.
use super::{
    UNWANTED,
    pb::{
        self,
        feed_server::{Feed, FeedServer},
    },
};
use crate::{
    grpc::status,
    store::{Fact, Store, StoreError},
};
use futures::{Stream, StreamExt, stream};
use std::{pin::Pin, sync::Arc, time::Duration};
use tokio::{sync::watch, time::Instant};
use tonic::{Code, Request, Response, Status};

/// What nobody wants is looked at so late, many at once: else each reader reads every commit.
const LATER: Duration = Duration::from_secs(1);
/// Raw rows a page: a slow reader holds one page, not the log.
const PAGE: u32 = 200;

pub struct Outbox(Arc<dyn Store>);

pub fn server(store: Arc<dyn Store>) -> FeedServer<Outbox> {
    FeedServer::new(Outbox(store))
}

struct Cursor {
    store: Arc<dyn Store>,
    bell: watch::Receiver<i64>,
    at: i64,
    sent: u32,
    /// Since the last one that was wanted.
    unwanted: u32,
    asked: pb::ReadRequest,
    until: Instant,
    /// Since when there is something of which nothing may be wanted.
    passing: Option<Instant>,
    ended: bool,
}

#[tonic::async_trait]
impl Feed for Outbox {
    type ReadStream = Pin<Box<dyn Stream<Item = Result<pb::Fact, Status>> + Send>>;

    async fn read(&self, request: Request<pb::ReadRequest>) -> Result<Response<Self::ReadStream>, Status> {
        let asked = request.into_inner();
        let until = Instant::now() + Duration::from_millis(asked.wait_ms.min(60_000).into());
        let (store, bell) = (self.0.clone(), self.0.doorbell());
        let cursor =
            Cursor { store, bell, at: asked.after, sent: 0, unwanted: 0, asked, until, passing: None, ended: false };
        let pages = stream::unfold(cursor, |cursor| async { cursor.page().await });
        Ok(Response::new(Box::pin(pages.flat_map(stream::iter))))
    }
}

impl Cursor {
    /// The next messages, or `None` after the last one.
    async fn page(mut self) -> Option<(Vec<Result<pb::Fact, Status>>, Self)> {
        if self.ended {
            return None;
        }
        let mut pause = Duration::from_millis(1);
        loop {
            let end = *self.bell.borrow_and_update();
            let is_wanted = self.store.announced(&self.asked.types) > self.at;
            let full = self.sent >= self.asked.limit.clamp(1, 1000) || self.unwanted > UNWANTED;
            if full || (!is_wanted && self.sent > 0) {
                return Some(self.end());
            }
            if !is_wanted && self.waits(end).await {
                continue;
            }
            if end <= self.at {
                return Some(self.end());
            }
            match self.store.facts(self.at, PAGE).await {
                Ok(rows) if rows.is_empty() => {
                    // Announced and not yet visible: an older commit is still under way.
                    if Instant::now() >= self.until {
                        return Some(self.end());
                    }
                    pause = (pause * 2).min(Duration::from_millis(50));
                    tokio::time::sleep(pause).await;
                }
                Ok(rows) => {
                    let facts = self.wanted(rows);
                    self.passing = None;
                    if !facts.is_empty() {
                        return Some((facts, self));
                    }
                }
                Err(error) => return Some(self.fail(error)),
            }
        }
    }

    /// For what is wanted. False when the wait is over: what was passed by is looked at, or there is nothing.
    async fn waits(&mut self, end: i64) -> bool {
        if end > self.at {
            self.passing.get_or_insert(Instant::now());
        }
        let until = self.passing.map_or(self.until, |since| since + LATER).min(self.until);
        // The clock first: where much is told the bell never rests.
        Instant::now() < until && tokio::time::timeout_at(until, self.bell.changed()).await.is_ok()
    }

    fn wanted(&mut self, rows: Vec<Fact>) -> Vec<Result<pb::Fact, Status>> {
        let mut out: Vec<pb::Fact> = vec![];
        for commit in rows.chunk_by(|a, b| a.position == b.position) {
            let (before, here) = (self.at, commit[0].position);
            let wanted = commit.iter().filter(|f| self.asked.types.is_empty() || self.asked.types.contains(&f.kind));
            let from = out.len();
            out.extend(wanted.map(|f| message(f, before)));
            self.unwanted += commit.len() as u32;
            if out.len() > from
                && let Some(last) = out.last_mut()
            {
                (last.settled, self.unwanted) = (here, 0);
            }
            self.at = here;
        }
        self.sent += out.len() as u32;
        out.into_iter().map(Ok).collect()
    }

    fn end(mut self) -> (Vec<Result<pb::Fact, Status>>, Self) {
        self.ended = true;
        (vec![Ok(pb::Fact { settled: self.at, looked: self.unwanted, ..pb::Fact::default() })], self)
    }

    fn fail(mut self, error: StoreError) -> (Vec<Result<pb::Fact, Status>>, Self) {
        self.ended = true;
        let said = match error {
            // Not a kind of refusal that a person meets, so it has no place in the table of kinds.
            StoreError::Gone => {
                Status::with_metadata(Code::OutOfRange, error.to_string(), status(&error).metadata().clone())
            }
            _ => Status::unavailable("the log can't be read now"),
        };
        tracing::warn!(%error, "feed");
        (vec![Err(said)], self)
    }
}

fn message(fact: &Fact, settled: i64) -> pb::Fact {
    pb::Fact {
        position: fact.position,
        id: fact.id.to_string(),
        r#type: fact.kind.clone(),
        subject: fact.subject.clone(),
        payload: fact.payload.clone(),
        traceparent: fact.trace.clone(),
        settled,
        looked: 0,
        aggregate: fact.aggregate.clone(),
        version: fact.version,
        at_us: fact.at.0,
    }
}
