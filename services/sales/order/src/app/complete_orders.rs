//! The time to return is over.
use super::{ATTEMPTS, Orders};
use crate::{
    Error,
    ports::{Due, Shown},
};
use kernel::{Timestamp, VendorOrderId};
use platform::store::{Change, StoreError};

impl Orders {
    /// All that were delivered long enough ago, by business time; answers when the next one is.
    pub async fn complete_orders(&self, now: Timestamp) -> Result<Option<Timestamp>, Error> {
        let window = self.config.return_window;
        loop {
            let ripe = self.desk.delivered(now - window).await?;
            if ripe.is_empty() {
                return Ok(self.desk.first_delivery().await?.map(|at| at + window));
            }
            for id in ripe {
                self.complete_one(id).await?;
            }
        }
    }

    async fn complete_one(&self, id: VendorOrderId) -> Result<(), Error> {
        for _ in 0..ATTEMPTS {
            let Some(order) = self.book.of(id).await? else { return Ok(()) };
            let now = self.now();
            let events = order.complete(id, now.business)?;
            if events.is_empty() {
                return Ok(());
            }
            let shown = Shown::from(order.then(&events));
            match self.book.save(Change::new(&shown, events), Due::AsItIs, now).await {
                Err(StoreError::Stale) => continue,
                written => return Ok(written?),
            }
        }
        Err(Error::Contended)
    }
}
