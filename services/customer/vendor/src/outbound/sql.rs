//! Vendors on SQLite and PostgreSQL: one text.
use super::{events, plan};
use crate::{
    domain::{Event, Profile, Slug, Status, TaxData, Vendor},
    ports::{ReadAt, VendorChange, Vendors},
};
use kernel::{Timestamp, VendorId};
use platform::{
    page::Page,
    store::{Change, StoreError},
};
use platform_sql::{Batch, Db, Row, SqlError, Value, list, params};
use uuid::Uuid;

const COLUMNS: &str =
    "id, owner, name, slug, bio, status, reason, country, tax_id, exempt, plan, plan_version, approved, version";
const OPEN: &str = "INSERT INTO vendors (id, owner, name, slug, bio, status, reason, country, tax_id, exempt, plan,
    plan_version, approved, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
/// From the versions it was read in ($15, $16), or not at all. The owner never changes.
const SAVE: &str =
    "UPDATE vendors SET name = $3, slug = $4, bio = $5, status = $6, reason = $7, country = $8, tax_id = $9,
    exempt = $10, plan = $11, plan_version = $12, approved = $13, version = $14
    WHERE id = $1 AND (owner = $2 OR owner IS NULL) AND version = $15 AND plan_version = $16";

/// An import writes so many at once: big enough to be quick, small enough not to hold others up.
const AT_ONCE: usize = 200;

pub struct SqlVendors(pub Db);

impl SqlVendors {
    async fn some(&self, rest: &str, given: Vec<Value>) -> Result<Vec<Vendor>, StoreError> {
        let rows = self.0.read(format!("SELECT {COLUMNS} FROM vendors {rest}"), given).await?;
        Ok(rows.iter().map(vendor).collect::<Result<_, _>>()?)
    }
}

#[platform::async_trait]
impl Vendors for SqlVendors {
    async fn find(&self, id: VendorId) -> Result<Option<Vendor>, StoreError> {
        Ok(self.some("WHERE id = $1", params![id]).await?.pop())
    }

    async fn among(&self, ids: &[VendorId]) -> Result<Vec<Vendor>, StoreError> {
        self.some("WHERE id = ANY($1) ORDER BY id", params![list(ids.to_vec())]).await
    }

    async fn by_slug(&self, slug: &Slug) -> Result<Option<Vendor>, StoreError> {
        Ok(self.some("WHERE slug = $1", params![slug.as_str()]).await?.pop())
    }

    async fn list(&self, status: Option<Status>, page: &Page<VendorId>) -> Result<Vec<Vendor>, StoreError> {
        let status = status.map_or("", Status::as_str);
        let after = page.after.unwrap_or(VendorId::from_uuid(Uuid::nil()));
        let rest = "WHERE ($1 = '' OR status = $1) AND id > $2 ORDER BY id LIMIT $3";
        self.some(rest, params![status, after, page.rows()]).await
    }

    async fn open(&self, change: VendorChange<'_>, now: Timestamp) -> Result<(), StoreError> {
        let Change { state: v, events, marks } = change;
        let mut batch = Batch::new();
        batch.marks(marks, now);
        batch.push(OPEN, row(v)).expect_rows(1);
        batch.outbox(events::facts(v, &events, now));
        self.0.save(batch).await
    }

    async fn save(&self, change: VendorChange<'_>, read: ReadAt, now: Timestamp) -> Result<(), StoreError> {
        let Change { state: v, events, marks } = change;
        let mut batch = Batch::new();
        batch.marks(marks, now);
        batch.push(SAVE, [row(v), params![read.version, read.plan]].concat()).expect_rows(1);
        batch.outbox(events::facts(v, &events, now));
        self.0.save(batch).await
    }

    async fn import(&self, vendors: &[(Vendor, Vec<Event>)], now: Timestamp) -> Result<(), StoreError> {
        for some in vendors.chunks(AT_ONCE) {
            let mut batch = Batch::new();
            for (v, events) in some {
                batch.push(format!("{OPEN} ON CONFLICT (id) DO NOTHING"), row(v));
                batch.outbox_once(events::facts(v, events, now));
            }
            self.0.save(batch).await?;
        }
        Ok(())
    }
}

fn row(v: &Vendor) -> Vec<Value> {
    let Profile { name, slug, bio, tax } = v.profile.clone();
    let who = params![v.id, v.owner, name, slug.to_string(), bio, v.status.as_str(), v.reason.clone()];
    let terms = params![tax.country, tax.tax_id, tax.exempt, plan::written(&v.plan), v.plan.version];
    [who, terms, params![v.approved, v.version]].concat()
}

fn vendor(row: &Row) -> Result<Vendor, SqlError> {
    let id: VendorId = row.get("id")?;
    let broken = |why: &str| SqlError::Broken(format!("{id}: {why}"));
    let slug: Slug = row.get::<String>("slug")?.parse().map_err(broken)?;
    let tax = TaxData { country: row.get("country")?, tax_id: row.get("tax_id")?, exempt: row.get("exempt")? };
    Ok(Vendor {
        id,
        owner: row.get("owner")?,
        profile: Profile { name: row.get("name")?, slug, bio: row.get("bio")?, tax },
        status: row.get::<String>("status")?.parse().map_err(broken)?,
        reason: row.get("reason")?,
        plan: plan::read(&row.get::<String>("plan")?, row.get("plan_version")?).map_err(|why| broken(&why))?,
        approved: row.get("approved")?,
        version: row.get("version")?,
    })
}
