//! Many vendors at once, active from the first day.
use super::Vendors;
use crate::{
    Error,
    domain::{NewVendor, Vendor},
};

impl Vendors {
    /// Those that are there already stay as they are.
    pub async fn import_vendors(&self, vendors: Vec<NewVendor>) -> Result<(), Error> {
        let now = self.clock.now();
        let vendors: Vec<_> = vendors.into_iter().map(|new| Vendor::imported(new, now)).collect();
        Ok(self.vendors.import(&vendors, now).await?)
    }
}
