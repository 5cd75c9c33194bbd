//! A closed loop: each client begins its next checkout when the last one has ended. What ends inside the window counts.
use crate::{checkout::Buyer, machine::Cpu, shop::Stall};
use platform_test::Engine;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

pub struct Plan {
    pub clients: usize,
    pub window: Duration,
    pub address: String,
    pub stalls: Arc<Vec<Stall>>,
}

pub struct Round {
    clients: usize,
    window: Duration,
    /// Of those that ended inside the window, shortest first.
    took: Vec<Duration>,
    /// All that were confirmed, the last ones included.
    confirmed: usize,
    cpu: Cpu,
}

/// Since the start of this store, whichever round they belong to.
static CONFIRMED: AtomicU64 = AtomicU64::new(0);
static ROUNDS: AtomicU64 = AtomicU64::new(0);

/// How many were confirmed since this was last asked.
pub fn confirmed() -> u64 {
    CONFIRMED.swap(0, Ordering::SeqCst)
}

pub fn run(plan: &Plan) -> Round {
    let (round, began) = (ROUNDS.fetch_add(1, Ordering::SeqCst), Instant::now());
    let client = |number: usize| {
        let (address, stalls, window) = (plan.address.clone(), plan.stalls.clone(), plan.window);
        thread::spawn(move || {
            let seed = round * 10_007 + number as u64 + 1;
            let mut buyer = Buyer::new(&address, format!("{}-{round}-{number}", std::process::id()), seed);
            let mut took = vec![];
            while began.elapsed() < window {
                let one = Instant::now();
                buyer.buys(&stalls);
                took.push((began.elapsed(), one.elapsed()));
            }
            took
        })
    };
    let threads: Vec<_> = (0..plan.clients).map(client).collect();
    let all: Vec<(Duration, Duration)> = threads.into_iter().flat_map(|t| t.join().expect("every answer")).collect();
    CONFIRMED.fetch_add(all.len() as u64, Ordering::SeqCst);
    let inside = all.iter().filter(|(ended, _)| *ended <= plan.window);
    let mut took: Vec<Duration> = inside.map(|(_, took)| *took).collect();
    took.sort();
    Round { clients: plan.clients, window: plan.window, took, confirmed: all.len(), cpu: Cpu::default() }
}

impl Round {
    pub const TITLE: &str = "| store | clients | checkouts/s | p50 / p95 / p99 ms | CPU ms each: souk + bank + postgres (generator) | checkouts per durable commit | \
rounds";

    pub fn with_cpu(self, before: &Cpu, after: &Cpu) -> Round {
        Round { cpu: after.since(before), ..self }
    }
    pub fn per_second(&self) -> f64 {
        self.took.len() as f64 / self.window.as_secs_f64()
    }
    pub fn line(&self, engine: Engine, commits: f64) -> String {
        let ms = |part: usize| self.took.get(self.took.len() * part / 100).map_or(0.0, |t| t.as_secs_f64() * 1e3);
        let each = |seconds: f64| seconds * 1e3 / self.confirmed.max(1) as f64;
        let Cpu { souk, bank, postgres, generator } = self.cpu;
        format!(
            "| {engine:?} | {} | {:.0} | {:.0} / {:.0} / {:.0} | {:.2} + {:.2} + {:.2} ({:.2}) | 1 : {:.0}",
            self.clients,
            self.per_second(),
            ms(50),
            ms(95),
            ms(99),
            each(souk),
            each(bank),
            each(postgres),
            each(generator),
            commits / self.per_second().max(0.1)
        )
    }
}
