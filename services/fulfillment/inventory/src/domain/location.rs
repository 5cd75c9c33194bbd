//! A place where a vendor keeps stock.
use kernel::{LocationId, VendorId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    pub id: LocationId,
    pub vendor: VendorId,
    /// For the vendor's own eyes.
    pub name: String,
    /// Free text, as the vendor would write it on a parcel; may be empty.
    pub address: String,
    pub version: i64,
}

/// What a vendor changes; what it says nothing about stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edit {
    pub name: Option<String>,
    pub address: Option<String>,
}

impl Location {
    pub fn open(id: LocationId, vendor: VendorId, name: String, address: String) -> Location {
        Location { id, vendor, name, address, version: 1 }
    }

    pub fn edit(&mut self, edit: Edit) {
        self.name = edit.name.unwrap_or(std::mem::take(&mut self.name));
        self.address = edit.address.unwrap_or(std::mem::take(&mut self.address));
        self.version += 1;
    }
}
