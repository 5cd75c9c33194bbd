//! Units go from one place of a vendor to another.
use super::{ATTEMPTS, Inventory};
use crate::{Error, domain::Transfer};
use kernel::{LocationId, OfferId, VendorId};
use platform::{
    ask::Ask,
    store::{Change, StoreError},
};

pub struct TransferStock {
    pub vendor: VendorId,
    pub offer: OfferId,
    pub from: LocationId,
    pub to: LocationId,
    pub units: u32,
    /// Names the line in both books.
    pub cause: String,
}

impl Inventory {
    /// Only what is here and not promised: a hold is on a shelf, and stays there. `None` as for `set_stock`.
    pub async fn transfer_stock(&self, command: TransferStock, ask: &Ask<Transfer>) -> Result<Option<Transfer>, Error> {
        let TransferStock { vendor, offer, from, to, units, cause } = command;
        for _ in 0..ATTEMPTS {
            let Some(source) = self.own_shelf(vendor, (offer, from)).await? else { return Ok(None) };
            let Some(target) = self.own_shelf(vendor, (offer, to)).await? else { return Ok(None) };
            if from == to {
                return Err(Error::SamePlace);
            }
            let (sent, taken) = (source.send(units, &cause)?, target.take_in(units, &cause));
            let state = Transfer { from: sent.after.clone(), to: taken.after.clone() };
            let change = Change::new(&state, vec![sent, taken]).answering(ask);
            match self.shelves.transfer(change, self.clock.now()).await {
                Err(StoreError::Stale) => continue,
                written => return Ok(written.map(|()| Some(state))?),
            }
        }
        Err(Error::Contended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fakes::{VENDOR, id, shop};

    fn command(from: u128, to: u128, units: u32) -> TransferStock {
        TransferStock {
            vendor: id(VENDOR),
            offer: id(7),
            from: id(from),
            to: id(to),
            units,
            cause: "transfer/1".into(),
        }
    }

    #[tokio::test]
    async fn units_leave_one_shelf_and_begin_another() {
        let (fake, app) = shop(5);
        let done = app.transfer_stock(command(1, 2, 2), &Ask::nobody()).await.unwrap().unwrap();
        assert_eq!((done.from.on_hand, done.to.on_hand), (3, 2));
        assert_eq!((fake.shelf(1).on_hand, fake.shelf(2).on_hand), (3, 2));
    }

    #[tokio::test]
    async fn nothing_goes_to_where_it_is_or_that_is_not_there() {
        let (_, app) = shop(5);
        assert!(matches!(app.transfer_stock(command(1, 1, 1), &Ask::nobody()).await, Err(Error::SamePlace)));
        assert!(matches!(app.transfer_stock(command(1, 2, 6), &Ask::nobody()).await, Err(Error::Short(_))));
        assert!(matches!(app.transfer_stock(command(2, 1, 1), &Ask::nobody()).await, Err(Error::Short(_))));
        assert_eq!(app.transfer_stock(command(1, 3, 1), &Ask::nobody()).await.unwrap(), None, "no such place");
    }
}
