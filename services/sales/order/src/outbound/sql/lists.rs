//! Lists, newest first: an id is made when its order is placed, so ids are in the order of time.
use super::rows;
use crate::{
    domain::{Owner, VendorState},
    ports::{Lists, Summary, Trouble, VendorSummary},
};
use kernel::{OrderId, VendorId, VendorOrderId};
use platform::{
    page::{Page, Slice},
    store::StoreError,
};
use platform_sql::{Db, Row, SqlError, Value, params};

const SUMMARY: &str =
    "SELECT id, state, waiting, reason, client_reference, total, refunded, currency, placed_at FROM orders";
const PART: &str = "SELECT v.id, v.order_id, v.state, v.reason, v.total, o.currency, o.placed_at
    FROM vendor_orders v JOIN orders o ON o.id = v.order_id WHERE v.vendor = $1 AND v.version > 0";
const TROUBLES: &str = "SELECT key, order_id, kind, detail, at FROM troubles WHERE key > $1 ORDER BY key LIMIT $2";

pub struct SqlLists(pub Db);

#[platform::async_trait]
impl Lists for SqlLists {
    async fn of_owner(&self, owner: Owner, page: &Page<OrderId>) -> Result<Slice<Summary, OrderId>, StoreError> {
        match owner {
            Owner::User(user) => self.orders("owner_user = $1", vec![user.into()], page).await,
            Owner::Guest(hash) => self.orders("owner_guest = $1", vec![hash.to_vec().into()], page).await,
        }
    }

    async fn all(&self, client: Option<&str>, page: &Page<OrderId>) -> Result<Slice<Summary, OrderId>, StoreError> {
        match client {
            Some(reference) => self.orders("client_reference = $1", params![reference], page).await,
            None => self.orders("", vec![], page).await,
        }
    }

    async fn of_vendor(
        &self,
        vendor: VendorId,
        state: Option<VendorState>,
        page: &Page<VendorOrderId>,
    ) -> Result<Slice<VendorSummary, VendorOrderId>, StoreError> {
        let mut sql = PART.to_string();
        let mut values = params![vendor];
        for (condition, value) in
            [("v.state =", state.map(|s| Value::from(rows::vendor_state(s)))), ("v.id <", page.after.map(Value::from))]
        {
            if let Some(value) = value {
                values.push(value);
                sql += &format!(" AND {condition} ${}", values.len());
            }
        }
        values.push(page.rows().into());
        sql += &format!(" ORDER BY v.id DESC LIMIT ${}", values.len());
        let found = self.0.read(sql, values).await?;
        let items = found.iter().map(vendor_summary).collect::<Result<Vec<_>, _>>()?;
        Ok(page.slice(items, |v| v.id))
    }

    async fn troubles(&self, page: &Page<String>) -> Result<Slice<Trouble, String>, StoreError> {
        let after = page.after.clone().unwrap_or_default();
        let found = self.0.read(TROUBLES, params![after, page.rows()]).await?;
        let items = found.iter().map(trouble).collect::<Result<Vec<_>, _>>()?;
        Ok(page.slice(items, |t| t.key.clone()))
    }
}

impl SqlLists {
    /// `condition` is one of ours with its value as `$1`, or nothing at all.
    async fn orders(
        &self,
        condition: &'static str,
        mut values: Vec<Value>,
        page: &Page<OrderId>,
    ) -> Result<Slice<Summary, OrderId>, StoreError> {
        let mut conditions: Vec<String> = Some(condition.to_string()).filter(|c| !c.is_empty()).into_iter().collect();
        if let Some(after) = page.after {
            values.push(after.into());
            conditions.push(format!("id < ${}", values.len()));
        }
        let filter = if conditions.is_empty() { String::new() } else { format!("WHERE {}", conditions.join(" AND ")) };
        values.push(page.rows().into());
        let sql = format!("{SUMMARY} {filter} ORDER BY id DESC LIMIT ${}", values.len());
        let found = self.0.read(sql, values).await?;
        let items = found.iter().map(summary).collect::<Result<Vec<_>, _>>()?;
        Ok(page.slice(items, |o| o.id))
    }
}

fn summary(row: &Row) -> Result<Summary, SqlError> {
    let waits: bool = row.get("waiting")?;
    Ok(Summary {
        id: row.get("id")?,
        state: if waits { "awaiting_payment".into() } else { row.get("state")? },
        reason: row.get("reason")?,
        client_reference: row.get("client_reference")?,
        total: row.get("total")?,
        refunded: row.get("refunded")?,
        currency: currency(row)?,
        placed_at: row.get("placed_at")?,
    })
}

fn vendor_summary(row: &Row) -> Result<VendorSummary, SqlError> {
    Ok(VendorSummary {
        id: row.get("id")?,
        order: row.get("order_id")?,
        state: rows::read_vendor_state(&row.get::<String>("state")?)?,
        reason: row.get("reason")?,
        total: row.get("total")?,
        currency: currency(row)?,
        placed_at: row.get("placed_at")?,
    })
}

fn currency(row: &Row) -> Result<kernel::Currency, SqlError> {
    row.get::<String>("currency")?.parse().map_err(|why: &str| rows::broken(format!("orders.currency: {why}")))
}

fn trouble(row: &Row) -> Result<Trouble, SqlError> {
    Ok(Trouble {
        key: row.get("key")?,
        order: row.get("order_id")?,
        kind: row.get("kind")?,
        detail: row.get("detail")?,
        at: row.get("at")?,
    })
}
