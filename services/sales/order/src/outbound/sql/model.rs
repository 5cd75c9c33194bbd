//! The rows beside a stream, as they are and as the stream makes them: for the check that they are the same (O3).
use super::rows;
use crate::domain::{Happened, Line, Order, VendorOrder};
use kernel::{ComponentId, LineId, OrderId, Timestamp, VendorOrderId};
use platform::store::StoreError;
use platform_sql::{Db, Row, SqlError, params};
use std::collections::BTreeMap;

const IDS: &str = "SELECT id FROM orders ORDER BY id";
const ORDER: &str = "SELECT state, reason, waiting, version, total, refunded FROM orders WHERE id = $1";
const PARTS: &str =
    "SELECT id, state, reason, version, total, shipping, delivered_at FROM vendor_orders WHERE order_id = $1";
const LINES: &str =
    "SELECT id, ordered, cancelled, shipped, delivered, sent_back, returned FROM lines WHERE order_id = $1";
const COMPONENTS: &str = "SELECT id, price, funded, commission, back FROM components WHERE order_id = $1";

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

pub async fn orders(db: &Db) -> Result<Vec<OrderId>, StoreError> {
    let rows = db.read(IDS, vec![]).await?;
    Ok(rows.iter().map(|row| row.get("id")).collect::<Result<_, _>>()?)
}

/// Nothing when an event of it can't be read.
pub async fn stream(db: &Db, id: OrderId) -> Result<Option<Vec<Happened>>, StoreError> {
    let stored = db.stream(id.uuid(), 0, None).await?;
    Ok(stored.iter().map(|event| rows::happened(event).ok()).collect())
}

pub async fn rows_of(db: &Db, id: OrderId) -> Result<Option<Rows>, StoreError> {
    let found = db.read(ORDER, params![id]).await?;
    let Some(order) = found.first() else { return Ok(None) };
    let parts = db.read(PARTS, params![id]).await?;
    let lines = db.read(LINES, params![id]).await?;
    let components = db.read(COMPONENTS, params![id]).await?;
    Ok(Some(Rows {
        order: order_row(order)?,
        parts: parts.iter().map(part_row).collect::<Result<_, _>>()?,
        lines: lines.iter().map(line_row).collect::<Result<_, _>>()?,
        components: components.iter().map(component_row).collect::<Result<_, _>>()?,
    }))
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
