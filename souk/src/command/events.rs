//! `souk events parked | replay`.
use super::desk;
use crate::settings::Settings;
use platform::{net::Net, store::Parked};
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// What consumers could not handle, and what waits behind it; also beside a running serve
    Parked(ParkedArgs),
    /// Have it tried again, each aggregate in its order
    Replay(ReplayArgs),
}

#[derive(clap::Args)]
struct ParkedArgs {
    /// Only this service's consumers
    service: Option<String>,
    /// One JSON object instead of a table
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
struct ReplayArgs {
    /// Whose consumers
    service: String,
    /// Only this one, as `souk events parked` names it
    #[arg(long)]
    consumer: Option<String>,
}

pub async fn run(args: &Args, settings: &Settings) -> Result<bool, String> {
    match &args.what {
        What::Parked(args) => parked(args, settings).await,
        What::Replay(args) => replay(args, settings).await,
    }
}

async fn parked(args: &ParkedArgs, settings: &Settings) -> Result<bool, String> {
    args.service.iter().try_for_each(|service| desk::is_known(service))?;
    let (_, net) = desk::to_read(settings).await?;
    let rows = all(&net, args.service.as_deref()).await?;
    if args.json {
        println!("{}", json!({"parked": rows.iter().map(shown).collect::<Vec<_>>()}));
    } else if rows.is_empty() {
        println!("nothing is parked");
    } else {
        rows.iter().for_each(|row| println!("{}", table_row(row)));
    }
    Ok(true)
}

/// In the order in which it must be handled.
async fn all(net: &Net, service: Option<&str>) -> Result<Vec<Parked>, String> {
    let mut rows = vec![];
    for module in net.modules.iter().filter(|module| service.is_none_or(|name| module.name == name)) {
        rows.extend(module.store.parked(None).await.map_err(|e| format!("{}: {e}", module.name))?);
    }
    Ok(rows)
}

fn table_row(p: &Parked) -> String {
    let Parked { consumer, kind, subject, version, tries, at, .. } = p;
    format!("{consumer:<20} {kind:<34} {subject} {version:<4} {tries} tries, {at}: {}", desk::line(&p.error))
}

fn shown(p: &Parked) -> Value {
    json!({
        "consumer": p.consumer, "source": p.source, "position": p.position, "message": p.message, "aggregate": p.subject,
        "version": p.version, "type": p.kind, "tries": p.tries, "error": p.error, "at": p.at,
    })
}

/// Whoever serves tries it: a running one at once, else the next.
async fn replay(args: &ReplayArgs, settings: &Settings) -> Result<bool, String> {
    let ReplayArgs { service, consumer } = args;
    desk::is_known(service)?;
    let (_folder, net) = desk::to_write(settings).await?;
    if let Some(consumer) = consumer.as_ref().filter(|name| !net.readings.iter().any(|r| r.consumer == name.as_str())) {
        return Err(format!("there is no consumer {consumer}: see `souk events parked`"));
    }
    let store = &desk::service(&net, service)?.store;
    let parked = store.parked(consumer.as_deref()).await.map_err(|e| format!("{service}: {e}"))?;
    let consumers: BTreeSet<&str> = parked.iter().map(|row| row.consumer.as_str()).collect();
    for consumer in &consumers {
        let begun = store.replay(consumer, None).await.map_err(|e| format!("{service}: {e}"))?;
        println!("{consumer}: {begun} aggregates will be tried again");
    }
    if consumers.is_empty() {
        println!("nothing is parked");
    }
    Ok(true)
}
