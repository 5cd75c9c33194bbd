//! The read side.
use super::shelves::{kind_of, shelf};
use crate::{
    domain::{Movement, Shelf},
    ports::Records,
    views::{Level, MovementPlace, MovementView, ShelfPlace, ShelvesOf, Shortage},
};
use kernel::{LocationId, OfferId, OrderId, Timestamp, VendorId};
use platform::{
    page::{Page, Slice},
    store::StoreError,
};
use platform_sql::{Db, Row, SqlError, Value, list, params};
use uuid::Uuid;

const LEVELS: &str = "SELECT offer, CAST(sum(low_mark) AS bigint) AS low_mark,
        CAST(sum(CASE WHEN on_hand + backorder > held THEN on_hand + backorder - held ELSE 0 END) AS bigint) AS free
    FROM stock WHERE offer = ANY($1) GROUP BY offer";
const SHELVES: &str = "SELECT offer, location, vendor, on_hand, backorder, held, low_mark, counted FROM stock
    WHERE vendor = $1 AND (offer, location) > ($2, $3)";
const MOVEMENTS: &str = "SELECT kind, quantity, cause, at FROM movements
    WHERE offer = $1 AND location = $2 AND (at, cause) < ($3, $4) ORDER BY at DESC, cause DESC LIMIT $5";
const SHORT: &str = "SELECT offer, location, vendor, on_hand, backorder, held, low_mark, counted FROM stock
    WHERE vendor = $1 AND (offer, location) > ($2, $3) AND held > on_hand + backorder
    ORDER BY offer, location LIMIT $4";
/// Ids of holds follow the time at which they were placed.
const PROMISED: &str = "SELECT h.order_id, a.quantity - a.shipped - a.released AS units
    FROM allocations a JOIN holds h ON h.id = a.hold
    WHERE a.offer = $1 AND a.location = $2 AND a.quantity > a.shipped + a.released ORDER BY h.id";

pub struct SqlRecords(pub Db);

#[platform::async_trait]
impl Records for SqlRecords {
    async fn levels(&self, offers: &[OfferId]) -> Result<Vec<Level>, StoreError> {
        let rows = self.0.read(LEVELS, params![list(offers.to_vec())]).await?;
        Ok(rows.iter().map(level).collect::<Result<_, _>>()?)
    }

    async fn shelves(&self, of: &ShelvesOf, page: &Page<ShelfPlace>) -> Result<Slice<Shelf, ShelfPlace>, StoreError> {
        let (mut sql, mut asked) = (SHELVES.to_string(), after(of.vendor, page));
        let mut only = |column: &str, id: Option<Value>| {
            if let Some(id) = id {
                asked.push(id);
                sql += &format!(" AND {column} = ${}", asked.len());
            }
        };
        only("offer", of.offer.map(Value::from));
        only("location", of.location.map(Value::from));
        asked.push(Value::from(page.rows()));
        sql += &format!(" ORDER BY offer, location LIMIT ${}", asked.len());
        let rows = self.0.read(sql, asked).await?;
        Ok(page.slice(rows.iter().map(shelf).collect::<Result<_, _>>()?, place))
    }

    async fn movements(
        &self,
        (offer, location): ShelfPlace,
        page: &Page<MovementPlace>,
    ) -> Result<Slice<MovementView, MovementPlace>, StoreError> {
        let (at, cause) = page.after.clone().unwrap_or((Timestamp(253_402_300_799_999_999), String::new()));
        let rows = self.0.read(MOVEMENTS, params![offer, location, at, cause, page.rows()]).await?;
        let found = rows.iter().map(movement).collect::<Result<_, _>>()?;
        Ok(page.slice(found, |m: &MovementView| (m.at, m.movement.cause.clone())))
    }

    /// A read more a row: short shelves are few.
    async fn shortages(
        &self,
        vendor: VendorId,
        page: &Page<ShelfPlace>,
    ) -> Result<Slice<Shortage, ShelfPlace>, StoreError> {
        let mut asked = after(vendor, page);
        asked.push(Value::from(page.rows()));
        let rows = self.0.read(SHORT, asked).await?;
        let slice = page.slice(rows.iter().map(shelf).collect::<Result<_, _>>()?, place);
        let mut items = vec![];
        for shelf in slice.items {
            let rows = self.0.read(PROMISED, params![shelf.offer, shelf.location]).await?;
            let orders = rows.iter().map(promised).collect::<Result<_, _>>()?;
            items.push(Shortage { shelf, orders });
        }
        Ok(Slice { items, next: slice.next })
    }
}

/// `$1` to `$3`: whose, and behind which shelf. No id is nil.
fn after(vendor: VendorId, page: &Page<ShelfPlace>) -> Vec<Value> {
    let (offer, location) = page.after.unwrap_or((OfferId::from_uuid(Uuid::nil()), LocationId::from_uuid(Uuid::nil())));
    params![vendor, offer, location]
}

fn place(shelf: &Shelf) -> ShelfPlace {
    (shelf.offer, shelf.location)
}

fn level(row: &Row) -> Result<Level, SqlError> {
    Ok(Level { offer: row.get("offer")?, free: row.get("free")?, low_mark: row.get("low_mark")? })
}

fn movement(row: &Row) -> Result<MovementView, SqlError> {
    let movement = Movement { kind: kind_of(row)?, quantity: row.get("quantity")?, cause: row.get("cause")? };
    Ok(MovementView { movement, at: row.get("at")? })
}

fn promised(row: &Row) -> Result<(OrderId, i64), SqlError> {
    Ok((row.get("order_id")?, row.get("units")?))
}
