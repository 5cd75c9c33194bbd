//! `kill -9` of the whole program amid checkouts, at random moments: whatever was answered stays true, whatever was begun is decided,
//! nothing is charged twice.
#[path = "storm/buyer.rs"]
mod buyer;
#[path = "storm/judge.rs"]
mod judge;

use buyer::{Buyer, Crowd, Purchase};
use futures::future::join_all;
use journeys::{BankDesk, Market, Process, Site, Stall};
use platform_test::Engine;
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};
use tokio::{task::JoinHandle, time::sleep};

const BUYERS: usize = 64;
const STALLS: usize = 6;
const UNITS: i64 = 100_000;
/// O1: decided so long after the faults stop.
const DECIDED: Duration = Duration::from_secs(60);
/// Kills where nothing else is said: enough to be run always.
const KILLS: usize = 3;
/// Kills of the long run.
const STORM: usize = 30;

/// A market that is killed and comes back at the same address, and its bank, which has a life of its own.
struct Storm {
    site: Site,
    souk: Option<Process>,
    bank: Option<Process>,
    market: Arc<Market>,
    stalls: Arc<Vec<Stall>>,
    dice: StdRng,
    purchases: Vec<Purchase>,
    kills: usize,
}

impl Storm {
    async fn begins(site: Site, seed: u64) -> Storm {
        let (bank, souk) = (site.serve_bank(), site.serve());
        let market = Market::at(&souk.door).await;
        let stalls = join_all((0..STALLS).map(|n| market.stall("Stall", 1000 + n as i64 * 333, UNITS))).await;
        Storm {
            site,
            souk: Some(souk),
            bank: Some(bank),
            market: Arc::new(market),
            stalls: Arc::new(stalls),
            dice: StdRng::seed_from_u64(seed),
            purchases: vec![],
            kills: 0,
        }
    }

    fn bank(&self) -> BankDesk {
        BankDesk::at(&self.bank.as_ref().expect("a bank").door)
    }

    async fn pauses(&mut self, from: u64, to: u64) {
        let pause = Duration::from_millis(self.dice.random_range(from..to));
        sleep(pause).await;
    }

    /// Buyers who begin one purchase after the other until they are told to stop, and end what they began.
    fn buyers(&mut self, crowd: &Arc<Crowd>) -> Vec<JoinHandle<Vec<Purchase>>> {
        let one = |_| {
            let (market, stalls, crowd) = (self.market.clone(), self.stalls.clone(), crowd.clone());
            let mut buyer = Buyer { market, stalls, dice: StdRng::seed_from_u64(self.dice.random()), crowd };
            tokio::spawn(async move {
                let mut bought = vec![];
                while !buyer.crowd.is_over.load(Ordering::Relaxed) {
                    bought.extend(buyer.buys().await);
                }
                bought
            })
        };
        (0..BUYERS).map(one).collect()
    }

    /// Some have ordered, and some time has gone by.
    async fn amid(&mut self, crowd: &Crowd) {
        let (some, since) = (self.dice.random_range(8..=BUYERS), Instant::now());
        while crowd.ordered.load(Ordering::Relaxed) < some && since.elapsed() < Duration::from_secs(20) {
            sleep(Duration::from_millis(5)).await;
        }
        self.pauses(0, 1000).await;
    }

    fn kill(&mut self) {
        self.souk.take().expect("running").kill();
        self.kills += 1;
    }

    /// One kill amid the buyers, perhaps with the bank's, perhaps with another one amid the recovery.
    async fn strikes(&mut self, most: usize) {
        let crowd = Arc::new(Crowd::default());
        let buying = self.buyers(&crowd);
        self.amid(&crowd).await;
        // The last time always, so that the short run has it too.
        let takes_bank = self.kills + 1 >= most || self.dice.random_range(0..4) == 0;
        if takes_bank {
            self.bank.take().expect("running").kill();
            self.pauses(0, 300).await;
        }
        self.kill();
        crowd.is_over.store(true, Ordering::Relaxed);
        self.site.clean();
        if takes_bank {
            self.bank = Some(self.site.serve_bank());
        }
        self.souk = Some(self.site.serve());
        if self.kills < most && self.dice.random_range(0..3) == 0 {
            self.pauses(50, 2500).await;
            self.kill();
            self.site.clean();
            self.souk = Some(self.site.serve());
        }
        self.settles(buying).await;
    }

    async fn settles(&mut self, buying: Vec<JoinHandle<Vec<Purchase>>>) {
        let since = Instant::now();
        let ended =
            tokio::time::timeout(DECIDED, join_all(buying)).await.expect("every buyer was told the end in time");
        let ended: Vec<Purchase> = ended.into_iter().flat_map(|bought| bought.expect("no panic")).collect();
        let mut open = judge::unsettled(&self.market, &self.bank()).await;
        while !open.is_empty() {
            assert!(since.elapsed() < DECIDED, "not settled in time: {open:#?}");
            sleep(Duration::from_millis(500)).await;
            open = judge::unsettled(&self.market, &self.bank()).await;
        }
        let (took, kills, orders) = (since.elapsed().as_secs_f32(), self.kills, ended.len());
        println!("  after kill {kills}: {orders} purchases, all decided and settled within {took:.1} s");
        self.site.clean();
        self.purchases.extend(ended);
        let judging = self.purchases.iter_mut().map(judge::still_true);
        join_all(judging).await;
    }

    async fn ends(self, engine: Engine) {
        let Storm { site, market, stalls, purchases, kills, .. } = &self;
        judge::ordered_once(market, purchases).await;
        judge::charged_once(market, &self.bank()).await;
        judge::shelves_agree(&self.souk.as_ref().expect("running").door, (stalls, UNITS), purchases).await;
        site.clean();
        let orders = journeys::orders(&market.operator).await;
        let confirmed = orders.iter().filter(|order| order.state == "confirmed").count();
        println!(
            "{engine:?}: {kills} kills, {} purchases, {} orders, {confirmed} confirmed",
            purchases.len(),
            orders.len()
        );
        assert!(confirmed >= 10, "too little went on to prove anything");
    }
}

async fn survives(site: Site, engine: Engine, kills: usize) {
    let seed = std::env::var("SOUK_STORM_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random);
    println!("{engine:?}: SOUK_STORM_SEED={seed}");
    let mut storm = Storm::begins(site, seed).await;
    while storm.kills < kills {
        storm.strikes(kills).await;
    }
    storm.ends(engine).await;
}

async fn site(engine: Engine) -> Site {
    Site::new(engine).await.with_ports().with("SOUK_LOG", "error")
}

/// What waits for an answer of the bank's that was lost waits for less here, to be short.
async fn brisk(engine: Engine) -> Site {
    site(engine).await.with("SOUK_PAYMENT__CALL_TIMEOUT_S", 3).with("SOUK_ORDER__CLAIM_S", 8)
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_amid_checkouts_on_sqlite() {
    survives(brisk(Engine::Sqlite).await, Engine::Sqlite, KILLS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_amid_checkouts_on_postgres() {
    survives(brisk(Engine::Postgres).await, Engine::Postgres, KILLS).await;
}

/// `SOUK_STORM_KILLS` of each database, 30 where nothing is said; every clock as it is set by default.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make storm"]
async fn storm_of_kills() {
    let kills = std::env::var("SOUK_STORM_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(STORM);
    for engine in platform_test::BOTH {
        survives(site(engine).await, engine, kills).await;
    }
}
