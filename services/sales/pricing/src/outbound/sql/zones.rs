//! Tax zones. Their rates are one document: read and written whole.
use crate::{
    domain::{Inclusion, OwedBy, Region, Rounding, TaxRate, TaxZone},
    ports::{TaxZones, ZoneChange},
};
use kernel::Timestamp;
use platform::{
    page::Page,
    store::{Change, StoreError},
};
use platform_sql::{Batch, Db, Row, SqlError, params};
use serde::{Deserialize, Serialize};

const FIND: &str = "SELECT region, name, inclusion, owed_by, rounding, rates, version FROM tax_zones WHERE region = $1";
const LIST: &str = "SELECT region, name, inclusion, owed_by, rounding, rates, version FROM tax_zones
    WHERE region > $1 ORDER BY region LIMIT $2";
const PUT: &str = "INSERT INTO tax_zones (region, name, inclusion, owed_by, rounding, rates, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (region) DO UPDATE SET name = excluded.name,
    inclusion = excluded.inclusion, owed_by = excluded.owed_by, rounding = excluded.rounding, rates = excluded.rates,
    version = excluded.version WHERE tax_zones.version = excluded.version - 1";

#[derive(Serialize, Deserialize)]
struct RateRow {
    class: String,
    rate: i64,
    categories: Vec<String>,
}

pub struct SqlTaxZones(pub Db);

#[platform::async_trait]
impl TaxZones for SqlTaxZones {
    async fn find(&self, region: &Region) -> Result<Option<TaxZone>, StoreError> {
        let rows = self.0.read(FIND, params![region.as_str()]).await?;
        Ok(rows.first().map(zone).transpose()?)
    }

    async fn list(&self, page: &Page<String>) -> Result<Vec<TaxZone>, StoreError> {
        let after = page.after.clone().unwrap_or_default();
        let rows = self.0.read(LIST, params![after, page.rows()]).await?;
        Ok(rows.iter().map(zone).collect::<Result<_, _>>()?)
    }

    async fn save(&self, change: ZoneChange<'_>, now: Timestamp) -> Result<(), StoreError> {
        let Change { state: z, marks, .. } = change;
        let mut batch = Batch::new();
        batch.marks(marks, now);
        let what = params![z.region.as_str(), z.name.clone(), text(INCLUSIONS, z.inclusion), text(OWED_BY, z.owed_by)];
        let rest = params![text(ROUNDINGS, z.rounding), rates(&z.rates), z.version];
        batch.push(PUT, [what, rest].concat()).expect_rows(1);
        self.0.save(batch).await
    }
}

const INCLUSIONS: &[(Inclusion, &str)] = &[(Inclusion::Included, "included"), (Inclusion::Added, "added")];
const OWED_BY: &[(OwedBy, &str)] = &[
    (OwedBy::Vendor, "vendor"),
    (OwedBy::Marketplace, "marketplace"),
    (OwedBy::MarketplaceIfForeign, "marketplace_if_foreign"),
];
const ROUNDINGS: &[(Rounding, &str)] = &[(Rounding::HalfUp, "half_up"), (Rounding::HalfEven, "half_even")];

fn text<T: PartialEq + Copy>(known: &[(T, &'static str)], value: T) -> Option<&'static str> {
    known.iter().find(|(v, _)| *v == value).map(|(_, text)| *text)
}
fn value<T: PartialEq + Copy>(known: &[(T, &'static str)], text: &str) -> Option<T> {
    known.iter().find(|(_, t)| *t == text).map(|(v, _)| *v)
}

fn rates(rates: &[TaxRate]) -> String {
    let row =
        |rate: &TaxRate| RateRow { class: rate.class.clone(), rate: rate.rate, categories: rate.categories.clone() };
    let rows: Vec<RateRow> = rates.iter().map(row).collect();
    serde_json::to_string(&rows).expect("a document of ours") // can't fail: strings and numbers
}

fn zone(row: &Row) -> Result<TaxZone, SqlError> {
    let broken = |what: &str| SqlError::Broken(format!("tax_zones.{what}"));
    let word = |name: &str| row.get::<String>(name);
    let rates: Vec<RateRow> = serde_json::from_str(&word("rates")?).map_err(|_| broken("rates"))?;
    let rate = |RateRow { class, rate, categories }| TaxRate { class, rate, categories };
    Ok(TaxZone {
        region: word("region")?.parse().map_err(|_| broken("region"))?,
        name: word("name")?,
        inclusion: value(INCLUSIONS, &word("inclusion")?).ok_or_else(|| broken("inclusion"))?,
        owed_by: value(OWED_BY, &word("owed_by")?).ok_or_else(|| broken("owed_by"))?,
        rounding: value(ROUNDINGS, &word("rounding")?).ok_or_else(|| broken("rounding"))?,
        rates: rates.into_iter().map(rate).collect(),
        version: row.get("version")?,
    })
}
