//! `souk check`: works beside a running `souk serve`, without a single write.
use super::desk;
use crate::{check, settings::Settings};
use kernel::Clock;
use platform::clock::SystemClock;

#[derive(clap::Args)]
pub struct Args {
    /// One JSON object instead of a table
    #[arg(long)]
    json: bool,
}

pub async fn run(args: &Args, settings: &Settings) -> Result<bool, String> {
    let (settings, net) = desk::to_read(settings).await?;
    let lines = check::check(&net, &settings, SystemClock.now()).await?;
    if args.json {
        println!("{}", check::json(&lines));
    } else {
        lines.iter().for_each(|line| println!("{line}"));
    }
    Ok(check::is_clean(&lines))
}
