//! A vendor says what an offer costs, from now on or from a day to come.
use super::Pricing;
use crate::{
    Error,
    domain::{Price, PriceList},
};
use kernel::{Currency, OfferId, Timestamp, VendorId};
use platform::{
    ask::Ask,
    store::{Change, StoreError},
};

pub struct SetPrice {
    pub vendor: VendorId,
    pub offer: OfferId,
    pub currency: Currency,
    pub amount: i64,
    /// Now, if it is not said.
    pub from: Option<Timestamp>,
    /// The version the vendor saw; 0 for an offer that was never priced.
    pub expected: i64,
}

impl Pricing {
    /// `None` when the offer is another vendor's, or nobody's. One that is not sold yet can be priced.
    pub async fn set_price(&self, command: SetPrice, ask: &Ask<PriceList>) -> Result<Option<PriceList>, Error> {
        let SetPrice { vendor, offer, currency, amount, from, expected } = command;
        let known = self.offers.find(&[offer]).await?;
        if known.first().is_none_or(|known| known.vendor != vendor) {
            return Ok(None);
        }
        let list = self.prices.find(offer).await?;
        let list = list.unwrap_or_else(|| PriceList::empty(offer, vendor));
        if list.version != expected {
            return Err(Error::Repriced);
        }
        let now = self.clock.now();
        let (list, events) = list.set(Price { currency, from: from.unwrap_or(now), amount }, now)?;
        match self.prices.save(Change::new(&list, events).answering(ask), now).await {
            Err(StoreError::Stale) => return Err(Error::Repriced),
            written => written?,
        }
        list.due.into_iter().for_each(|at| self.beginning.set(at));
        Ok(Some(list))
    }
}
