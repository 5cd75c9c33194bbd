//! Submits, approves, rejects, pauses, resumes, retires.
use super::{ATTEMPTS, Catalog};
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
        let theirs = |offer: &Offer| matches!(by, Whose::Operator) || by == Whose::Vendor(offer.vendor);
        for _ in 0..ATTEMPTS {
            let found = self.shelves.offer(offer).await?;
            let Some(old) = found.filter(theirs) else { return Ok(None) };
            let (moved, events) = old.go(step.clone()).map_err(Error::Illegal)?;
            match self.shelves.save_offer(Change::new(&moved, events).answering(ask), self.clock.now()).await {
                Err(StoreError::Stale) => continue,
                written => return Ok(written.map(|()| Some(moved))?),
            }
        }
        Err(Error::Contended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::fakes::{Fake, draft, id, offer},
        domain::OfferState,
    };

    /// Whoever loses the race hears what the offer has become, not that it was changed.
    #[tokio::test]
    async fn a_lost_race_is_decided_anew() {
        let (fake, app) = Fake::catalog();
        let lamp = draft(&app, "lamp").await;
        let lamp = offer(&app, &lamp).await;
        let go = |step| MoveOffer { offer: lamp.id, by: Whose::Vendor(lamp.vendor), step };
        fake.meanwhile(1, move |fake| fake.set(lamp.id, OfferState::Submitted));
        let late = app.move_offer(go(OfferMove::Submit), &Ask::nobody()).await;
        assert!(matches!(late, Err(Error::Illegal(OfferState::Submitted))), "{late:?}");
        fake.meanwhile(ATTEMPTS, |_| {});
        assert!(matches!(app.move_offer(go(OfferMove::Retire), &Ask::nobody()).await, Err(Error::Contended)));
        let retired = app.move_offer(go(OfferMove::Retire), &Ask::nobody()).await.unwrap().unwrap();
        assert_eq!(retired.state, OfferState::Retired);
    }

    #[tokio::test]
    async fn anothers_offer_is_none() {
        let (fake, app) = Fake::catalog();
        let lamp = draft(&app, "lamp").await;
        let lamp = offer(&app, &lamp).await;
        let other = MoveOffer { offer: lamp.id, by: Whose::Vendor(id(77)), step: OfferMove::Retire };
        assert!(app.move_offer(other, &Ask::nobody()).await.unwrap().is_none());
        assert_eq!(fake.offer(lamp.id).state, OfferState::Draft);
    }
}
