//! The rows beside a stream, as they are and as the stream makes them: for the check that they are the same (O3).
use super::rows;
use crate::domain::{Happened, Line, Order, VendorOrder};
use kernel::{ComponentId, LineId, OrderId, Timestamp, VendorOrderId};
use platform::store::StoreError;
use platform_sql::{Db, Row, SqlError, StoredEvent, list, params};
use std::collections::BTreeMap;

/// So many orders at a time.
const PAGE: u32 = 500;

const ORDERS: &str = "SELECT id, state, reason, waiting, version, total, refunded FROM orders
    WHERE id > $1 ORDER BY id LIMIT $2";
const PARTS: &str = "SELECT order_id, id, state, reason, version, total, shipping, delivered_at FROM vendor_orders
    WHERE order_id = ANY($1)";
const LINES: &str = "SELECT order_id, id, ordered, cancelled, shipped, delivered, sent_back, returned FROM lines
    WHERE order_id = ANY($1)";
const COMPONENTS: &str = "SELECT order_id, id, price, funded, commission, back FROM components
    WHERE order_id = ANY($1)";
const EVENTS: &str =
    "SELECT stream, version, type, payload, at FROM events WHERE stream = ANY($1) ORDER BY stream, version";
const VERSIONS: &str = "SELECT id, version FROM orders WHERE id = ANY($1)";

/// State, reason, waiting, version, total, refunded.
type OrderRow = (String, Option<String>, bool, i64, i64, i64);
/// State, reason, version, total, shipping, delivered at.
type PartRow = (String, Option<String>, i64, i64, i64, Option<Timestamp>);
/// Ordered, cancelled, shipped, delivered, sent back, returned.
type LineRow = [u32; 6];
/// Price, funded, commission, back.
type ComponentRow = [i64; 4];

/// What lists and checks read of one order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    order: OrderRow,
    parts: BTreeMap<VendorOrderId, PartRow>,
    lines: BTreeMap<LineId, LineRow>,
    components: BTreeMap<ComponentId, ComponentRow>,
}

impl Rows {
    pub fn of(o: &Order) -> Rows {
        let part = |v: &VendorOrder| {
            let state = rows::vendor_state(v.state).to_string();
            (v.id, (state, v.reason.clone(), v.told, v.total(), v.shipping, v.delivered_at))
        };
        let line = |l: &Line| (l.id, [l.ordered, l.cancelled, l.shipped, l.delivered, l.sent_back, l.returned]);
        let waits = o.waiting.is_some();
        Rows {
            order: (rows::state(o.state).to_string(), o.reason.clone(), waits, o.version, o.total, o.back()),
            parts: o.vendor_orders.iter().map(part).collect(),
            lines: o.vendor_orders.iter().flat_map(|v| &v.lines).map(line).collect(),
            components: o.components.iter().map(|c| (c.id, [c.price, c.funded, c.commission, c.back])).collect(),
        }
    }
}

/// One order as its rows say, and as its stream does.
pub struct Model {
    pub id: OrderId,
    pub rows: Rows,
    /// Nothing when an event of it can't be read.
    pub history: Option<Vec<Happened>>,
}

/// The orders after this one, a page of them, and the last of these, if there are any. What moved while it was read is left out.
pub async fn models(db: &Db, after: OrderId) -> Result<Option<(OrderId, Vec<Model>)>, StoreError> {
    let orders = db.read(ORDERS, params![after, PAGE]).await?;
    let mut models = BTreeMap::new();
    for row in &orders {
        let rows = Rows { order: order_row(row)?, parts: [].into(), lines: [].into(), components: [].into() };
        models.insert(row.get("id")?, Model { id: row.get("id")?, rows, history: Some(vec![]) });
    }
    let Some(last) = models.keys().next_back().copied() else { return Ok(None) };
    fill(db, &mut models).await?;
    let ids = models.keys().copied();
    for row in db.read(VERSIONS, params![list(ids)]).await? {
        let (id, version): (OrderId, i64) = (row.get("id")?, row.get("version")?);
        if models.get(&id).is_some_and(|model| model.rows.order.3 != version) {
            models.remove(&id);
        }
    }
    Ok(Some((last, models.into_values().collect())))
}

async fn fill(db: &Db, models: &mut BTreeMap<OrderId, Model>) -> Result<(), StoreError> {
    let ids = list(models.keys().copied());
    let mut of = |row: &Row, column: &str, put: &dyn Fn(&mut Model) -> Result<(), SqlError>| {
        models.get_mut(&row.get(column)?).map_or(Ok(()), put)
    };
    for row in &db.read(PARTS, vec![ids.clone()]).await? {
        of(row, "order_id", &|m| part_row(row).map(|(id, part)| m.rows.parts.insert(id, part)).map(drop))?;
    }
    for row in &db.read(LINES, vec![ids.clone()]).await? {
        of(row, "order_id", &|m| line_row(row).map(|(id, line)| m.rows.lines.insert(id, line)).map(drop))?;
    }
    for row in &db.read(COMPONENTS, vec![ids.clone()]).await? {
        of(row, "order_id", &|m| component_row(row).map(|(id, part)| m.rows.components.insert(id, part)).map(drop))?;
    }
    for row in &db.read(EVENTS, vec![ids]).await? {
        of(row, "stream", &|m| {
            match (&mut m.history, rows::happened(&stored(row)?)) {
                (Some(history), Ok(happened)) => history.push(happened),
                _ => m.history = None,
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn stored(row: &Row) -> Result<StoredEvent, SqlError> {
    let payload = row.get::<Vec<u8>>("payload")?.into();
    Ok(StoredEvent { version: row.get("version")?, kind: row.get("type")?, payload, at: row.get("at")? })
}

fn order_row(row: &Row) -> Result<OrderRow, SqlError> {
    let state = (row.get("state")?, row.get("reason")?, row.get("waiting")?);
    Ok((state.0, state.1, state.2, row.get("version")?, row.get("total")?, row.get("refunded")?))
}

fn part_row(row: &Row) -> Result<(VendorOrderId, PartRow), SqlError> {
    let (state, reason, version) = (row.get("state")?, row.get("reason")?, row.get("version")?);
    Ok((row.get("id")?, (state, reason, version, row.get("total")?, row.get("shipping")?, row.get("delivered_at")?)))
}

fn line_row(row: &Row) -> Result<(LineId, LineRow), SqlError> {
    let [ordered, cancelled] = [row.get("ordered")?, row.get("cancelled")?];
    let [shipped, delivered] = [row.get("shipped")?, row.get("delivered")?];
    Ok((row.get("id")?, [ordered, cancelled, shipped, delivered, row.get("sent_back")?, row.get("returned")?]))
}

fn component_row(row: &Row) -> Result<(ComponentId, ComponentRow), SqlError> {
    let [price, funded] = [row.get("price")?, row.get("funded")?];
    Ok((row.get("id")?, [price, funded, row.get("commission")?, row.get("back")?]))
}
