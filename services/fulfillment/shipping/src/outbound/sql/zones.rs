//! Zones; their places are one document, because nobody asks for a place alone.
use crate::{
    domain::{Place, Zone},
    ports::{Edit, ZoneChange, Zones},
};
use kernel::{Id, Timestamp, VendorId, ZoneId};
use platform::{
    page::{Page, Slice},
    store::StoreError,
};
use platform_sql::{Batch, Db, Row, SqlError, Value, params};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const FIND: &str = "SELECT id, vendor, name, places, version FROM zones WHERE id = $1";
const LIST: &str = "SELECT id, vendor, name, places, version FROM zones
    WHERE (vendor = $1 OR vendor IS NULL) AND id > $2 ORDER BY id LIMIT $3";
const USED: &str = "SELECT id FROM methods WHERE zone = $1 LIMIT 1";
const ADD: &str = "INSERT INTO zones (id, vendor, name, places, version) VALUES ($1, $2, $3, $4, $5)";
const CHANGE: &str = "UPDATE zones SET name = $3, places = $4, version = $5
    WHERE id = $1 AND vendor = $2 AND version = $5 - 1";
const REMOVE: &str = "DELETE FROM zones WHERE id = $1 AND version = $2
    AND NOT EXISTS (SELECT 1 FROM methods WHERE zone = $1)";
const IMPORT: &str = "INSERT INTO zones (id, vendor, name, places, version) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (id) DO NOTHING";

/// Rows of an import that share a batch.
pub(super) const CHUNK: usize = 1000;

pub struct SqlZones(pub Db);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceRow {
    country: String,
    state: Option<String>,
    postcode: Option<String>,
}

#[platform::async_trait]
impl Zones for SqlZones {
    async fn find(&self, id: ZoneId) -> Result<Option<Zone>, StoreError> {
        let rows = self.0.read(FIND, params![id]).await?;
        Ok(rows.first().map(zone).transpose()?)
    }

    async fn list(&self, vendor: VendorId, page: &Page<ZoneId>) -> Result<Slice<Zone, ZoneId>, StoreError> {
        let after = page.after.unwrap_or(Id::from_uuid(Uuid::nil()));
        let rows = self.0.read(LIST, params![vendor, after, page.rows()]).await?;
        let zones = rows.iter().map(zone).collect::<Result<_, _>>()?;
        Ok(page.slice(zones, |zone| zone.id))
    }

    async fn is_used(&self, id: ZoneId) -> Result<bool, StoreError> {
        Ok(!self.0.read(USED, params![id]).await?.is_empty())
    }

    async fn save(&self, change: ZoneChange<'_>, now: Timestamp) -> Result<(), StoreError> {
        let zone = change.state;
        let mut batch = Batch::new();
        batch.marks(change.marks, now);
        for edit in change.events {
            match edit {
                Edit::Put if zone.version == 1 => batch.push(ADD, row(zone)?),
                Edit::Put => batch.push(CHANGE, row(zone)?),
                Edit::Removed => batch.push(REMOVE, params![zone.id, zone.version]),
            }
            .expect_rows(1);
        }
        self.0.save(batch).await.map_err(raced)
    }

    async fn import(&self, zones: &[Zone]) -> Result<(), StoreError> {
        for chunk in zones.chunks(CHUNK) {
            let mut batch = Batch::new();
            for zone in chunk {
                batch.push(IMPORT, row(zone)?);
            }
            self.0.save(batch).await?;
        }
        Ok(())
    }
}

/// A zone that goes and a method that comes for it meet at the foreign key: whoever is second read what is no more.
pub(super) fn raced(error: StoreError) -> StoreError {
    match error {
        StoreError::Broken(why) if why.contains("foreign key") => StoreError::Stale,
        error => error,
    }
}

fn row(zone: &Zone) -> Result<Vec<Value>, StoreError> {
    let place =
        |p: &Place| PlaceRow { country: p.country.clone(), state: p.state.clone(), postcode: p.postcode.clone() };
    let places: Vec<_> = zone.places.iter().map(place).collect();
    let places = serde_json::to_value(places).map_err(|e| StoreError::Broken(e.to_string()))?;
    Ok(params![zone.id, zone.vendor, zone.name.clone(), places, zone.version])
}

fn zone(row: &Row) -> Result<Zone, SqlError> {
    Ok(Zone {
        id: row.get("id")?,
        vendor: row.get("vendor")?,
        name: row.get("name")?,
        places: places(row)?,
        version: row.get("version")?,
    })
}

pub(super) fn places(row: &Row) -> Result<Vec<Place>, SqlError> {
    let rows: Vec<PlaceRow> =
        serde_json::from_value(row.get("places")?).map_err(|e| SqlError::Broken(format!("zones.places: {e}")))?;
    Ok(rows.into_iter().map(|p| Place { country: p.country, state: p.state, postcode: p.postcode }).collect())
}
