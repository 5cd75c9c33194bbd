//! `make bench`: how many checkouts a second one process of Souk does, beside what this machine's disk and stores can do in the
//! same minutes. Only ratios of one run can be compared with another machine's.
mod checkout;
mod http;
mod limits;
mod load;
mod machine;
mod shop;

use clap::Parser;
use load::{Plan, Round};
use machine::Cpu;
use platform_test::Engine;
use shop::Shop;
use std::time::Duration;

#[derive(Parser)]
#[command(name = "bench")]
struct Args {
    /// How long each round is measured, in seconds
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    /// Rounds of each kind; the median is shown
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    #[arg(long, value_delimiter = ',', default_values_t = [16, 64])]
    clients: Vec<usize>,
    /// sqlite, postgres, or both
    #[arg(long, value_delimiter = ',', default_value = "sqlite,postgres")]
    stores: Vec<String>,
}

const WARM_UP: Duration = Duration::from_secs(3);

#[tokio::main]
async fn main() {
    let args = Args::parse();
    println!("{}", machine::about());
    println!("{}", limits::fdatasync());
    for store in &args.stores {
        let engine = if store == "postgres" { Engine::Postgres } else { Engine::Sqlite };
        limits::must_be_durable(engine).await;
        measure(engine, &args).await;
    }
}

async fn measure(engine: Engine, args: &Args) {
    let mut commits = vec![];
    for tasks in &args.clients {
        let done = limits::commits(engine, *tasks).await;
        println!("{engine:?}: {done:.0} durable single-row commits/s by {tasks} tasks");
        commits.push(done);
    }
    let shop = Shop::open(engine).await;
    let plan =
        |clients: usize, window: Duration| Plan { clients, window, address: shop.address(), stalls: shop.stalls() };
    load::run(&plan(args.clients[0], WARM_UP));
    println!("{}", Round::TITLE);
    for (clients, commits) in args.clients.iter().zip(&commits) {
        let mut rounds = vec![];
        for _ in 0..args.rounds {
            let before = Cpu::now(&shop.processes()).await;
            let round = load::run(&plan(*clients, Duration::from_secs(args.seconds)));
            rounds.push(round.with_cpu(&before, &Cpu::now(&shop.processes()).await));
        }
        rounds.sort_by(|a, b| a.per_second().total_cmp(&b.per_second()));
        let all: Vec<String> = rounds.iter().map(|round| format!("{:.0}", round.per_second())).collect();
        println!("{} | {}", rounds[rounds.len() / 2].line(engine, *commits), all.join(" "));
    }
    shop.closes(load::confirmed()).await;
}
