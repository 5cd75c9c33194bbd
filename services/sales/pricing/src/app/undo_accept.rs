//! Gives a quote back, or makes sure that it is never taken.
use super::{ATTEMPTS, Pricing};
use crate::Error;
use kernel::OrderId;
use platform::{
    ask::Undo,
    store::{Change, StoreError},
};

impl Pricing {
    /// Done or not, in any order, any number of times: afterwards the order has no quote and uses no coupon (checkout 5).
    pub async fn undo_accept(&self, order: OrderId, undo: &Undo) -> Result<(), Error> {
        for _ in 0..ATTEMPTS {
            let now = self.clock.now();
            let written = match self.acceptances.find(order).await? {
                None => self.acceptances.forestall(undo, now).await,
                Some(mut acceptance) => match acceptance.give_back() {
                    steps if steps.is_empty() => return Ok(()),
                    steps => self.acceptances.save(Change::new(&acceptance, steps).undoing(undo), now).await,
                },
            };
            match written {
                Err(StoreError::Stale) => continue,
                written => return Ok(written?),
            }
        }
        Err(Error::Contended)
    }
}
