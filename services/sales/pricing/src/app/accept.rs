//! Takes a quote for an order: the step at which prices, commission and taxes are frozen.
use super::{ATTEMPTS, Pricing};
use crate::{
    Error,
    domain::{Acceptance, AcceptanceState, Quote},
};
use kernel::{Id, OfferId, OrderId, QuoteId};
use platform::{
    ask::Ask,
    store::{Change, StoreError},
};

#[derive(Clone, Copy)]
pub struct Accept {
    pub order: OrderId,
    pub quote: QuoteId,
}

impl Pricing {
    /// A repeat answers the record, though the quote expired since (checkout 3).
    pub async fn accept(&self, command: Accept, ask: &Ask<Acceptance>) -> Result<Acceptance, Error> {
        for _ in 0..ATTEMPTS {
            let quote = self.quote(command.quote).await?;
            match quote.taken_by {
                Some(order) if order == command.order => return self.recorded(command).await?.ok_or(Error::Contended),
                Some(order) => return Err(Error::Used(order)),
                None => {}
            }
            let now = self.clock.now();
            if quote.is_over(now) {
                return Err(Error::Expired);
            }
            self.still_sold(&quote).await?;
            let mint = || Id::from_uuid((self.mint)());
            let (acceptance, steps) = Acceptance::of(command.order, &quote, self.config.rates(), mint);
            match self.acceptances.save(Change::new(&acceptance, steps).answering(ask), now).await {
                Err(StoreError::Stale) => {}
                written => return written.map(|()| acceptance).map_err(Error::from),
            }
            self.used_up(&quote).await?;
            if let Some(recorded) = self.recorded(command).await? {
                return Ok(recorded);
            }
        }
        Err(Error::Contended)
    }

    /// What this order accepted before. It accepts one quote, once.
    async fn recorded(&self, command: Accept) -> Result<Option<Acceptance>, Error> {
        match self.acceptances.find(command.order).await? {
            Some(a) if a.state == AcceptanceState::Undone => Err(Error::Undone),
            Some(a) if a.quote != command.quote => Err(Error::Reused),
            found => Ok(found),
        }
    }

    async fn still_sold(&self, quote: &Quote) -> Result<(), Error> {
        let mut wanted: Vec<OfferId> = quote.lines.iter().map(|l| l.offer).collect();
        wanted.sort();
        wanted.dedup();
        let known = self.offers.find(&wanted).await?;
        wanted.retain(|offer| !known.iter().any(|o| o.id == *offer && o.active));
        if wanted.is_empty() { Ok(()) } else { Err(Error::Inactive(wanted)) }
    }

    async fn used_up(&self, quote: &Quote) -> Result<(), Error> {
        let Some(code) = &quote.coupon else { return Ok(()) };
        match self.coupons.find(code).await? {
            Some(coupon) if !coupon.is_used_up() => Ok(()),
            _ => Err(Error::CouponUsedUp),
        }
    }
}
