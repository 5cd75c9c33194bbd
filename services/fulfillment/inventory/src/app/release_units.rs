//! Frees units that were cancelled after the order was confirmed.
use super::{ATTEMPTS, Inventory};
use crate::{
    Error,
    domain::{Hold, Line},
};
use kernel::OrderId;
use platform::{
    ask::Ask,
    store::{Change, StoreError},
};

pub struct ReleaseUnits {
    pub order: OrderId,
    pub lines: Vec<Line>,
}

impl Inventory {
    /// The order has judged that these units are still here; a hold of which less is open refuses (`ledger.md`, Quantities).
    pub async fn release_units(&self, command: ReleaseUnits, ask: &Ask<Hold>) -> Result<Hold, Error> {
        for _ in 0..ATTEMPTS {
            let mut hold = self.holds.find(command.order).await?.ok_or(Error::NoHold)?;
            let events = hold.release_units(&command.lines)?;
            match self.holds.save(Change::new(&hold, events).answering(ask), self.clock.now()).await {
                Err(StoreError::Stale) => continue,
                written => return written.map(|()| hold).map_err(Error::from),
            }
        }
        Err(Error::Contended)
    }
}
