//! `souk replay olist`: every order of a folder through the public API, at the times of its history, and what the stores show then.
mod api;
mod clock;
mod drain;
mod driver;
mod host;
mod known;

use super::{
    import::Loaded,
    moves::{Step, timeline},
    order::Order,
    report::{Outcomes, Stores},
};
use crate::{progress::Progress, settings::Settings};
use api::No;
use driver::Driver;
use host::Host;
use known::Placed;
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::{Duration, Instant},
};

/// From the last move to the end: longer than the time to return (rule 15).
const AFTER: Duration = Duration::from_secs(60 * 86_400);
/// How long what is under way at the end may take to be given up.
const ENDING: Duration = Duration::from_secs(5);
/// How long completions may bring nothing new.
const STILL: Duration = Duration::from_secs(10);

/// Orders that did not reach their state, each with the code of what stood in the way.
pub type Failures = BTreeMap<String, String>;

pub struct Replayed {
    pub outcomes: Outcomes,
    pub failures: Failures,
    /// What consumers could not handle.
    pub parked: Vec<String>,
    pub took: Duration,
}

/// The stores hold the folder already. The services live on threads of their own, which end with the replay: whoever comes next finds
/// the stores free.
pub async fn run(loaded: Arc<Loaded>, settings: Settings) -> Result<Replayed, String> {
    let apart = tokio::task::spawn_blocking(move || {
        let threads = tokio::runtime::Runtime::new().map_err(|e| e.to_string())?;
        let replayed = threads.block_on(replay(&loaded, &settings));
        threads.shutdown_timeout(ENDING);
        replayed
    });
    apart.await.map_err(|e| e.to_string())?
}

async fn replay(loaded: &Loaded, settings: &Settings) -> Result<Replayed, String> {
    let (orders, began) = (&loaded.plan.orders, Instant::now());
    let opening = loaded.plan.opening().ok_or("there is no order")?;
    let (mut host, api) = Host::open(settings, opening).await?;
    let stores = Stores::open(settings).await?;
    let before = stores.placed_before().await?;
    host.drained().await?;
    let mut replay =
        Replay { orders, driver: Driver { api }, before, placed: HashMap::new(), failures: BTreeMap::new() };
    replay.all(&mut host).await?;
    let Replay { mut failures, .. } = replay;
    complete(&mut host, &stores, orders).await?;
    let parked = host.parked().await?;
    host.close().await;
    let outcomes = stores.outcomes().await?;
    for order in orders {
        if let Err(why) = outcomes.reached(order) {
            failures.entry(order.id.clone()).or_insert(why);
        }
    }
    Ok(Replayed { outcomes, failures, parked, took: began.elapsed() })
}

struct Replay<'a> {
    orders: &'a [Order],
    driver: Driver,
    /// Orders that an earlier run placed: client reference → id.
    before: HashMap<String, String>,
    placed: HashMap<usize, Placed>,
    failures: Failures,
}

impl Replay<'_> {
    /// The whole timeline, one move after the other: the clock goes on when the last is answered and every feed is read (rule 12).
    async fn all(&mut self, host: &mut Host) -> Result<(), String> {
        let timeline = timeline(self.orders);
        let progress = Progress::of(timeline.len(), "moves");
        for (n, next) in timeline {
            let order = &self.orders[n];
            if !self.failures.contains_key(&order.id) {
                host.turn_to(next.at.at);
                if let Err(no) = self.step(n, next.step).await {
                    tracing::warn!(order = order.id, step = next.step.as_str(), %no, "failed");
                    self.failures.insert(order.id.clone(), format!("{}: {no}", next.step.as_str()));
                }
                host.drained().await?;
            }
            progress.add(1);
        }
        progress.end();
        Ok(())
    }

    async fn step(&mut self, n: usize, step: Step) -> Result<(), No> {
        let order = &self.orders[n];
        if !self.placed.contains_key(&n) {
            let placed = match self.before.get(&order.id) {
                Some(id) => self.driver.resume(id).await?,
                None => self.driver.place(order).await?,
            };
            self.placed.insert(n, placed);
        }
        match self.placed.get_mut(&n) {
            Some(placed) => self.driver.step(order, placed, step).await,
            None => Ok(()),
        }
    }
}

/// Time goes on until every return is out of time; whatever was delivered is then completed.
async fn complete(host: &mut Host, stores: &Stores, orders: &[Order]) -> Result<(), String> {
    let Some((_, last)) = timeline(orders).pop() else { return Ok(()) };
    host.turn_to(last.at.at + AFTER);
    let (mut left, mut since) = (i64::MAX, Instant::now());
    loop {
        host.drained().await?;
        let open = stores.delivered().await?;
        if open == 0 {
            return host.drained().await;
        }
        if open < left {
            (left, since) = (open, Instant::now());
        }
        if since.elapsed() > STILL {
            return Ok(()); // what did not get there is told by the outcomes
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
