//! Purchases as their four participants keep them: order, pricing, inventory, payment. One or two statements a table, joined here.
mod order;
mod payment;
mod stock;
pub use order::{Acceptance, Order};
pub use payment::{Attempt, Payment, Refund};
pub use stock::Hold;

use super::stores::{Store, Stores};
use kernel::OrderId;
use platform_sql::{Row, SqlError};
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

/// A line or a shipping charge of one vendor, frozen when the order was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub vendor: Uuid,
    pub line: i64,
    pub units: i64,
    pub price: i64,
    pub funded: i64,
    pub commission: i64,
    pub commission_tax: i64,
    pub marketplace_tax: i64,
}

/// By component.
pub type Parts = BTreeMap<Uuid, Part>;
/// By offer.
pub type Units = BTreeMap<Uuid, i64>;

/// By order. A version of an order, a hold or a payment that differs at the end makes what was read of that order worth nothing.
#[derive(Default)]
pub struct Purchases {
    pub orders: HashMap<Uuid, Order>,
    pub acceptances: HashMap<Uuid, Acceptance>,
    pub holds: HashMap<Uuid, Hold>,
    pub payments: HashMap<Uuid, Payment>,
    marks: HashMap<(&'static str, Uuid), i64>,
    moved: HashSet<Uuid>,
}

const ORDERS: &str = "SELECT id, version FROM orders";
const ACCEPTANCES: &str =
    "SELECT order_id AS id, CAST(CASE state WHEN 'done' THEN 1 ELSE 2 END AS bigint) AS version FROM acceptances";
const HOLDS: &str = "SELECT order_id AS id, version FROM holds";
const PAYMENTS: &str = "SELECT order_id AS id, version FROM payments";
/// A payout stands for itself here.
const PAYOUTS: &str = "SELECT id, version FROM payouts";

impl Purchases {
    /// Remembers how everything stands before it is read.
    pub async fn begin(stores: &Stores) -> Result<Purchases, String> {
        Ok(Purchases { marks: marks(stores).await?, ..Purchases::default() })
    }

    /// Orders first: what an order says of its participants was so before it was written.
    pub async fn read(&mut self, stores: &Stores) -> Result<(), String> {
        self.orders = order::orders(&stores.order).await?;
        self.acceptances = order::acceptances(&stores.pricing).await?;
        self.holds = stock::holds(&stores.inventory).await?;
        self.payments = payment::payments(&stores.payment).await?;
        Ok(())
    }

    /// Finds out what moved since the beginning.
    pub async fn end(&mut self, stores: &Stores) -> Result<(), String> {
        let after = marks(stores).await?;
        let moved = after.iter().filter(|(key, version)| self.marks.get(*key) != Some(version));
        self.moved = moved.map(|((_, id), _)| *id).collect();
        Ok(())
    }

    /// Whether it stood still, an order or a payout, while it was read.
    pub fn stood_still(&self, id: &Uuid) -> bool {
        !self.moved.contains(id)
    }

    /// What did not.
    pub fn moved(&self) -> impl Iterator<Item = &Uuid> {
        self.moved.iter()
    }

    /// Orders that stood still.
    pub fn orders(&self) -> impl Iterator<Item = (&Uuid, &Order)> {
        self.orders.iter().filter(|(id, _)| self.stood_still(id))
    }
}

async fn marks(stores: &Stores) -> Result<HashMap<(&'static str, Uuid), i64>, String> {
    let mut marks = HashMap::new();
    let of = async |store: &Store, sql| store.each(sql, |row| Ok((row.get("id")?, row.get("version")?))).await;
    for (store, sql) in [
        (&stores.order, ORDERS),
        (&stores.pricing, ACCEPTANCES),
        (&stores.inventory, HOLDS),
        (&stores.payment, PAYMENTS),
        (&stores.payment, PAYOUTS),
    ] {
        let seen: Vec<(Uuid, i64)> = of(store, sql).await?;
        marks.extend(seen.into_iter().map(|(id, version)| ((store.name, id), version)));
    }
    Ok(marks)
}

/// As people know it.
pub fn order_name(id: &Uuid) -> String {
    OrderId::from_uuid(*id).to_string()
}

/// The component's id, and what it is.
fn part(row: &Row) -> Result<(Uuid, Part), SqlError> {
    let part = Part {
        vendor: row.get("vendor")?,
        line: row.get("line")?,
        units: row.get("units")?,
        price: row.get("price")?,
        funded: row.get("funded")?,
        commission: row.get("commission")?,
        commission_tax: row.get("commission_tax")?,
        marketplace_tax: row.get("marketplace_tax")?,
    };
    Ok((row.get("id")?, part))
}

/// What the customer pays for them.
pub fn charge(parts: &Parts) -> i64 {
    parts.values().map(|part| part.price - part.funded).sum()
}
