//! What is held for an order.
use super::Units;
use crate::check::stores::Store;
use platform_sql::Row;
use std::collections::HashMap;
use uuid::Uuid;

pub struct Hold {
    pub state: String,
    pub allocated: Units,
    /// Neither shipped nor released.
    pub open: i64,
}

impl Hold {
    pub fn is_live(&self) -> bool {
        ["held", "committed"].contains(&self.state.as_str())
    }
}

const HOLDS: &str = "SELECT order_id, state FROM holds";
const ALLOCATIONS: &str = "SELECT h.order_id, a.offer, a.quantity, a.quantity - a.shipped - a.released AS open
    FROM allocations a JOIN holds h ON h.id = a.hold";

pub async fn holds(store: &Store) -> Result<HashMap<Uuid, Hold>, String> {
    let hold =
        |row: &Row| Ok((row.get("order_id")?, Hold { state: row.get("state")?, allocated: Units::new(), open: 0 }));
    let mut holds: HashMap<Uuid, Hold> = store.each(HOLDS, hold).await?.into_iter().collect();
    let allocation = |row: &Row| {
        let (quantity, open): (i64, i64) = (row.get("quantity")?, row.get("open")?);
        Ok((row.get("order_id")?, row.get("offer")?, quantity, open))
    };
    for (order, offer, quantity, open) in store.each(ALLOCATIONS, allocation).await? {
        holds.entry(order).and_modify(|hold| {
            *hold.allocated.entry(offer).or_default() += quantity;
            hold.open += open;
        });
    }
    Ok(holds)
}
