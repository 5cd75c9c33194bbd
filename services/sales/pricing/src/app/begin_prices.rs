//! Tells that dated prices began.
use super::Pricing;
use crate::Error;
use kernel::Timestamp;
use platform::store::{Change, StoreError};

impl Pricing {
    /// All that began by now; answers when the next one does.
    pub async fn begin_prices(&self, now: Timestamp) -> Result<Option<Timestamp>, Error> {
        loop {
            let offers = self.prices.begun(now).await?;
            if offers.is_empty() {
                return Ok(self.prices.next_beginning().await?);
            }
            for offer in offers {
                let Some(mut list) = self.prices.find(offer).await? else { continue };
                let events = list.begin(now);
                match self.prices.save(Change::new(&list, events), now).await {
                    Ok(()) | Err(StoreError::Stale) => {} // an edit told it meanwhile
                    Err(error) => return Err(error.into()),
                }
            }
        }
    }
}
