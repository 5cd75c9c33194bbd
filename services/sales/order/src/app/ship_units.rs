//! The vendor hands a parcel over. Inventory and shipping follow the event.
use super::{ATTEMPTS, Orders};
use crate::{
    Error,
    domain::{Count, Parcel, ParcelState},
    ports::Shown,
};
use kernel::{ShipmentId, VendorId, VendorOrderId};
use platform::{ask::Ask, store::StoreError};

pub struct ShipUnits {
    pub vendor: VendorId,
    pub vendor_order: VendorOrderId,
    pub shipment: ShipmentId,
    pub lines: Vec<Count>,
    pub carrier: String,
    pub tracking: Option<String>,
}

impl Orders {
    /// Another vendor's is answered like one that does not exist.
    pub async fn ship_units(&self, command: ShipUnits, ask: &Ask<Shown>) -> Result<Shown, Error> {
        for _ in 0..ATTEMPTS {
            let found = self.vendor_order_of(command.vendor_order, command.vendor).await?;
            let parcel = Parcel {
                id: command.shipment,
                lines: command.lines.clone(),
                carrier: command.carrier.clone(),
                tracking: command.tracking.clone(),
                state: ParcelState::Shipped,
                at: self.clock.now(),
            };
            let events = found.order.ship(command.vendor_order, parcel)?;
            let shown = Shown { order: found.order.then(&events), ..found };
            match self.write(&shown, events, ask).await {
                Err(StoreError::Stale) => continue,
                written => return Ok(written.map(|()| shown)?),
            }
        }
        Err(Error::Contended)
    }
}
