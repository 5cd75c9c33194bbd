//! The catalogue says whose an offer is. Until then it is whoever's who counted it first, and that may have been another.
use super::{ATTEMPTS, Inventory};
use crate::{
    Error,
    domain::{Count, Owner},
    views::ShelvesOf,
};
use kernel::{OfferId, VendorId};
use platform::{
    page::Page,
    store::{Change, Seen, StoreError},
};

pub struct OwnOffer {
    pub offer: OfferId,
    pub vendor: VendorId,
}

/// More locations than any vendor has.
const ALL: u32 = 10_000;

impl Inventory {
    /// What another vendor counted of it is nobody's to sell: those shelves are counted down to nothing. Units that were promised
    /// from them stay promised, so they are in that vendor's queue of shortages.
    pub async fn own_offer(&self, command: OwnOffer, seen: Seen) -> Result<(), Error> {
        let OwnOffer { offer, vendor } = command;
        for _ in 0..ATTEMPTS {
            let shelves = match self.shelves.owner(offer).await? {
                Some(owner) if owner == vendor => return Ok(()),
                Some(other) => {
                    let of = ShelvesOf { vendor: other, offer: Some(offer), location: None };
                    self.records.shelves(&of, &Page::first(ALL)).await?.items
                }
                None => vec![],
            };
            let nothing = Count { on_hand: 0, backorder: Some(0), low_mark: None };
            let (owner, moved) = (Owner { offer, vendor }, shelves.iter().map(|s| s.count(&nothing)).collect());
            match self.shelves.own(Change::new(&owner, moved).seen(seen.clone()), self.clock.now()).await {
                Err(StoreError::Stale) => continue,
                written => return Ok(written?),
            }
        }
        Err(Error::Contended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fakes::{VENDOR, id, shop};
    use uuid::Uuid;

    fn seen() -> Seen {
        let (consumer, source, message) = ("inventory.owners", "catalog", Uuid::from_u128(1));
        Seen::told_by(consumer, source, message)
    }

    #[tokio::test]
    async fn what_another_counted_is_counted_down_but_stays_promised() {
        let (fake, app) = shop(5);
        app.own_offer(OwnOffer { offer: id(7), vendor: id(VENDOR) }, seen()).await.unwrap();
        assert_eq!(fake.shelf(1).on_hand, 5, "its own vendor's");
        fake.shelves.lock().unwrap()[0].held = 2;
        fake.meanwhile(1, |others| others.count(9));
        app.own_offer(OwnOffer { offer: id(7), vendor: id(8) }, seen()).await.unwrap();
        let shelf = fake.shelf(1);
        assert_eq!((shelf.on_hand, shelf.held, shelf.shortage(), shelf.free()), (0, 2, 2, 0));
    }
}
