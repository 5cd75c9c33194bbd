//! Methods, and those of a vendor with the zones they deliver to.
use super::zones::{CHUNK, places, raced};
use crate::{
    domain::{Method, Pace, Rate, WeightStep, Zone},
    ports::{Edit, MethodChange, Methods},
};
use kernel::{Currency, Id, MethodId, Timestamp, VendorId};
use platform::{
    page::{Page, Slice},
    store::StoreError,
};
use platform_sql::{Batch, Db, Row, SqlError, Value, list, params};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const COLUMNS: &str = "m.id, m.vendor, m.zone, m.name, m.carrier, m.kind, m.currency, m.price, m.free_from, m.steps,
    m.handling_days, m.transit_days, m.cut_off, m.time_zone, m.version";
const LIST: &str = "(m.vendor = $1 OR m.vendor IS NULL) AND m.id > $2 ORDER BY m.id LIMIT $3";
const ADD: &str = "INSERT INTO methods (id, vendor, zone, name, carrier, kind, currency, price, free_from, steps,
        handling_days, transit_days, cut_off, time_zone, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
const CHANGE: &str = "UPDATE methods SET zone = $3, name = $4, carrier = $5, kind = $6, currency = $7, price = $8,
        free_from = $9, steps = $10, handling_days = $11, transit_days = $12, cut_off = $13, time_zone = $14, version = $15
    WHERE id = $1 AND vendor = $2 AND version = $15 - 1";
const REMOVE: &str = "DELETE FROM methods WHERE id = $1 AND version = $2";

fn find() -> String {
    format!("SELECT {COLUMNS} FROM methods m WHERE m.id = $1")
}
fn own() -> String {
    format!("SELECT {COLUMNS} FROM methods m WHERE {LIST}")
}
fn of() -> String {
    format!(
        "SELECT {COLUMNS}, z.vendor AS zone_vendor, z.name AS zone_name, z.places, z.version AS zone_version
         FROM methods m JOIN zones z ON z.id = m.zone
         WHERE (m.vendor = ANY($1) OR m.vendor IS NULL) AND m.currency = $2 ORDER BY m.id"
    )
}
fn import() -> String {
    format!("{ADD} ON CONFLICT (id) DO NOTHING")
}

pub struct SqlMethods(pub Db);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StepRow {
    up_to_grams: i64,
    price: i64,
}

#[platform::async_trait]
impl Methods for SqlMethods {
    async fn find(&self, id: MethodId) -> Result<Option<Method>, StoreError> {
        let rows = self.0.read(find(), params![id]).await?;
        Ok(rows.first().map(method).transpose()?)
    }

    async fn list(&self, vendor: VendorId, page: &Page<MethodId>) -> Result<Slice<Method, MethodId>, StoreError> {
        let after = page.after.unwrap_or(Id::from_uuid(Uuid::nil()));
        let rows = self.0.read(own(), params![vendor, after, page.rows()]).await?;
        let methods = rows.iter().map(method).collect::<Result<_, _>>()?;
        Ok(page.slice(methods, |method| method.id))
    }

    async fn of(&self, vendors: &[VendorId], currency: Currency) -> Result<Vec<(Method, Zone)>, StoreError> {
        let rows = self.0.read(of(), params![list(vendors.to_vec()), currency.as_str()]).await?;
        Ok(rows.iter().map(|row| Ok((method(row)?, zone(row)?))).collect::<Result<_, SqlError>>()?)
    }

    async fn save(&self, change: MethodChange<'_>, now: Timestamp) -> Result<(), StoreError> {
        let method = change.state;
        let mut batch = Batch::new();
        batch.marks(change.marks, now);
        for edit in change.events {
            match edit {
                Edit::Put if method.version == 1 => batch.push(ADD, row(method)?),
                Edit::Put => batch.push(CHANGE, row(method)?),
                Edit::Removed => batch.push(REMOVE, params![method.id, method.version]),
            }
            .expect_rows(1);
        }
        self.0.save(batch).await.map_err(raced)
    }

    async fn import(&self, methods: &[Method]) -> Result<(), StoreError> {
        for chunk in methods.chunks(CHUNK) {
            let mut batch = Batch::new();
            for method in chunk {
                batch.push(import(), row(method)?);
            }
            self.0.save(batch).await?;
        }
        Ok(())
    }
}

fn row(m: &Method) -> Result<Vec<Value>, StoreError> {
    let (kind, price, free_from, steps) = match &m.rate {
        Rate::Flat(price) => ("flat", Some(*price), None, None),
        Rate::FreeFrom { price, from } => ("free_from", Some(*price), Some(*from), None),
        Rate::Weight(steps) => {
            let step = |s: &WeightStep| StepRow { up_to_grams: s.up_to_grams, price: s.price };
            let steps = serde_json::to_value(steps.iter().map(step).collect::<Vec<_>>());
            ("weight", None, None, Some(steps.map_err(|e| StoreError::Broken(e.to_string()))?))
        }
        Rate::Recorded => ("recorded", None, None, None),
    };
    let who = params![m.id, m.vendor, m.zone, m.name.clone(), m.carrier.clone()];
    let rate = params![kind, m.currency.as_str(), price, free_from, steps];
    let Pace { handling_days, transit_days, cut_off, time_zone } = m.pace.clone();
    let pace = params![handling_days, transit_days, cut_off, time_zone, m.version];
    Ok([who, rate, pace].concat())
}

fn method(row: &Row) -> Result<Method, SqlError> {
    let currency: String = row.get("currency")?;
    let currency = currency.parse().map_err(|e| SqlError::Broken(format!("methods.currency: {e}")))?;
    let pace = Pace {
        handling_days: row.get("handling_days")?,
        transit_days: row.get("transit_days")?,
        cut_off: row.get("cut_off")?,
        time_zone: row.get("time_zone")?,
    };
    Ok(Method {
        id: row.get("id")?,
        vendor: row.get("vendor")?,
        zone: row.get("zone")?,
        name: row.get("name")?,
        carrier: row.get("carrier")?,
        currency,
        rate: rate(row)?,
        pace,
        version: row.get("version")?,
    })
}

fn rate(row: &Row) -> Result<Rate, SqlError> {
    let kind: String = row.get("kind")?;
    Ok(match kind.as_str() {
        "flat" => Rate::Flat(row.get("price")?),
        "free_from" => Rate::FreeFrom { price: row.get("price")?, from: row.get("free_from")? },
        "weight" => {
            let steps: Vec<StepRow> = serde_json::from_value(row.get("steps")?)
                .map_err(|e| SqlError::Broken(format!("methods.steps: {e}")))?;
            let step = |s: StepRow| WeightStep { up_to_grams: s.up_to_grams, price: s.price };
            Rate::Weight(steps.into_iter().map(step).collect())
        }
        "recorded" => Rate::Recorded,
        other => return Err(SqlError::Broken(format!("methods.kind is {other}"))),
    })
}

fn zone(row: &Row) -> Result<Zone, SqlError> {
    Ok(Zone {
        id: row.get("zone")?,
        vendor: row.get("zone_vendor")?,
        name: row.get("zone_name")?,
        places: places(row)?,
        version: row.get("zone_version")?,
    })
}
