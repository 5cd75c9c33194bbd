//! Acceptances, and the redemptions they are.
use crate::{
    domain::{Acceptance, AcceptanceState, Component, Step},
    ports::{AcceptanceChange, Acceptances},
};
use kernel::{OrderId, Timestamp};
use platform::{
    ask::Undo,
    store::{Change, StoreError},
};
use platform_sql::{Batch, Db, Row, SqlError, params};

const FIND: &str = "SELECT a.quote, a.state, a.coupon, a.currency, q.total, c.id, c.vendor, c.line, c.units, c.price,
        c.funded, c.commission, c.commission_tax, c.marketplace_tax, c.why
    FROM acceptances a JOIN quotes q ON q.id = a.quote JOIN components c ON c.order_id = a.order_id
    WHERE a.order_id = $1 ORDER BY c.place";

/// One live order a quote: the unique index refuses the second.
const TAKE: &str = "INSERT INTO acceptances (order_id, quote, state, coupon, currency, at)
    VALUES ($1, $2, 'done', $3, $4, $5)";
const GIVE_BACK: &str = "UPDATE acceptances SET state = 'undone' WHERE order_id = $1 AND state = 'done'";
const COMPONENTS: &str = "components (id, order_id, place, vendor, line, units, price, funded, commission,
    commission_tax, marketplace_tax, why)";
/// No row touched means that it is used up: the whole batch is undone.
const REDEEM: &str = "UPDATE coupons SET used = used + 1 WHERE code = $1 AND used < uses";
const RETURN: &str = "UPDATE coupons SET used = used - 1 WHERE code = $1 AND used > 0";

pub struct SqlAcceptances(pub Db);

#[platform::async_trait]
impl Acceptances for SqlAcceptances {
    async fn find(&self, order: OrderId) -> Result<Option<Acceptance>, StoreError> {
        Ok(acceptance(order, &self.0.read(FIND, params![order]).await?)?)
    }

    async fn save(&self, change: AcceptanceChange<'_>, now: Timestamp) -> Result<(), StoreError> {
        let Change { state: a, events, marks } = change;
        let mut batch = Batch::new();
        batch.marks(marks, now);
        for step in events {
            match step {
                Step::Accepted => take(&mut batch, a, now),
                Step::GivenBack => {
                    batch.push(GIVE_BACK, params![a.order]).expect_rows(1);
                }
            }
            // Last: a coupon's row is the one that others wait for.
            if let Some(code) = &a.coupon {
                let sql = if step == Step::Accepted { REDEEM } else { RETURN };
                batch.push(sql, params![code.as_str()]).expect_rows(1);
            }
        }
        self.0.save(batch).await
    }

    async fn forestall(&self, undo: &Undo, _: Timestamp) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        batch.forestall(undo);
        self.0.save(batch).await
    }
}

fn take(batch: &mut Batch, a: &Acceptance, now: Timestamp) {
    let coupon = a.coupon.as_ref().map(|code| code.as_str());
    batch.push(TAKE, params![a.order, a.quote, coupon, a.currency.as_str(), now]).expect_rows(1);
    let row = |(place, c): (i64, &Component)| {
        let what = params![c.id, a.order, place, c.vendor, c.line, c.units];
        let parts = params![c.price, c.funded, c.commission, c.commission_tax, c.marketplace_tax, c.why.join("\n")];
        [what, parts].concat()
    };
    batch.push_rows(COMPONENTS, (1..).zip(&a.components).map(row).collect());
}

fn acceptance(order: OrderId, rows: &[Row]) -> Result<Option<Acceptance>, SqlError> {
    let Some(first) = rows.first() else { return Ok(None) };
    let broken = |what: &str| SqlError::Broken(format!("acceptances.{what} of {order}"));
    let state = match first.get::<String>("state")?.as_str() {
        "done" => AcceptanceState::Done,
        "undone" => AcceptanceState::Undone,
        _ => return Err(broken("state")),
    };
    let code = first.get::<Option<String>>("coupon")?;
    Ok(Some(Acceptance {
        order,
        quote: first.get("quote")?,
        state,
        currency: first.get::<String>("currency")?.parse().map_err(|_| broken("currency"))?,
        total: first.get("total")?,
        coupon: code.map(|c| c.parse()).transpose().map_err(|_| broken("coupon"))?,
        components: rows.iter().map(component).collect::<Result<_, _>>()?,
    }))
}

fn component(row: &Row) -> Result<Component, SqlError> {
    Ok(Component {
        id: row.get("id")?,
        vendor: row.get("vendor")?,
        line: row.get("line")?,
        units: row.get("units")?,
        price: row.get("price")?,
        funded: row.get("funded")?,
        commission: row.get("commission")?,
        commission_tax: row.get("commission_tax")?,
        marketplace_tax: row.get("marketplace_tax")?,
        why: row.get::<String>("why")?.lines().map(str::to_string).collect(),
    })
}
