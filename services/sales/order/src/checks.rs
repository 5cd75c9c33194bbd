//! What `souk check` asks of this store.
use crate::{
    domain::Order,
    outbound::sql::{self, Model, Rows},
};
use kernel::OrderId;
use platform::{
    check::{Check, check},
    store::StoreError,
};
use platform_sql::Db;
use std::time::Duration;
use uuid::Uuid;

const ORDERS: &str = "SELECT count(*) AS n FROM orders";
const EVENTS: &str = "SELECT count(*) AS n FROM events";
const LINES: &str = "SELECT count(*) AS n FROM lines";

/// Whoever works on an order moves its `due`: one that lies there past it is worked on by nobody. Waiting for the customer moves
/// it to the end of the wait.
const UNDECIDED: &str = "SELECT count(*) AS n FROM orders WHERE due < $1";
/// An order begins placed, is decided once, ends once, and nothing is sent before it is confirmed or after it is cancelled.
const ILLEGAL: &str = "SELECT count(*) AS n FROM events e WHERE (e.version = 1) <> (e.type = 'placed')
    OR (e.type IN ('confirmed', 'cancelled', 'cancelling', 'completed') AND EXISTS (
        SELECT 1 FROM events o WHERE o.stream = e.stream AND o.type = e.type AND o.version < e.version))
    OR (e.type IN ('shipped', 'delivered', 'sent_back', 'units_cancelled', 'vendor_order_cancelled', 'cancelling', 'completed', 'refunded')
        AND NOT EXISTS (SELECT 1 FROM events o WHERE o.stream = e.stream AND o.type = 'confirmed' AND o.version < e.version))
    OR (e.type = 'confirmed' AND NOT EXISTS (
        SELECT 1 FROM events o WHERE o.stream = e.stream AND o.type = 'taken' AND o.version < e.version))
    OR EXISTS (SELECT 1 FROM events o WHERE o.stream = e.stream AND o.type = 'cancelled' AND o.version < e.version)";
const GAPS: &str = "SELECT count(*) AS n FROM (
    SELECT o.id FROM orders o LEFT JOIN events e ON e.stream = o.id GROUP BY o.id, o.version
    HAVING count(e.version) <> o.version OR min(e.version) <> 1 OR max(e.version) <> o.version) AS gaps";
const CARTS: &str = "SELECT count(*) AS n FROM (
    SELECT cart FROM orders WHERE state <> 'cancelled' GROUP BY cart HAVING count(*) > 1) AS twice";
const UNEQUAL: &str = "SELECT count(*) AS n FROM orders o WHERE
    o.total <> (SELECT CAST(coalesce(sum(v.total), 0) AS bigint) FROM vendor_orders v WHERE v.order_id = o.id)
    OR EXISTS (SELECT 1 FROM vendor_orders v WHERE v.order_id = o.id AND v.total <> v.shipping + (
        SELECT CAST(coalesce(sum(l.price - l.funded), 0) AS bigint) FROM lines l
            WHERE l.order_id = v.order_id AND l.vendor_order = v.id))
    OR (o.state IN ('confirmed', 'completed', 'cancelling') AND o.total <> (
        SELECT CAST(coalesce(sum(c.price - c.funded), 0) AS bigint) FROM components c WHERE c.order_id = o.id))
    OR o.refunded <> (SELECT CAST(coalesce(sum(c.back), 0) AS bigint) FROM components c WHERE c.order_id = o.id)";
const MISCOUNTED: &str = "SELECT count(*) AS n FROM lines WHERE cancelled < 0 OR shipped < 0 OR delivered < 0
    OR sent_back < 0 OR returned < 0 OR cancelled + shipped > ordered OR delivered + sent_back > shipped
    OR returned > delivered";
const KEPT_CARDS: &str = "SELECT count(*) AS n FROM orders WHERE card_token <> '' AND state <> 'placed'";

pub fn all() -> Vec<Check> {
    vec![
        check("O1", "every order is decided within 60 s", UNDECIDED, ORDERS).within(Duration::from_secs(60)),
        check("O2", "legal moves only", ILLEGAL, EVENTS),
        check("O4", "versions of a stream are 1..n without a gap", GAPS, ORDERS),
        check("O7", "a cart has at most one order that is not cancelled", CARTS, ORDERS),
        check("O10", "vendor orders add up to their order", UNEQUAL, ORDERS),
        check("O11", "the quantities of a line", MISCOUNTED, LINES),
        check("T6", "a decided order keeps no card", KEPT_CARDS, ORDERS),
    ]
}

/// O2 and O3, which SQL can't say: every stream folds by legal moves alone, and the rows beside it are what the fold makes. Answers
/// how many orders were looked at, and which are not so.
pub async fn read_models(db: &Db) -> Result<(i64, Vec<OrderId>), StoreError> {
    let (mut looked, mut wrong, mut after) = (0, vec![], OrderId::from_uuid(Uuid::nil()));
    while let Some((last, models)) = sql::models(db, after).await? {
        for Model { id, rows, history } in models {
            looked += 1;
            let folded = history.and_then(|history| Order::fold(history).ok()).flatten();
            if folded.is_none_or(|order| rows != Rows::of(&order)) {
                wrong.push(id);
            }
        }
        after = last;
    }
    Ok((looked, wrong))
}
