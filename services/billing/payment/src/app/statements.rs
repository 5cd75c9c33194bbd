//! What people may read.
use super::Payments;
use crate::{
    Error,
    domain::Payment,
    views::{Balance, Posted, Queued},
};
use kernel::{OrderId, Timestamp, VendorId};
use platform::page::{Page, Slice};
use uuid::Uuid;

impl Payments {
    pub async fn find(&self, order: OrderId) -> Result<Option<Payment>, Error> {
        Ok(self.book.find(order).await?)
    }
    pub async fn balances(&self, vendor: VendorId) -> Result<Vec<Balance>, Error> {
        Ok(self.statements.balances(vendor).await?)
    }
    pub async fn entries(
        &self,
        vendor: VendorId,
        page: &Page<(Uuid, i64)>,
    ) -> Result<Slice<Posted, (Uuid, i64)>, Error> {
        Ok(self.statements.entries(vendor, page).await?)
    }
    pub async fn queue(
        &self,
        page: &Page<(Timestamp, String, String)>,
    ) -> Result<Slice<Queued, (Timestamp, String, String)>, Error> {
        Ok(self.statements.queue(page).await?)
    }
}
