//! What a checkout may cost: sequential commits are what a purchase waits for, statements are what it burns.
use journeys::{Guest, Here, Market, Stall};
use platform::store::Counts;
use platform_test::{BOTH, Engine};
use std::{collections::BTreeMap, time::Duration};

/// From `place` until the order is decided and every consumer has heard of it, over all services.
/// A ratchet: what it costs now, consumers included. The goal is 60 (`docs/guides/checkout.md`), and this only ever goes down.
const STATEMENTS: u64 = 100;
const BATCHES: u64 = 15;
/// Nobody does anything any more when nothing was counted for so long.
const QUIET: Duration = Duration::from_millis(500);
const CHECKOUTS: usize = 4;

type Tally = BTreeMap<&'static str, Counts>;

fn tally(souk: &Here) -> Tally {
    souk.net.modules.iter().map(|module| (module.name, module.store.counts())).collect()
}

/// The counts once every consumer is at the end of what it follows.
async fn drained(souk: &Here) -> Tally {
    let mut before = tally(souk);
    loop {
        tokio::time::sleep(QUIET).await;
        let after = tally(souk);
        if after == before {
            return after;
        }
        before = after;
    }
}

fn spent(before: &Tally, after: &Tally) -> Tally {
    let less = |name: &&'static str, now: &Counts| {
        let was = before[name];
        let (reads, statements) = (now.reads - was.reads, now.statements - was.statements);
        Counts { reads, statements, batches: now.batches - was.batches, commits: now.commits - was.commits }
    };
    after.iter().map(|(name, now)| (*name, less(name, now))).collect()
}

fn sum(tally: &Tally, of: fn(&Counts) -> u64) -> u64 {
    tally.values().map(of).sum()
}

fn print(engine: Engine, spent: &Tally) {
    println!("{engine:?}: one checkout, 3 lines of 3 vendors, from place to decided");
    for (name, c) in spent.iter().filter(|(_, c)| c.statements > 0) {
        println!("  {name:<10} {:>3} statements, {:>2} of them reads, {:>2} batches", c.statements, c.reads, c.batches);
    }
    let (statements, batches) = (sum(spent, |c| c.statements), sum(spent, |c| c.batches));
    println!("  {:<10} {statements:>3} statements (of {STATEMENTS}), {batches:>2} batches (of {BATCHES})", "all");
}

async fn checkout(souk: &Here, market: &Market, stalls: &[Stall; 3]) -> Tally {
    let [a, b, c] = stalls;
    let guest = Guest::of(market).await;
    guest.puts_in(&[(a, 1), (b, 2), (c, 1)]).await;
    guest.is_delivered_by(&[a, b, c]).await;
    let quote = guest.quote().await;
    let before = drained(souk).await;
    let (status, order) = guest.orders(&quote, "tok_good").await;
    assert_eq!((status, order["state"].as_str()), (201, Some("confirmed")), "{order}");
    spent(&before, &drained(souk).await)
}

async fn within_budget(engine: Engine) {
    let souk = Here::on(engine).await;
    let market = Market::at(&souk.door).await;
    let stall = |name, price| market.stall(name, price, 1000);
    let (a, b, c) = tokio::join!(stall("Lamp", 1999), stall("Rug", 10_000), stall("Teapot", 3001));
    let stalls = [a, b, c];
    for _ in 0..CHECKOUTS {
        let spent = checkout(&souk, &market, &stalls).await;
        print(engine, &spent);
        let (statements, batches) = (sum(&spent, |c| c.statements), sum(&spent, |c| c.batches));
        assert!(
            statements <= STATEMENTS && batches <= BATCHES,
            "{engine:?}: {statements} statements, {batches} batches"
        );
    }
    souk.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkout_costs_no_more_than_it_may() {
    for engine in BOTH {
        within_budget(engine).await;
    }
}
