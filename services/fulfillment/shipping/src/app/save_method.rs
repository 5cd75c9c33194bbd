//! A vendor says how it delivers, and what that costs.
use super::Shipping;
use crate::{
    Error,
    domain::{Method, Pace, Rate},
    ports::Edit,
};
use kernel::{Currency, MethodId, VendorId, ZoneId};
use platform::{
    ask::Ask,
    store::{Change, StoreError},
};

pub struct SaveMethod {
    pub id: MethodId,
    pub vendor: VendorId,
    /// The version the vendor saw; `None` for a new one.
    pub seen: Option<i64>,
    pub draft: MethodDraft,
}

pub struct MethodDraft {
    pub zone: ZoneId,
    pub name: String,
    pub carrier: String,
    pub currency: Currency,
    pub rate: Rate,
    pub pace: Pace,
}

impl Shipping {
    /// `None` when there is none of this vendor's to change. What was quoted before stays as it was.
    pub async fn save_method(&self, command: SaveMethod, ask: &Ask<Method>) -> Result<Option<Method>, Error> {
        let SaveMethod { id, vendor, seen, draft } = command;
        let version = match seen {
            None => 0,
            Some(seen) => match self.own_method(vendor, id, seen).await? {
                None => return Ok(None),
                Some(method) => method.version,
            },
        };
        if self.calendar.local(self.clock.now(), &draft.pace.time_zone).is_none() {
            return Err(Error::NoTimeZone(draft.pace.time_zone));
        }
        self.zone(vendor, draft.zone).await?.ok_or(Error::NoZone)?;
        let MethodDraft { zone, name, carrier, currency, rate, pace } = draft;
        let vendor = Some(vendor);
        let method = Method { id, vendor, zone, name, carrier, currency, rate, pace, version: version + 1 };
        match self.methods.save(Change::new(&method, vec![Edit::Put]).answering(ask), self.clock.now()).await {
            Err(StoreError::Stale) => Err(Error::Changed),
            written => Ok(written.map(|()| Some(method))?),
        }
    }

    /// For an edit: of this vendor, and as it was seen.
    pub(super) async fn own_method(&self, vendor: VendorId, id: MethodId, seen: i64) -> Result<Option<Method>, Error> {
        match self.method(vendor, id).await? {
            Some(method) if method.vendor.is_none() => Err(Error::Marketplace),
            Some(method) if method.version != seen => Err(Error::Changed),
            found => Ok(found),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fakes::{Fakes, id};

    fn save(of: &Method, vendor: VendorId, seen: Option<i64>) -> SaveMethod {
        let Method { id, zone, name, carrier, currency, rate, pace, .. } = of.clone();
        SaveMethod { id, vendor, seen, draft: MethodDraft { zone, name, carrier, currency, rate, pace } }
    }

    #[tokio::test]
    async fn a_method_delivers_to_a_zone_its_vendor_knows_in_a_time_zone_that_is() {
        let fakes = Fakes::default();
        let (app, owner, other) = (fakes.app(), id(1), id(2));
        let made = fakes.method(Some(owner), "BR", Rate::Flat(500));
        let copy = Method { id: id(7), ..made.clone() };
        assert_eq!(app.save_method(save(&copy, owner, None), &Ask::nobody()).await.unwrap().unwrap().version, 1);
        let foreign = app.save_method(save(&copy, other, None), &Ask::nobody()).await;
        assert!(matches!(foreign, Err(Error::NoZone)), "T1");
        let mut nowhere = save(&copy, owner, None);
        nowhere.draft.pace.time_zone = "Mars/Olympus".into();
        assert!(matches!(app.save_method(nowhere, &Ask::nobody()).await, Err(Error::NoTimeZone(_))));
    }

    #[tokio::test]
    async fn a_method_is_changed_as_it_was_seen() {
        let fakes = Fakes::default();
        let (app, owner) = (fakes.app(), id(1));
        let made = fakes.method(Some(owner), "BR", Rate::Flat(500));
        let dearer = Method { rate: Rate::Flat(600), ..made.clone() };
        let changed = app.save_method(save(&dearer, owner, Some(1)), &Ask::nobody()).await.unwrap().unwrap();
        assert_eq!((changed.version, &changed.rate), (2, &Rate::Flat(600)));
        assert!(matches!(app.save_method(save(&dearer, owner, Some(1)), &Ask::nobody()).await, Err(Error::Changed)));
        assert_eq!(app.save_method(save(&dearer, id(2), Some(2)), &Ask::nobody()).await.unwrap(), None, "T1");
        let all = fakes.method(None, "BR", Rate::Recorded);
        assert!(matches!(app.save_method(save(&all, owner, Some(1)), &Ask::nobody()).await, Err(Error::Marketplace)));
    }
}
