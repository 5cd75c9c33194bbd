//! A vendor says where it delivers to.
use super::Shipping;
use crate::{
    Error,
    domain::{Place, Zone},
    ports::Edit,
};
use kernel::{VendorId, ZoneId};
use platform::{
    ask::Ask,
    store::{Change, StoreError},
};

pub struct SaveZone {
    pub id: ZoneId,
    pub vendor: VendorId,
    /// The version the vendor saw; `None` for a new one.
    pub seen: Option<i64>,
    pub draft: ZoneDraft,
}

pub struct ZoneDraft {
    pub name: String,
    pub places: Vec<Place>,
}

impl Shipping {
    /// `None` when there is none of this vendor's to change.
    pub async fn save_zone(&self, command: SaveZone, ask: &Ask<Zone>) -> Result<Option<Zone>, Error> {
        let SaveZone { id, vendor, seen, draft: ZoneDraft { name, places } } = command;
        let version = match seen {
            None => 0,
            Some(seen) => match self.own_zone(vendor, id, seen).await? {
                None => return Ok(None),
                Some(zone) => zone.version,
            },
        };
        let zone = Zone { id, vendor: Some(vendor), name, places, version: version + 1 };
        match self.zones.save(Change::new(&zone, vec![Edit::Put]).answering(ask), self.clock.now()).await {
            Err(StoreError::Stale) => Err(Error::Changed),
            written => Ok(written.map(|()| Some(zone))?),
        }
    }

    /// For an edit: of this vendor, and as it was seen.
    pub(super) async fn own_zone(&self, vendor: VendorId, id: ZoneId, seen: i64) -> Result<Option<Zone>, Error> {
        match self.zone(vendor, id).await? {
            Some(zone) if zone.vendor.is_none() => Err(Error::Marketplace),
            Some(zone) if zone.version != seen => Err(Error::Changed),
            found => Ok(found),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fakes::{Fakes, id, in_zone};

    fn save(zone: ZoneId, vendor: VendorId, seen: Option<i64>) -> SaveZone {
        let draft = ZoneDraft { name: "south".into(), places: vec![Place::new("BR", Some("RS"), None)] };
        SaveZone { id: zone, vendor, seen, draft }
    }

    #[tokio::test]
    async fn a_zone_is_changed_by_its_vendor_as_it_was_seen() {
        let fakes = Fakes::default();
        let (app, zone, owner, other) = (fakes.app(), id(1), id(2), id(3));
        let made = app.save_zone(save(zone, owner, None), &Ask::nobody()).await.unwrap().unwrap();
        assert_eq!((made.version, made.vendor), (1, Some(owner)));
        let changed = app.save_zone(save(zone, owner, Some(1)), &Ask::nobody()).await.unwrap().unwrap();
        assert_eq!(changed.version, 2);
        let late = app.save_zone(save(zone, owner, Some(1)), &Ask::nobody()).await;
        assert!(matches!(late, Err(Error::Changed)));
        assert_eq!(app.save_zone(save(zone, other, Some(2)), &Ask::nobody()).await.unwrap(), None, "T1");
        assert_eq!(app.save_zone(save(id(8), owner, Some(1)), &Ask::nobody()).await.unwrap(), None);
    }

    #[tokio::test]
    async fn the_marketplaces_zones_are_not_the_vendors() {
        let fakes = Fakes::default();
        let app = fakes.app();
        app.import_zones(&[Zone { id: id(1), ..in_zone("BR") }]).await.unwrap();
        let refused = app.save_zone(save(id(1), id(2), Some(1)), &Ask::nobody()).await;
        assert!(matches!(refused, Err(Error::Marketplace)));
    }
}
