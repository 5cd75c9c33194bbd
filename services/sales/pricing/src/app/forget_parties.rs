//! A quote that is over needs no address: the order has its own copy.
use super::Pricing;
use crate::Error;
use kernel::Timestamp;
use std::time::Duration;

/// At most so often, so that a busy shop does not do it quote by quote.
const PAUSE: Duration = Duration::from_secs(86_400);

impl Pricing {
    /// All that are due by now; answers when the next one is.
    pub async fn forget_parties(&self, now: Timestamp) -> Result<Option<Timestamp>, Error> {
        let next = self.quotes.forget_parties(now - self.config.party_ttl).await?;
        Ok(next.map(|expires| (expires + self.config.party_ttl).max(now + PAUSE)))
    }
}
