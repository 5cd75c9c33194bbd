//! Units came back from a parcel of the order: a fact, also when the parcel's own news is still on its way.
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

pub struct ReturnUnits {
    pub order: OrderId,
    pub lines: Vec<Line>,
    /// The key of the step: what the movement names as its cause.
    pub cause: String,
}

impl Inventory {
    pub async fn return_units(&self, command: ReturnUnits, ask: &Ask<Hold>) -> Result<Hold, Error> {
        let ReturnUnits { order, lines, cause } = command;
        for _ in 0..ATTEMPTS {
            let mut hold = self.holds.find(order).await?.ok_or(Error::NoHold)?;
            let events = hold.take_back(&lines, &cause)?;
            match self.holds.save(Change::new(&hold, events).answering(ask), self.clock.now()).await {
                Err(StoreError::Stale) => continue,
                written => return written.map(|()| hold).map_err(Error::from),
            }
        }
        Err(Error::Contended)
    }
}
