//! When all feeds are read to their end. Nothing is polled: new facts are looked at once, and consumers say how far they are.
use platform::net::Net;
use std::{collections::BTreeMap, time::Duration};

/// Facts looked at in one go.
const PAGE: u32 = 200;
/// Announced and not yet visible: an older commit is still under way.
const PAUSE: Duration = Duration::from_millis(1);
/// A consumer that does nothing for so long is stuck.
const PATIENCE: Duration = Duration::from_secs(120);

/// How far the sources were looked at, and up to where each consumer has to read.
pub struct Drain {
    seen: BTreeMap<&'static str, i64>,
    wanted: Vec<i64>,
}

impl Drain {
    pub fn of(net: &Net) -> Drain {
        Drain { seen: BTreeMap::new(), wanted: vec![0; net.readings.len()] }
    }

    /// `Err` names the consumer that does not get on.
    pub async fn wait(&mut self, net: &Net) -> Result<(), String> {
        loop {
            for module in &net.modules {
                self.look(net, module).await?;
            }
            let mut behind = net.readings.iter().zip(&self.wanted).filter(|(reading, to)| *reading.at.borrow() < **to);
            let Some((reading, to)) = behind.next() else { return Ok(()) };
            let mut at = reading.at.clone();
            let reached = tokio::time::timeout(PATIENCE, at.wait_for(|at| at >= to)).await;
            if !matches!(reached, Ok(Ok(_))) {
                return Err(format!("{} does not get on with what {} told", reading.consumer, reading.source));
            }
        }
    }

    async fn look(&mut self, net: &Net, module: &platform::net::Hosted) -> Result<(), String> {
        let announced = *module.store.doorbell().borrow();
        let seen = self.seen.entry(module.name).or_default();
        while *seen < announced {
            let facts = module.store.facts(*seen, PAGE).await.map_err(|e| format!("{}: {e}", module.name))?;
            if facts.is_empty() {
                tokio::time::sleep(PAUSE).await;
            }
            for fact in facts {
                *seen = fact.position;
                for (reading, wanted) in net.readings.iter().zip(&mut self.wanted) {
                    if reading.source == module.name && reading.wants(&fact.kind) {
                        *wanted = fact.position;
                    }
                }
            }
        }
        Ok(())
    }
}
