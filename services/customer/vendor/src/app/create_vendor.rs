//! An operator takes a vendor in. It sells once it is approved.
use super::Vendors;
use crate::{
    Error,
    domain::{NewVendor, Plan, Profile, Vendor},
};
use kernel::{UserId, VendorId};
use platform::{
    ask::Ask,
    store::{Change, StoreError},
};

pub struct CreateVendor {
    pub id: VendorId,
    pub owner: Option<UserId>,
    pub profile: Profile,
}

impl Vendors {
    pub async fn create_vendor(&self, command: CreateVendor, ask: &Ask<Vendor>) -> Result<Vendor, Error> {
        let CreateVendor { id, owner, profile } = command;
        let plan = Plan::flat(self.config.commission_bp);
        let vendor = Vendor::apply(NewVendor { id, owner, profile, plan });
        match self.vendors.open(Change::new(&vendor, vec![]).answering(ask), self.clock.now()).await {
            Err(StoreError::Stale) => Err(Error::SlugTaken),
            written => Ok(written.map(|()| vendor)?),
        }
    }
}
