//! The vendor can't send these units, or nothing of the vendor order at all.
use super::{ATTEMPTS, Orders};
use crate::{Error, domain::Count, ports::Shown};
use kernel::{VendorId, VendorOrderId};
use platform::{ask::Ask, store::StoreError};

pub struct CancelUnits {
    pub vendor: VendorId,
    pub vendor_order: VendorOrderId,
    /// Nothing named is all that is open.
    pub lines: Option<Vec<Count>>,
    pub reason: String,
}

impl Orders {
    /// Against a parcel that leaves at the same moment the stream's version decides.
    pub async fn cancel_units(&self, command: CancelUnits, ask: &Ask<Shown>) -> Result<Shown, Error> {
        for _ in 0..ATTEMPTS {
            let found = self.vendor_order_of(command.vendor_order, command.vendor).await?;
            let lines = match &command.lines {
                Some(lines) => lines.clone(),
                None => found.order.vendor_order(command.vendor_order)?.rest()?,
            };
            let now = self.clock.now();
            let events = found.order.cancel_units(command.vendor_order, &lines, &command.reason, now)?;
            let shown = Shown { order: found.order.then(&events), ..found };
            match self.write(&shown, events, ask).await {
                Err(StoreError::Stale) => continue,
                written => return Ok(written.map(|()| shown)?),
            }
        }
        Err(Error::Contended)
    }
}
