//! `souk import olist`: a folder into the stores, once, and again without effect.
use super::{
    mark::{self, Held},
    plan::Plan,
    read,
    row::Fault,
    write::{Stores, Writer},
};
use crate::{progress::Progress, settings::Settings};
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::olist::sample;

    /// Users, vendors, categories, products, offers, locations, movements, prices, rates.
    const ALL: [i64; 9] = [4, 2, 2, 2, 2, 2, 2, 3, 3];

    fn settings() -> Settings {
        let folder = std::env::temp_dir().join("souk-olist").join(uuid::Uuid::now_v7().to_string());
        Settings::throwaway(&folder)
    }

    /// How many rows the tables hold that an import fills.
    async fn counts(settings: &Settings) -> Vec<i64> {
        let s = Stores::open(settings).await.unwrap();
        let tables = [
            (&s.identity, "users"),
            (&s.vendor, "vendors"),
            (&s.catalog, "categories"),
            (&s.catalog, "products"),
            (&s.catalog, "offers"),
            (&s.inventory, "locations"),
            (&s.inventory, "movements"),
            (&s.pricing, "prices"),
            (&s.shipping, "recorded_rates"),
        ];
        let mut counts = vec![];
        for (db, table) in tables {
            let rows = db.read(format!("SELECT count(*) AS n FROM {table}"), vec![]).await.unwrap();
            counts.push(rows[0].get("n").unwrap());
        }
        counts
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_folder_is_written_once_and_another_is_refused() {
        let (dir, settings) = (sample::folder(), settings());
        let loaded = load(&dir, None).unwrap();
        assert!(matches!(loaded.write(&settings).await, Ok(Wrote::Rows { count: 22, .. })));
        let written = counts(&settings).await;
        assert_eq!(written, ALL);
        assert_eq!(loaded.write(&settings).await, Ok(Wrote::Nothing));
        assert_eq!(counts(&settings).await, written);
        sample::append(&dir, "orders", "o3,c2,approved,2018-01-06 10:00:00,,,,");
        sample::append(&dir, "order_items", "o3,1,b,s2,,7.00,1.00");
        let refused = load(&dir, None).unwrap().write(&settings).await.unwrap_err();
        assert!(refused.contains("another folder"), "{refused}");
        assert_eq!(counts(&settings).await, written);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_was_broken_off_is_finished() {
        let (loaded, settings) = (load(&sample::folder(), None).unwrap(), settings());
        {
            let stores = Stores::open(&settings).await.unwrap();
            mark::begin(&stores.vendor, &loaded.identity).await.unwrap();
            let (at, currency) = (loaded.plan.opening().unwrap(), currency().unwrap());
            let progress = Progress::of(1, "rows");
            let part = Plan { orders: vec![], products: vec![], offers: vec![], ..loaded.plan.clone() };
            Writer { stores: &stores, plan: &part, at, currency, progress: &progress }.write().await.unwrap();
        }
        assert!(matches!(loaded.write(&settings).await, Ok(Wrote::Rows { .. })));
        assert_eq!(counts(&settings).await, ALL);
    }

    #[test]
    fn a_row_at_fault_is_said_with_its_line_and_nothing_hangs_on_it() {
        let dir = sample::folder();
        sample::append(&dir, "order_items", "o2,3,b,s2,,7.oo,1.00");
        let loaded = load(&dir, None).unwrap();
        let json = loaded.json(&Wrote::Dry);
        let fault = json!({ "file": "order_items.csv.gz", "line": 6, "why": "\"7.oo\" is not an amount" });
        assert_eq!(json["faults"], json!([fault]));
        assert_eq!((&json["holds"]["orders"], &json["holds"]["offers"]), (&json!(1), &json!(1)));
        assert_eq!(json["rows_written"], Value::Null);
    }

    #[test]
    fn a_folder_without_orders_to_place_is_none() {
        let dir = sample::folder();
        sample::write(&dir, "order_items", b"order_id,product_id,seller_id,shipping_limit_date,price,freight_value\n");
        assert!(load(&dir, None).err().unwrap().contains("no order that can be placed"));
        let names_another = dir.join("some.txt");
        std::fs::write(&names_another, "o1\no9\n").unwrap();
        assert!(load(&dir, Some(&names_another)).err().unwrap().contains("no order o9"));
    }
}
