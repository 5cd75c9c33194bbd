//! Carts on SQLite and PostgreSQL.
use super::document::Document;
use crate::{
    domain::{Cart, Owner, State},
    ports::{CartChange, Carts, Quoted},
};
use kernel::{CartId, Currency, OrderId, Timestamp, UserId};
use platform::store::{Change, Mark, Seen, StoreError};
use platform_sql::{Batch, Db, Row, SqlError, params};

const FIND: &str = "SELECT id, user_id, guest, state, order_id, document, version FROM carts WHERE id = $1";
const OPEN: &str = "INSERT INTO carts (id, user_id, guest, state, order_id, document, version, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const MOVE: &str = "UPDATE carts SET state = $2, order_id = $3, document = $4, version = $5, at = $6
    WHERE id = $1 AND version = $5 - 1";

pub struct SqlCarts(pub Db);

#[platform::async_trait]
impl Carts for SqlCarts {
    async fn find(&self, id: CartId) -> Result<Option<Cart>, StoreError> {
        let rows = self.0.read(FIND, params![id]).await?;
        Ok(rows.first().map(cart).transpose()?)
    }

    async fn save(&self, change: CartChange<'_>, now: Timestamp) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        batch.marks(change.marks, now);
        put(&mut batch, &change.state.cart, now)?;
        self.0.save(batch).await
    }

    async fn hear(&self, cart: &Cart, message: Seen, now: Timestamp) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        batch.marks(vec![Mark::Seen(message)], now);
        put(&mut batch, cart, now)?;
        self.0.save(batch).await
    }

    async fn keep(&self, change: Change<'_, Quoted, ()>, now: Timestamp) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        batch.marks(change.marks, now);
        self.0.save(batch).await
    }
}

fn put(batch: &mut Batch, cart: &Cart, now: Timestamp) -> Result<(), SqlError> {
    let document = serde_json::to_string(&Document::of(cart)).map_err(|e| SqlError::Broken(e.to_string()))?;
    let (state, order) = match cart.state {
        State::Open => ("open", None),
        State::InCheckout(order) => ("in_checkout", Some(order)),
        State::Closed(order) => ("closed", Some(order)),
    };
    if cart.version == 1 {
        let (user, guest) = match cart.owner {
            Owner::User(user) => (Some(user), None),
            Owner::Guest(hash) => (None, Some(hash.to_vec())),
        };
        let row = params![cart.id, user, guest, state, order, document, cart.version, now];
        batch.push(OPEN, row).expect_rows(1);
    } else {
        batch.push(MOVE, params![cart.id, state, order, document, cart.version, now]).expect_rows(1);
    }
    Ok(())
}

fn cart(row: &Row) -> Result<Cart, SqlError> {
    let broken = |what: &str| SqlError::Broken(format!("carts.{what} can't be read"));
    let (user, guest): (Option<UserId>, Option<Vec<u8>>) = (row.get("user_id")?, row.get("guest")?);
    let owner = match (user, guest) {
        (Some(user), _) => Owner::User(user),
        (None, Some(hash)) => Owner::Guest(hash.try_into().map_err(|_| broken("guest"))?),
        (None, None) => return Err(broken("owner")),
    };
    let order: Option<OrderId> = row.get("order_id")?;
    let state = match (row.get::<String>("state")?.as_str(), order) {
        ("open", _) => State::Open,
        ("in_checkout", Some(order)) => State::InCheckout(order),
        ("closed", Some(order)) => State::Closed(order),
        _ => return Err(broken("state")),
    };
    let text: String = row.get("document")?;
    let document: Document = serde_json::from_str(&text).map_err(|e| SqlError::Broken(format!("document: {e}")))?;
    let empty = Cart::new(row.get("id")?, owner, Currency::EUR, None);
    Ok(document.into(Cart { state, version: row.get("version")?, ..empty }))
}
