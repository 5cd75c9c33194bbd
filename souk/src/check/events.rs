//! Facts from the logs to their consumers: E1, E2, E3.
use super::{
    Line, Tally,
    orders::made,
    stores::{Store, Stores},
};
use kernel::Timestamp;
use platform::feed::Reading;
use platform_sql::Row;
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::Duration,
};
use uuid::Uuid;

/// So long a fact may be under way.
const GRACE: Duration = Duration::from_secs(60);
/// An inbox row is kept for 30 days; what is almost as old may be gone any moment.
const KEPT: Duration = Duration::from_secs(29 * 86_400);

const PLACES: &str = "SELECT consumer, source, position FROM feed";
const HANDLED: &str = "SELECT consumer, message FROM inbox";
const PARKED: &str = "SELECT consumer, message FROM parked";
const LOG: &str = "SELECT position, id, type FROM outbox";

/// What the consumers of one service have done.
struct Desk {
    service: &'static str,
    /// By consumer and source.
    places: BTreeMap<(String, String), i64>,
    handled: HashMap<String, HashSet<Uuid>>,
    parked: HashMap<String, HashSet<Uuid>>,
}

/// What one service told.
struct Log {
    told: Vec<Told>,
    ids: HashSet<Uuid>,
    /// What was told before is no longer kept.
    since: Timestamp,
}

struct Told {
    position: i64,
    id: Uuid,
    kind: String,
}

/// Consumers first: what a consumer knew was in its log before.
pub async fn check(readings: &[Reading], stores: &Stores, now: Timestamp) -> Result<Vec<Line>, String> {
    let mut desks = vec![];
    for store in stores.all() {
        desks.push(Desk::of(store).await?);
    }
    let mut logs = HashMap::new();
    for (store, desk) in stores.all().into_iter().zip(&desks) {
        logs.insert(store.name, Log::of(store, desk, now).await?);
    }
    let own = |desk: &Desk| readings.iter().filter(|reading| reading.service() == desk.service).collect::<Vec<_>>();
    let lines = desks.iter().filter(|desk| !own(desk).is_empty());
    Ok(lines.flat_map(|desk| [desk.hears_all(&own(desk), &logs, now), desk.heard(&logs), desk.once()]).collect())
}

impl Desk {
    async fn of(store: &Store) -> Result<Desk, String> {
        let place = |row: &Row| Ok(((row.get("consumer")?, row.get("source")?), row.get("position")?));
        let places = store.each(PLACES, place).await?.into_iter().collect();
        let (handled, parked) = (messages(store, HANDLED).await?, messages(store, PARKED).await?);
        Ok(Desk { service: store.name, places, handled, parked })
    }

    fn has(&self, consumer: &str, message: &Uuid) -> bool {
        let has = |of: &HashMap<String, HashSet<Uuid>>| of.get(consumer).is_some_and(|ids| ids.contains(message));
        has(&self.handled) || has(&self.parked)
    }

    /// E1: what a consumer wants it has handled or put aside, whatever its place says.
    fn hears_all(&self, readings: &[&Reading], logs: &HashMap<&str, Log>, now: Timestamp) -> Line {
        let mut tally = Tally::default();
        for reading in readings {
            let place = self.places.get(&(reading.consumer.into(), reading.source.into())).copied().unwrap_or_default();
            let told = logs.get(reading.source).map_or(&[][..], |log| &log.told);
            for fact in told.iter().filter(|fact| reading.wants(&fact.kind) && made(&fact.id) + GRACE < now) {
                let may_be_forgotten = fact.position <= place && made(&fact.id) + KEPT < now;
                let is_there = may_be_forgotten || self.has(reading.consumer, &fact.id);
                tally.look(format_args!("{} {} {}", reading.consumer, fact.kind, fact.id), is_there);
            }
        }
        tally.line(self.service, "E1", "every outbox row reaches each consumer that listens to it")
    }

    /// E2: nobody heard what was never told.
    fn heard(&self, logs: &HashMap<&str, Log>) -> Line {
        let mut tally = Tally::default();
        for (consumer, source) in self.places.keys() {
            let Some(log) = logs.get(source.as_str()) else { continue };
            let messages = [&self.handled, &self.parked].into_iter().filter_map(|of| of.get(consumer)).flatten();
            // Where the first facts are no longer kept, a message may outlive its row.
            for message in messages.filter(|message| made(message) >= log.since) {
                tally.look(format_args!("{consumer} {message}"), log.ids.contains(message));
            }
        }
        tally.line(self.service, "E2", "no message without its row")
    }

    /// E3: the key of the inbox says once; what is put aside has had no effect yet.
    fn once(&self) -> Line {
        let mut tally = Tally::default();
        let none = HashSet::new();
        for (consumer, handled) in &self.handled {
            let parked = self.parked.get(consumer).unwrap_or(&none);
            handled.iter().for_each(|message| {
                tally.look(format_args!("{consumer} {message}"), !parked.contains(message));
            });
        }
        tally.line(self.service, "E3", "one effect per consumer and event: handled or parked")
    }
}

impl Log {
    async fn of(store: &Store, desk: &Desk, now: Timestamp) -> Result<Log, String> {
        let told = |row: &Row| Ok(Told { position: row.get("position")?, id: row.get("id")?, kind: row.get("type")? });
        let told = store.each(LOG, told).await?;
        let ids = told.iter().map(|fact| fact.id).collect();
        let is_whole = !desk.places.contains_key(&("outbox".into(), "dropped".into()));
        let first = told.iter().min_by_key(|fact| fact.position).map_or(now, |fact| made(&fact.id));
        Ok(Log { told, ids, since: if is_whole { Timestamp(0) } else { first } })
    }
}

/// By consumer.
async fn messages(store: &Store, sql: &'static str) -> Result<HashMap<String, HashSet<Uuid>>, String> {
    let mut messages = HashMap::<String, HashSet<Uuid>>::new();
    for (consumer, message) in store.each(sql, |row| Ok((row.get("consumer")?, row.get("message")?))).await? {
        messages.entry(consumer).or_default().insert(message);
    }
    Ok(messages)
}
