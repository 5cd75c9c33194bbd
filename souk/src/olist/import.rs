//! `souk import olist`: a folder into the stores, once, and again without effect.
use super::{
    mark::{self, Held},
    plan::Plan,
    progress::Progress,
    read,
    row::Fault,
    write::{Stores, Writer},
};
use crate::settings::Settings;
use kernel::Currency;
use serde_json::{Value, json};
use std::{
    path::Path,
    time::{Duration, Instant},
};

/// All amounts are in it.
pub const CURRENCY: &str = "BRL";

/// A folder as it is understood, and nothing written yet.
pub struct Loaded {
    pub plan: Plan,
    pub faults: Vec<Fault>,
    pub rows: usize,
    identity: String,
}

/// What an import came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrote {
    Rows {
        count: usize,
        took: Duration,
    },
    /// It was all there.
    Nothing,
    /// Nothing was to be written.
    Dry,
}

/// `Err`: this is no such folder, or holds an order in an unknown state.
pub fn load(dir: &Path, orders: Option<&Path>) -> Result<Loaded, String> {
    let only = orders.map(read::only).transpose()?.flatten();
    let source = read::folder(dir)?;
    let (plan, faults) = Plan::of(&source, &only)?;
    if plan.orders.is_empty() {
        return Err(format!("{} holds no order that can be placed", dir.display()));
    }
    Ok(Loaded { identity: read::identity(&source, &only), rows: source.rows(), plan, faults })
}

pub fn currency() -> Result<Currency, String> {
    CURRENCY.parse().map_err(|why| format!("{CURRENCY}: {why}"))
}

impl Loaded {
    /// Writes what is not there yet. `Err` when the stores hold another folder, or can't be written.
    pub async fn write(&self, settings: &Settings) -> Result<Wrote, String> {
        let at = self.plan.opening().ok_or("there is no order")?;
        let stores = Stores::open(settings).await?;
        let began = Instant::now();
        match mark::held(&stores.vendor, &self.identity).await.map_err(|e| e.to_string())? {
            Held::Other => return Err("these stores hold another folder or another choice of orders".into()),
            Held::All => return Ok(Wrote::Nothing),
            Held::Nothing | Held::Part => {
                mark::begin(&stores.vendor, &self.identity).await.map_err(|e| e.to_string())?
            }
        }
        let (count, currency) = (self.plan.rows(), currency()?);
        let progress = Progress::of(count, "rows");
        let writer = Writer { stores: &stores, plan: &self.plan, at, currency, progress: &progress };
        writer.write().await?;
        progress.end();
        mark::end(&stores.vendor, &self.identity, count).await.map_err(|e| e.to_string())?;
        Ok(Wrote::Rows { count, took: began.elapsed() })
    }

    /// What it holds, by name.
    pub fn counts(&self) -> Vec<(&'static str, usize)> {
        let plan = &self.plan;
        vec![
            ("vendors", plan.sellers.len()),
            ("categories", plan.categories.len()),
            ("products", plan.products.len()),
            ("offers", plan.offers.len()),
            ("prices", plan.offers.iter().map(|offer| offer.prices.len()).sum()),
            ("rates", plan.rates.iter().map(|rate| rate.prices.len()).sum()),
            ("people", plan.people.len()),
            ("orders", plan.orders.len()),
        ]
    }

    /// `souk import olist --json`.
    pub fn json(&self, wrote: &Wrote) -> Value {
        let counts: serde_json::Map<String, Value> =
            self.counts().into_iter().map(|(name, count)| (name.to_string(), json!(count))).collect();
        let fault = |f: &Fault| json!({ "file": format!("{}.csv.gz", f.file), "line": f.line, "why": f.why });
        let written = match wrote {
            Wrote::Rows { count, .. } => json!(count),
            Wrote::Nothing => json!(0),
            Wrote::Dry => Value::Null,
        };
        json!({ "folder": self.identity, "rows_read": self.rows, "holds": counts, "rows_written": written,
            "faults": self.faults.iter().map(fault).collect::<Vec<_>>() })
    }
}

/// How it went, in a line.
pub fn said(wrote: &Wrote) -> String {
    match wrote {
        Wrote::Rows { count, took } => {
            let rate = *count as f64 / took.as_secs_f64().max(0.001);
            format!("wrote {count} rows in {:.1} s ({rate:.0} a second)", took.as_secs_f64())
        }
        Wrote::Nothing => "nothing to write: all of it is there already".into(),
        Wrote::Dry => "dry run: nothing was written".into(),
    }
}
