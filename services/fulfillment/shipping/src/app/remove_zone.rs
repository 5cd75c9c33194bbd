//! A vendor no longer delivers there.
use super::Shipping;
use crate::{Error, domain::Zone, ports::Edit};
use kernel::{VendorId, ZoneId};
use platform::{
    ask::Ask,
    store::{Change, StoreError},
};

pub struct RemoveZone {
    pub id: ZoneId,
    pub vendor: VendorId,
    /// The version the vendor saw.
    pub seen: i64,
}

impl Shipping {
    /// Refused while a method delivers to it. `None` when there is none of this vendor's.
    pub async fn remove_zone(&self, command: RemoveZone, ask: &Ask<Zone>) -> Result<Option<Zone>, Error> {
        let RemoveZone { id, vendor, seen } = command;
        let Some(zone) = self.own_zone(vendor, id, seen).await? else { return Ok(None) };
        if self.zones.is_used(id).await? {
            return Err(Error::ZoneInUse);
        }
        match self.zones.save(Change::new(&zone, vec![Edit::Removed]).answering(ask), self.clock.now()).await {
            Err(StoreError::Stale) => Err(Error::Changed),
            written => Ok(written.map(|()| Some(zone))?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::fakes::{Fakes, id},
        domain::Rate,
    };

    #[tokio::test]
    async fn a_zone_goes_when_nothing_is_delivered_to_it() {
        let fakes = Fakes::default();
        let (app, vendor) = (fakes.app(), id(1));
        let method = fakes.method(Some(vendor), "BR", Rate::Flat(1));
        let remove = || RemoveZone { id: method.zone, vendor, seen: 1 };
        assert!(matches!(app.remove_zone(remove(), &Ask::nobody()).await, Err(Error::ZoneInUse)));
        let gone = super::super::RemoveMethod { id: method.id, vendor, seen: 1 };
        app.remove_method(gone, &Ask::nobody()).await.unwrap().unwrap();
        let stale = RemoveZone { seen: 2, ..remove() };
        assert!(matches!(app.remove_zone(stale, &Ask::nobody()).await, Err(Error::Changed)));
        assert!(app.remove_zone(remove(), &Ask::nobody()).await.unwrap().is_some());
        assert_eq!(app.remove_zone(remove(), &Ask::nobody()).await.unwrap(), None);
    }
}
