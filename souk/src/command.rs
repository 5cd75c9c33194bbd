//! What `souk` can be told. One verb, one file.
mod check;
mod config;
mod desk;
mod events;
mod import;
mod intents;
mod migrate;
mod rebuild;
mod replay;
mod serve;
mod targets;
mod testbank;

use crate::settings::Settings;
use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// Souk, the marketplace: fifteen services and a gateway in one program.
///
/// Without settings everything runs in this process on embedded stores under ./data.
#[derive(Parser)]
#[command(
    name = "souk",
    version,
    after_help = "Exit codes: 0 done, 1 it ran and the answer is no, 2 wrong use or settings."
)]
pub struct Cli {
    /// The settings file [default: $SOUK_CONFIG, else ./souk.toml if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Serve all services, or those of --target; prints `ready URL` when it is
    Serve(serve::Args),
    /// Bring the schema of every store up to date
    Migrate,
    /// Take in what a marketplace of before left
    Import(import::Args),
    /// Let what was taken in happen again, order by order
    Replay(replay::Args),
    /// Prove the invariants from the stores themselves
    Check(check::Args),
    /// Show what consumers could not handle, or have it tried again
    Events(events::Args),
    /// Show what is still to be done elsewhere, or have it done again
    Intents(intents::Args),
    /// Empty the views that events feed, and read the feeds again
    Rebuild(rebuild::Args),
    /// Show each setting and where it came from
    Config(config::Args),
    /// List what --target takes, and whom each calls
    Targets,
    /// Serve the simulated card provider on a port of its own
    Testbank(testbank::Args),
}

/// `Ok(false)`: it ran, and the answer is no.
pub async fn run(cli: Cli) -> Result<bool, String> {
    let settings = |targets: &[String]| Settings::load(cli.config.as_deref(), targets);
    match &cli.verb {
        Verb::Serve(args) => serve::run(args, settings(&args.target)?).await,
        Verb::Migrate => migrate::run(&settings(&[])?).await,
        Verb::Import(args) => import::run(args, &settings(&[])?).await,
        Verb::Replay(args) => replay::run(args, &settings(&[])?).await,
        Verb::Check(args) => check::run(args, &settings(&[])?).await,
        Verb::Events(args) => events::run(args, &settings(&[])?).await,
        Verb::Intents(args) => intents::run(args, &settings(&[])?).await,
        Verb::Rebuild(args) => rebuild::run(args, &settings(&[])?).await,
        Verb::Config(args) => config::run(args, &settings(&[])?).await,
        Verb::Targets => targets::run().await,
        Verb::Testbank(args) => testbank::run(args, &settings(&[])?).await,
    }
}
