//! `souk rebuild SERVICE`: empties the views that events feed, and reads the feeds again.
use super::desk;
use crate::{progress::Progress, settings::Settings};
use platform::{
    feed::{self, Reading},
    grpc::Transport,
    net::Net,
};
use std::time::Duration;

/// Facts looked at in one go.
const PAGE: u32 = 1000;
/// A consumer that does nothing for so long is stuck.
const PATIENCE: Duration = Duration::from_secs(120);

#[derive(clap::Args)]
pub struct Args {
    /// Whose views
    service: String,
}

/// Reads them itself, also where nobody serves. The answer is no when something could not be handled.
pub async fn run(args: &Args, settings: &Settings) -> Result<bool, String> {
    let service = args.service.as_str();
    desk::is_known(service)?;
    let (_folder, mut net) = desk::to_write(settings).await?;
    if views(&net, service).next().is_none() {
        return Err(format!("{service} keeps no view that only events feed"));
    }
    let store = desk::service(&net, service)?.store.clone();
    feed::rebuild(store.as_ref(), &consumers(&net, service)?).await.map_err(|e| format!("{service}: {e}"))?;
    let wanted = wanted(&net, service).await?;
    net.follow(|consumer| wanted.iter().any(|(name, _)| *name == consumer)).map_err(|e| e.to_string())?;
    read(&net, &wanted).await?;
    for (consumer, facts) in &wanted {
        println!("{consumer}: {} facts were read again", facts.len());
    }
    let mut parked = store.parked(None).await.map_err(|e| format!("{service}: {e}"))?;
    parked.retain(|row| wanted.iter().any(|(name, _)| *name == row.consumer));
    parked.iter().for_each(|row| eprintln!("souk: {} parked {}: {}", row.consumer, row.kind, desk::line(&row.error)));
    Ok(parked.is_empty())
}

fn views<'a>(net: &'a Net, service: &str) -> impl Iterator<Item = &'a Reading> {
    net.readings.iter().filter(move |reading| reading.service() == service && !reading.views.is_empty())
}

/// With the logs that they follow.
fn consumers<'a>(net: &'a Net, service: &str) -> Result<Vec<(&'a Reading, Transport)>, String> {
    let with_log = |reading: &'a Reading| {
        let log = net.transport(reading.service(), reading.source).map_err(|e| e.to_string())?;
        Ok((reading, log))
    };
    views(net, service).map(with_log).collect()
}

/// Each consumer, and where in its log stands what it has to read.
async fn wanted(net: &Net, service: &str) -> Result<Vec<(&'static str, Vec<i64>)>, String> {
    let mut wanted = vec![];
    for reading in views(net, service) {
        let (log, mut at, mut facts) = (&desk::service(net, reading.source)?.store, 0, vec![]);
        loop {
            let page = log.facts(at, PAGE).await.map_err(|e| format!("{}: {e}", reading.source))?;
            let Some(last) = page.last() else { break };
            at = last.position;
            facts.extend(page.iter().filter(|fact| reading.wants(&fact.kind)).map(|fact| fact.position));
        }
        wanted.push((reading.consumer, facts));
    }
    Ok(wanted)
}

/// Until all of it is handled.
async fn read(net: &Net, wanted: &[(&'static str, Vec<i64>)]) -> Result<(), String> {
    let progress = Progress::of(wanted.iter().map(|(_, facts)| facts.len()).sum(), "facts");
    for (consumer, facts) in wanted {
        let Some(reading) = net.readings.iter().find(|reading| reading.consumer == *consumer) else { continue };
        let (mut at, mut done) = (reading.at.clone(), 0);
        while done < facts.len() {
            let here = *at.borrow_and_update();
            let read = facts.partition_point(|position| *position <= here);
            progress.add(read.saturating_sub(done));
            done = read.max(done);
            if done < facts.len() && !matches!(tokio::time::timeout(PATIENCE, at.changed()).await, Ok(Ok(()))) {
                return Err(format!("{consumer} does not get on with what {} told", reading.source));
            }
        }
    }
    progress.end();
    Ok(())
}
