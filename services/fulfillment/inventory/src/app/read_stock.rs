//! Questions: what can be promised, what a vendor has where, and what it owes.
use super::Inventory;
use crate::{
    Error,
    domain::{Free, Location, Shelf},
    views::{Level, MovementPlace, MovementView, ShelfPlace, ShelvesOf, Shortage},
};
use kernel::{LocationId, OfferId, VendorId};
use platform::page::{Page, Slice};

impl Inventory {
    pub async fn free(&self, offers: &[OfferId]) -> Result<Vec<Free>, Error> {
        Ok(self.shelves.free(offers).await?)
    }

    /// One for each offer, as they were asked for. What was never counted there is none of.
    pub async fn levels(&self, offers: &[OfferId]) -> Result<Vec<Level>, Error> {
        let found = self.records.levels(offers).await?;
        let of = |offer: &OfferId| found.iter().find(|l| l.offer == *offer).copied();
        Ok(offers.iter().map(|offer| of(offer).unwrap_or(Level::nothing(*offer))).collect())
    }

    pub async fn level(&self, offer: OfferId) -> Result<Level, Error> {
        Ok(self.levels(&[offer]).await?.pop().unwrap_or(Level::nothing(offer)))
    }

    pub async fn shelves(&self, of: &ShelvesOf, page: &Page<ShelfPlace>) -> Result<Slice<Shelf, ShelfPlace>, Error> {
        Ok(self.records.shelves(of, page).await?)
    }

    /// `None` when it is another vendor's, or was never counted.
    pub async fn shelf(&self, vendor: VendorId, (offer, location): ShelfPlace) -> Result<Option<Shelf>, Error> {
        let shelf = self.shelves.find(offer, location).await?;
        Ok(shelf.filter(|shelf| shelf.vendor == vendor))
    }

    /// `None` as for `shelf`.
    pub async fn movements(
        &self,
        vendor: VendorId,
        shelf: ShelfPlace,
        page: &Page<MovementPlace>,
    ) -> Result<Option<Slice<MovementView, MovementPlace>>, Error> {
        match self.shelf(vendor, shelf).await? {
            Some(_) => Ok(Some(self.records.movements(shelf, page).await?)),
            None => Ok(None),
        }
    }

    pub async fn shortages(
        &self,
        vendor: VendorId,
        page: &Page<ShelfPlace>,
    ) -> Result<Slice<Shortage, ShelfPlace>, Error> {
        Ok(self.records.shortages(vendor, page).await?)
    }

    pub async fn location(&self, vendor: VendorId, id: LocationId) -> Result<Option<Location>, Error> {
        let location = self.locations.find(id).await?;
        Ok(location.filter(|location| location.vendor == vendor))
    }

    pub async fn locations(
        &self,
        vendor: VendorId,
        page: &Page<LocationId>,
    ) -> Result<Slice<Location, LocationId>, Error> {
        Ok(self.locations.list(vendor, page).await?)
    }
}
