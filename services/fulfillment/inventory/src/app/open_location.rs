//! A vendor names a place where it keeps stock.
use super::Inventory;
use crate::{Error, domain::Location};
use kernel::{LocationId, VendorId};
use platform::{ask::Ask, store::Change};

pub struct OpenLocation {
    pub id: LocationId,
    pub vendor: VendorId,
    pub name: String,
    pub address: String,
}

impl Inventory {
    pub async fn open_location(&self, command: OpenLocation, ask: &Ask<Location>) -> Result<Location, Error> {
        let OpenLocation { id, vendor, name, address } = command;
        let location = Location::open(id, vendor, name, address);
        self.locations.save(Change::new(&location, vec![]).answering(ask), self.clock.now()).await?;
        Ok(location)
    }
}
