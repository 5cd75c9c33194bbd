//! What others said, for the lists.
use super::Catalog;
use crate::ports::{PriceSeen, StockSeen, VendorSeen};
use kernel::VendorId;
use platform::store::{Seen, StoreError};

impl Catalog {
    pub async fn see_price(&self, seen: PriceSeen, message: Seen) -> Result<(), StoreError> {
        self.views.price(seen, message).await
    }
    pub async fn see_stock(&self, seen: StockSeen, message: Seen) -> Result<(), StoreError> {
        self.views.stock(seen, message).await
    }
    pub async fn see_vendor(&self, seen: VendorSeen, message: Seen) -> Result<(), StoreError> {
        self.views.vendor(seen, message).await
    }
    /// Its name stays, its stalls are closed.
    pub async fn close_vendor(&self, vendor: VendorId, message: Seen) -> Result<(), StoreError> {
        self.views.close(vendor, message).await
    }
}
