//! Places where vendors keep stock.
use crate::{
    domain::Location,
    ports::{LocationChange, Locations},
};
use kernel::{LocationId, Timestamp, VendorId};
use platform::{
    page::{Page, Slice},
    store::StoreError,
};
use platform_sql::{Batch, Db, Row, SqlError, params};
use uuid::Uuid;

const FIND: &str = "SELECT id, vendor, name, address, version FROM locations WHERE id = $1";
const LIST: &str = "SELECT id, vendor, name, address, version FROM locations
    WHERE vendor = $1 AND id > $2 ORDER BY id LIMIT $3";
const PUT: &str = "INSERT INTO locations (id, vendor, name, address, version) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, address = excluded.address, version = excluded.version
    WHERE locations.version = excluded.version - 1 AND locations.vendor = excluded.vendor";
const ADD: &str = "INSERT INTO locations (id, vendor, name, address, version) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (id) DO NOTHING";

pub struct SqlLocations(pub Db);

#[platform::async_trait]
impl Locations for SqlLocations {
    async fn find(&self, id: LocationId) -> Result<Option<Location>, StoreError> {
        let rows = self.0.read(FIND, params![id]).await?;
        Ok(rows.first().map(location).transpose()?)
    }

    async fn save(&self, change: LocationChange<'_>, now: Timestamp) -> Result<(), StoreError> {
        let l = change.state;
        let mut batch = Batch::new();
        batch.marks(change.marks, now);
        batch.push(PUT, params![l.id, l.vendor, l.name.clone(), l.address.clone(), l.version]).expect_rows(1);
        self.0.save(batch).await
    }

    async fn add(&self, locations: &[Location]) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        for l in locations {
            batch.push(ADD, params![l.id, l.vendor, l.name.clone(), l.address.clone(), l.version]);
        }
        self.0.save(batch).await
    }

    async fn list(&self, vendor: VendorId, page: &Page<LocationId>) -> Result<Slice<Location, LocationId>, StoreError> {
        let after = page.after.unwrap_or(LocationId::from_uuid(Uuid::nil()));
        let rows = self.0.read(LIST, params![vendor, after, page.rows()]).await?;
        let found = rows.iter().map(location).collect::<Result<_, _>>()?;
        Ok(page.slice(found, |l| l.id))
    }
}

fn location(row: &Row) -> Result<Location, SqlError> {
    Ok(Location {
        id: row.get("id")?,
        vendor: row.get("vendor")?,
        name: row.get("name")?,
        address: row.get("address")?,
        version: row.get("version")?,
    })
}
