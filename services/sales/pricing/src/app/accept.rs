//! Takes a quote for an order: the step at which prices, commission and taxes are frozen.
use super::{ATTEMPTS, Pricing};
use crate::{
    Error,
    domain::{Acceptance, AcceptanceState, Frozen, Quote},
};
use kernel::{Id, OfferId, OrderId, QuoteId};
use platform::{
    ask::Ask,
    store::{Change, StoreError},
};
use std::collections::BTreeSet;

#[derive(Clone, Copy)]
pub struct Accept {
    pub order: OrderId,
    pub quote: QuoteId,
}

impl Pricing {
    /// A repeat answers the record, though the quote expired since or a vendor can't be asked (checkout 3).
    pub async fn accept(&self, command: Accept, ask: &Ask<Acceptance>) -> Result<Acceptance, Error> {
        let quote = self.quote(command.quote).await?;
        if let Some(recorded) = self.taken(command, &quote).await? {
            return Ok(recorded);
        }
        if quote.is_over(self.clock.now()) {
            return Err(Error::Expired);
        }
        let frozen = self.still_sold(&quote).await?;
        let mint = || Id::from_uuid((self.mint)());
        let made = Acceptance::of(command.order, &quote, &frozen, mint);
        let (acceptance, steps) = made.ok_or_else(|| Error::Inactive(frozen.unsold(&quote)))?;
        for _ in 0..ATTEMPTS {
            let change = Change::new(&acceptance, steps.clone()).answering(ask);
            match self.acceptances.save(change, self.clock.now()).await {
                Err(StoreError::Stale) => {}
                written => return written.map(|()| acceptance).map_err(Error::from),
            }
            if let Some(recorded) = self.recorded(command).await? {
                return Ok(recorded);
            }
            self.taken(command, &self.quote(command.quote).await?).await?;
            self.used_up(&quote).await?;
        }
        Err(Error::Contended)
    }

    /// By this order: what it was answered. By another: refused.
    async fn taken(&self, command: Accept, quote: &Quote) -> Result<Option<Acceptance>, Error> {
        match quote.taken_by {
            Some(order) if order == command.order => self.recorded(command).await,
            Some(order) => Err(Error::Used(order)),
            None => Ok(None),
        }
    }

    /// What this order accepted before. It accepts one quote, once.
    async fn recorded(&self, command: Accept) -> Result<Option<Acceptance>, Error> {
        match self.acceptances.find(command.order).await? {
            Some(a) if a.state == AcceptanceState::Undone => Err(Error::Undone),
            Some(a) if a.quote != command.quote => Err(Error::Reused),
            found => Ok(found),
        }
    }

    async fn still_sold(&self, quote: &Quote) -> Result<Frozen, Error> {
        let wanted: BTreeSet<OfferId> = quote.lines.iter().map(|line| line.offer).collect();
        let offers = self.offers.find(&wanted.into_iter().collect::<Vec<_>>()).await?;
        let terms = self.terms(&offers).await?;
        Ok(Frozen { offers, terms })
    }

    async fn used_up(&self, quote: &Quote) -> Result<(), Error> {
        let Some(code) = &quote.coupon else { return Ok(()) };
        match self.coupons.find(code).await? {
            Some(coupon) if !coupon.is_used_up() => Ok(()),
            _ => Err(Error::CouponUsedUp),
        }
    }
}
