//! Submits, approves, rejects, pauses, resumes, retires.
use super::Catalog;
use crate::{
    Error,
    domain::{Offer, OfferMove},
};
use kernel::{OfferId, VendorId};
use platform::{
    ask::Ask,
    store::{Change, StoreError},
};

/// Whose word it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Its own offers only.
    Vendor(VendorId),
    Operator,
}

pub struct MoveOffer {
    pub offer: OfferId,
    pub by: Whose,
    pub step: OfferMove,
}

impl Catalog {
    /// `None` when there is no such offer, or it is another vendor's.
    pub async fn move_offer(&self, command: MoveOffer, ask: &Ask<Offer>) -> Result<Option<Offer>, Error> {
        let MoveOffer { offer, by, step } = command;
        let found = self.shelves.offer(offer).await?;
        let theirs = |offer: &Offer| matches!(by, Whose::Operator) || by == Whose::Vendor(offer.vendor);
        let Some(old) = found.filter(theirs) else { return Ok(None) };
        let (moved, events) = old.go(step).map_err(Error::Illegal)?;
        match self.shelves.save_offer(Change::new(&moved, events).answering(ask), self.clock.now()).await {
            Err(StoreError::Stale) => Err(Error::Changed),
            written => Ok(written.map(|()| Some(moved))?),
        }
    }
}
