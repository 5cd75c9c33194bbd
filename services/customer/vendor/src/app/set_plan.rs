//! The operator says what the platform takes of a vendor's sales, from the next accepted quote on.
use super::{Vendors, read_at};
use crate::{
    Error,
    domain::{Plan, Vendor},
};
use kernel::VendorId;
use platform::{
    ask::Ask,
    store::{Change, StoreError},
};

pub struct SetPlan {
    pub vendor: VendorId,
    pub plan: Plan,
    /// The version of the plan the operator saw.
    pub expected: i64,
}

impl Vendors {
    pub async fn set_plan(&self, command: SetPlan, ask: &Ask<Vendor>) -> Result<Option<Vendor>, Error> {
        let Some(mut vendor) = self.vendors.find(command.vendor).await? else { return Ok(None) };
        if vendor.plan.version != command.expected {
            return Err(Error::Changed);
        }
        let read = read_at(&vendor);
        vendor.put_on(command.plan);
        match self.vendors.save(Change::new(&vendor, vec![]).answering(ask), read, self.clock.now()).await {
            Err(StoreError::Stale) => Err(Error::Changed),
            written => Ok(written.map(|()| Some(vendor))?),
        }
    }
}
