//! The order and its acceptance.
use super::{Parts, Units, part};
use crate::check::stores::Store;
use std::collections::HashMap;
use uuid::Uuid;

pub struct Order {
    pub state: String,
    pub total: i64,
    pub currency: String,
    /// Its stream says so, whatever became of it afterwards.
    pub was_confirmed: bool,
    pub ordered: Units,
    pub parts: Parts,
}

/// Pricing's.
pub struct Acceptance {
    /// Else it was given back.
    pub is_done: bool,
    pub currency: String,
    /// Of the quote.
    pub total: i64,
    pub parts: Parts,
}

const ORDERS: &str = "SELECT id, state, total, currency FROM orders";
const CONFIRMED: &str = "SELECT stream AS id FROM events WHERE type = 'confirmed'";
const LINES: &str = "SELECT order_id, offer, ordered FROM lines";
const PARTS: &str =
    "SELECT order_id, id, vendor, line, units, price, funded, commission, commission_tax, marketplace_tax
    FROM components";
const ACCEPTANCES: &str = "SELECT a.order_id, a.state = 'done' AS is_done, a.currency, q.total
    FROM acceptances a JOIN quotes q ON q.id = a.quote";

pub async fn orders(store: &Store) -> Result<HashMap<Uuid, Order>, String> {
    let order = |row: &platform_sql::Row| {
        let (was_confirmed, ordered, parts) = Default::default();
        let (state, total, currency) = (row.get("state")?, row.get("total")?, row.get("currency")?);
        Ok((row.get("id")?, Order { state, total, currency, was_confirmed, ordered, parts }))
    };
    let mut orders: HashMap<Uuid, Order> = store.each(ORDERS, order).await?.into_iter().collect();
    for id in store.each(CONFIRMED, |row| row.get::<Uuid>("id")).await? {
        orders.entry(id).and_modify(|order| order.was_confirmed = true);
    }
    let line = |row: &platform_sql::Row| Ok((row.get("order_id")?, row.get("offer")?, row.get("ordered")?));
    for (id, offer, units) in store.each(LINES, line).await? {
        let _: &i64 = &units;
        orders.entry(id).and_modify(|order| *order.ordered.entry(offer).or_default() += units);
    }
    for (id, part) in store.each(PARTS, |row| Ok((row.get("order_id")?, part(row)?))).await? {
        orders.entry(id).and_modify(|order| order.parts.extend([part]));
    }
    Ok(orders)
}

pub async fn acceptances(store: &Store) -> Result<HashMap<Uuid, Acceptance>, String> {
    let acceptance = |row: &platform_sql::Row| {
        let (is_done, currency, total) = (row.get("is_done")?, row.get("currency")?, row.get("total")?);
        Ok((row.get("order_id")?, Acceptance { is_done, currency, total, parts: Parts::new() }))
    };
    let mut found: HashMap<Uuid, Acceptance> = store.each(ACCEPTANCES, acceptance).await?.into_iter().collect();
    for (id, part) in store.each(PARTS, |row| Ok((row.get("order_id")?, part(row)?))).await? {
        found.entry(id).and_modify(|acceptance| acceptance.parts.extend([part]));
    }
    Ok(found)
}
