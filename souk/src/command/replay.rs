//! `souk replay olist`.
use crate::{
    folder,
    olist::{
        import::{self, Wrote},
        replay::{self, Replayed},
    },
    settings::Settings,
};
use std::{path::PathBuf, sync::Arc};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Real orders of a marketplace, at their own times, through the public API
    Olist(Olist),
}

#[derive(clap::Args)]
struct Olist {
    /// The folder of its gzipped CSV files
    dir: PathBuf,
    /// Only these orders and what they name: their ids, one a line
    #[arg(long, value_name = "FILE")]
    orders: Option<PathBuf>,
    /// Everything the stores show, as one JSON object, instead of a few numbers
    #[arg(long)]
    json: bool,
    /// One line an order into this file
    #[arg(long, value_name = "FILE")]
    rows: Option<PathBuf>,
}

/// The answer is no when an order did not reach its state. Run again it does what is left to do.
pub async fn run(args: &Args, settings: &Settings) -> Result<bool, String> {
    let What::Olist(args) = &args.what;
    let loaded = import::load(&args.dir, args.orders.as_deref())?;
    if !loaded.faults.is_empty() {
        loaded.faults.iter().for_each(|fault| eprintln!("souk: {fault}"));
        return Ok(false);
    }
    let _folder = settings.is_embedded().then(|| folder::own(&settings.data_dir)).transpose()?;
    let wrote = loaded.write(settings).await?;
    if wrote != Wrote::Nothing {
        eprintln!("souk: {}", import::said(&wrote));
    }
    let loaded = Arc::new(loaded);
    let replayed = replay::run(loaded.clone(), settings.clone()).await?;
    if let Some(file) = &args.rows {
        std::fs::write(file, replayed.outcomes.rows()).map_err(|e| format!("{}: {e}", file.display()))?;
    }
    match args.json {
        true => println!("{}", replayed.outcomes.json(&loaded.plan.not_placed)),
        false => summary(&replayed),
    }
    replayed.parked.iter().for_each(|line| eprintln!("souk: {line}"));
    replayed.failures.iter().for_each(|(order, why)| eprintln!("souk: {order}: {why}"));
    eprintln!("souk: {} orders in {:.1} s", loaded.plan.orders.len(), replayed.took.as_secs_f64());
    Ok(replayed.failures.is_empty())
}

fn summary(replayed: &Replayed) {
    let orders = &replayed.outcomes.orders;
    let sum = |of: fn(&crate::olist::report::Bought) -> i64| orders.values().map(of).sum::<i64>();
    println!("orders       {:>12}", orders.len());
    println!("captured     {:>12}", sum(|order| order.captured));
    println!("refunded     {:>12}", sum(|order| order.refunded));
    println!("failed       {:>12}", replayed.failures.len());
}
