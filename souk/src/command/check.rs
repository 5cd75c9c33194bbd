//! `souk check`: works beside a running `souk serve`, without a single write.
use crate::{check, settings::Settings};
use kernel::Clock;
use platform::{clock::SystemClock, module::Opening};

#[derive(clap::Args)]
pub struct Args {
    /// One JSON object instead of a table
    #[arg(long)]
    json: bool,
}

pub async fn run(args: &Args, settings: &Settings) -> Result<bool, String> {
    let settings = &settings.for_checks();
    let net = crate::net(settings, Opening::ReadOnly).await.map_err(|e| e.to_string())?;
    let lines = check::check(&net, settings, SystemClock.now()).await?;
    if args.json {
        println!("{}", check::json(&lines));
    } else {
        lines.iter().for_each(|line| println!("{line}"));
    }
    Ok(check::is_clean(&lines))
}
