//! The read side.
use crate::{
    Error,
    app::Shipping,
    domain::{Method, Parcel, Zone},
    ports::ParcelFilter,
};
use kernel::{MethodId, OrderId, ShipmentId, VendorId, ZoneId};
use platform::page::{Page, Slice};

impl Shipping {
    /// `None` for another vendor's.
    pub async fn zone(&self, vendor: VendorId, id: ZoneId) -> Result<Option<Zone>, Error> {
        let zone = self.zones.find(id).await?;
        Ok(zone.filter(|zone| zone.vendor.is_none_or(|owner| owner == vendor)))
    }
    pub async fn list_zones(&self, vendor: VendorId, page: &Page<ZoneId>) -> Result<Slice<Zone, ZoneId>, Error> {
        Ok(self.zones.list(vendor, page).await?)
    }
    /// `None` for another vendor's.
    pub async fn method(&self, vendor: VendorId, id: MethodId) -> Result<Option<Method>, Error> {
        let method = self.methods.find(id).await?;
        Ok(method.filter(|method| method.vendor.is_none_or(|owner| owner == vendor)))
    }
    pub async fn list_methods(
        &self,
        vendor: VendorId,
        page: &Page<MethodId>,
    ) -> Result<Slice<Method, MethodId>, Error> {
        Ok(self.methods.list(vendor, page).await?)
    }
    pub async fn order_parcels(&self, order: OrderId) -> Result<Vec<Parcel>, Error> {
        Ok(self.parcels.of(order).await?)
    }
    pub async fn list_parcels(
        &self,
        filter: ParcelFilter,
        page: &Page<ShipmentId>,
    ) -> Result<Slice<Parcel, ShipmentId>, Error> {
        Ok(self.parcels.list(filter, page).await?)
    }
}
