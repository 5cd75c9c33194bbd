//! A vendor's standing changes: by the operator, or because it goes on vacation.
use super::{ATTEMPTS, Vendors, read_at};
use crate::{
    Error,
    domain::{Move, Vendor},
};
use kernel::VendorId;
use platform::{
    ask::Ask,
    store::{Change, StoreError},
};

pub struct MoveVendor {
    pub vendor: VendorId,
    pub step: Move,
}

impl Vendors {
    pub async fn move_vendor(&self, command: MoveVendor, ask: &Ask<Vendor>) -> Result<Option<Vendor>, Error> {
        for _ in 0..ATTEMPTS {
            let Some(mut vendor) = self.vendors.find(command.vendor).await? else { return Ok(None) };
            let (read, now) = (read_at(&vendor), self.clock.now());
            let events = vendor.step(command.step.clone(), now)?;
            match self.vendors.save(Change::new(&vendor, events).answering(ask), read, now).await {
                Err(StoreError::Stale) => continue,
                written => return Ok(written.map(|()| Some(vendor))?),
            }
        }
        Err(Error::Contended)
    }
}
