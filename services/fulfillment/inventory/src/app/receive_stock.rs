//! More came in. It adds to whatever is there, so it needs no version, only its key.
use super::{ATTEMPTS, Inventory};
use crate::{Error, domain::Shelf};
use kernel::{LocationId, OfferId, VendorId};
use platform::{
    ask::Ask,
    store::{Change, StoreError},
};

pub struct ReceiveStock {
    pub vendor: VendorId,
    pub offer: OfferId,
    pub location: LocationId,
    pub units: u32,
    /// Names the line in the shelf's book.
    pub cause: String,
}

impl Inventory {
    /// `None` when the offer or the location is another vendor's, or there is no such location.
    pub async fn receive_stock(&self, command: ReceiveStock, ask: &Ask<Shelf>) -> Result<Option<Shelf>, Error> {
        let ReceiveStock { vendor, offer, location, units, cause } = command;
        for _ in 0..ATTEMPTS {
            let Some(shelf) = self.own_shelf(vendor, (offer, location)).await? else { return Ok(None) };
            let moved = shelf.receive(units, &cause);
            let change = Change::new(&moved.after, vec![moved.clone()]).answering(ask);
            match self.shelves.save(change, self.clock.now()).await {
                Err(StoreError::Stale) => continue,
                written => return Ok(written.map(|()| Some(moved.after))?),
            }
        }
        Err(Error::Contended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fakes::{VENDOR, id, shop};

    #[tokio::test]
    async fn it_adds_to_what_is_there_by_then() {
        let (fake, app) = shop(5);
        fake.meanwhile(1, |others| others.count(1));
        let (vendor, offer, location, units) = (id(VENDOR), id(7), id(1), 4);
        let command = ReceiveStock { vendor, offer, location, units, cause: "receipt/1".into() };
        let shelf = app.receive_stock(command, &Ask::nobody()).await.unwrap().unwrap();
        assert_eq!((shelf.on_hand, fake.shelf(1).on_hand), (5, 5));
    }
}
