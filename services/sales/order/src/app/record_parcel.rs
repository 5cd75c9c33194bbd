//! What shipping tells of a parcel.
use super::{ATTEMPTS, Orders};
use crate::{Error, ports::Shown};
use kernel::{OrderId, ShipmentId};
use platform::store::{Seen, StoreError};

pub struct RecordParcel {
    pub order: OrderId,
    pub shipment: ShipmentId,
    pub fate: Fate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Delivered,
    /// It came back to the sender, undelivered.
    SentBack,
}

impl Orders {
    /// Told twice it happened once.
    pub async fn record_parcel(&self, command: RecordParcel, seen: Seen) -> Result<(), Error> {
        for _ in 0..ATTEMPTS {
            let order = self.book.find(command.order).await?.ok_or(Error::NoOrder)?;
            let now = self.now();
            let events = match command.fate {
                Fate::Delivered => order.deliver(command.shipment, now.business)?,
                Fate::SentBack => order.send_back(command.shipment, now.business)?,
            };
            let shown = Shown::from(order.then(&events));
            let due = self.due_of(&shown.order, now);
            let change = self.owing(&shown, events).seen(seen.clone());
            match self.book.save(change, due, now).await {
                Err(StoreError::Stale) => continue,
                Err(error) => return Err(error.into()),
                Ok(()) => {
                    self.ring(&shown.order, now);
                    if command.fate == Fate::Delivered {
                        self.completion.set(now.business + self.config.return_window);
                    }
                    return Ok(());
                }
            }
        }
        Err(Error::Contended)
    }
}
