//! `souk import olist | sample`.
use crate::{
    folder,
    olist::import::{self, Wrote},
    sample,
    settings::Settings,
};
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// A handful of things to buy, for a look around
    Sample,
    /// Real orders of a marketplace: sellers, goods, prices, freight, stock and people of them
    Olist(Olist),
}

#[derive(clap::Args)]
struct Olist {
    /// The folder of its gzipped CSV files
    dir: PathBuf,
    /// Only these orders and what they name: their ids, one a line
    #[arg(long, value_name = "FILE")]
    orders: Option<PathBuf>,
    /// Read, check and count, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// One JSON object instead of a table
    #[arg(long)]
    json: bool,
}

/// The answer is no when rows were left out. Run again it writes what is missing.
pub async fn run(args: &Args, settings: &Settings) -> Result<bool, String> {
    let args = match &args.what {
        What::Olist(args) => args,
        What::Sample => {
            let _folder = settings.is_embedded().then(|| folder::own(&settings.data_dir)).transpose()?;
            println!("{} products to buy", sample::load(settings).await?);
            return Ok(true);
        }
    };
    let loaded = import::load(&args.dir, args.orders.as_deref())?;
    loaded.faults.iter().for_each(|fault| eprintln!("souk: {fault}"));
    let wrote = match args.dry_run {
        true => Wrote::Dry,
        false => {
            let _folder = settings.is_embedded().then(|| folder::own(&settings.data_dir)).transpose()?;
            loaded.write(settings).await?
        }
    };
    if args.json {
        println!("{}", loaded.json(&wrote));
    } else {
        loaded.counts().iter().for_each(|(name, count)| println!("{name:<12} {count:>9}"));
        println!("{}", import::said(&wrote));
    }
    if !loaded.faults.is_empty() {
        eprintln!("souk: {} rows are at fault, and what hangs on them was left out", loaded.faults.len());
    }
    Ok(loaded.faults.is_empty())
}
