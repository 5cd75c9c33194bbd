//! The ports in memory, as strict as the stores are.
use super::Shipping;
use crate::{
    Config,
    domain::{
        DAY, Event, Goods, Local, Method, Pace, Parcel, ParcelLine, Place, Rate, RecordedRate, Shipment, UnitRate, Zone,
    },
    ports::{
        Calendar, Edit, MethodChange, Methods, ParcelChange, ParcelFilter, Parcels, RecordedRates, ZoneChange, Zones,
    },
};
use kernel::{Currency, Id, MethodId, OfferId, OrderId, ShipmentId, Timestamp, VendorId, ZoneId};
use platform::{
    page::{Page, Slice},
    store::{Seen, StoreError},
};
use platform_test::HandClock;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, atomic::AtomicU32, atomic::Ordering},
};
use uuid::Uuid;

/// 2023-11-14, a Tuesday.
pub const NOW: Timestamp = Timestamp(1_700_000_000_123_456);

#[derive(Default)]
struct Stored {
    zones: BTreeMap<ZoneId, Zone>,
    methods: BTreeMap<MethodId, Method>,
    rates: Vec<RecordedRate>,
    parcels: BTreeMap<ShipmentId, Parcel>,
}

/// One memory for all ports, and the app over it.
#[derive(Clone)]
pub struct Fakes {
    stored: Arc<Mutex<Stored>>,
    pub clock: Arc<HandClock>,
    made: Arc<AtomicU32>,
}

impl Default for Fakes {
    fn default() -> Self {
        Fakes { stored: Arc::default(), clock: Arc::new(HandClock::at(NOW)), made: Arc::default() }
    }
}

pub fn id<K>(n: u128) -> Id<K> {
    Id::from_uuid(Uuid::from_u128(n))
}
pub fn goods(offer: u128, quantity: u32) -> Goods {
    Goods { offer: id(offer), quantity, weight_grams: 100, price: 1000 }
}
/// The marketplace's zone that is this country.
pub fn in_zone(country: &str) -> Zone {
    Zone { id: id(1), vendor: None, name: country.into(), places: vec![Place::new(country, None, None)], version: 1 }
}
/// Of order 2.
pub fn shipment(shipment: u128, tracking: &str) -> Shipment {
    let lines = vec![ParcelLine { line: "1".into(), offer: id(4), quantity: 1 }];
    let (carrier, tracking) = ("Post".to_string(), tracking.to_string());
    Shipment { id: id(shipment), order: id(2), vendor_order: id(3), vendor: id(1), carrier, tracking, lines }
}
pub fn seen(message: u128) -> Seen {
    let (consumer, source, message) = ("shipping.parcels", "order", Uuid::from_u128(message));
    Seen::told_by(consumer, source, message)
}

impl Fakes {
    pub fn app(&self) -> Shipping {
        let (zones, methods, rates) = (Arc::new(self.clone()), Arc::new(self.clone()), Arc::new(self.clone()));
        let (parcels, calendar, clock) = (Arc::new(self.clone()), Arc::new(Utc), self.clock.clone());
        Shipping { zones, methods, rates, parcels, calendar, clock, config: Config::default() }
    }
    /// A method and a zone for it, that country.
    pub fn method(&self, vendor: Option<VendorId>, country: &str, rate: Rate) -> Method {
        let number = u128::from(self.made.fetch_add(1, Ordering::Relaxed)) + 1000;
        let zone = Zone { id: id(number), vendor, ..in_zone(country) };
        let pace = Pace { handling_days: 1, transit_days: 2, cut_off: 14 * 60, time_zone: "UTC".into() };
        let (name, carrier, currency) = ("Standard".to_string(), "Post".to_string(), Currency::EUR);
        let method = Method { id: id(number), vendor, zone: zone.id, name, carrier, currency, rate, pace, version: 1 };
        let mut stored = self.stored.lock().unwrap();
        stored.zones.insert(zone.id, zone);
        stored.methods.insert(method.id, method.clone());
        method
    }
    pub fn record(&self, rate: RecordedRate) {
        self.stored.lock().unwrap().rates.push(rate);
    }
}

/// Knows one zone.
struct Utc;
const DAY_US: i64 = 86_400_000_000;

impl Calendar for Utc {
    fn local(&self, at: Timestamp, time_zone: &str) -> Option<Local> {
        let minute = u16::try_from(at.0.rem_euclid(DAY_US) / 60_000_000).ok().filter(|minute| *minute < DAY)?;
        (time_zone == "UTC").then_some(Local { day: at.0.div_euclid(DAY_US), minute })
    }
    fn end_of(&self, day: i64, time_zone: &str) -> Option<Timestamp> {
        (time_zone == "UTC").then_some(Timestamp((day + 1) * DAY_US - 1))
    }
}

#[platform::async_trait]
impl Zones for Fakes {
    async fn find(&self, id: ZoneId) -> Result<Option<Zone>, StoreError> {
        Ok(self.stored.lock().unwrap().zones.get(&id).cloned())
    }
    async fn list(&self, vendor: VendorId, asked: &Page<ZoneId>) -> Result<Slice<Zone, ZoneId>, StoreError> {
        let stored = self.stored.lock().unwrap();
        let own = stored.zones.values().filter(|z| z.vendor.is_none_or(|owner| owner == vendor));
        let found = own.filter(|z| asked.after.is_none_or(|after| z.id > after)).cloned().collect();
        Ok(asked.slice(found, |zone: &Zone| zone.id))
    }
    async fn is_used(&self, id: ZoneId) -> Result<bool, StoreError> {
        Ok(self.stored.lock().unwrap().methods.values().any(|method| method.zone == id))
    }
    async fn save(&self, change: ZoneChange<'_>, _: Timestamp) -> Result<(), StoreError> {
        let (mut stored, zone) = (self.stored.lock().unwrap(), change.state);
        let known = stored.zones.get(&zone.id).map_or(0, |known| known.version);
        match change.events[..] {
            [Edit::Put] if known == zone.version - 1 => stored.zones.insert(zone.id, zone.clone()),
            [Edit::Removed] if known == zone.version => stored.zones.remove(&zone.id),
            _ => return Err(StoreError::Stale),
        };
        Ok(())
    }
    async fn import(&self, zones: &[Zone]) -> Result<(), StoreError> {
        let mut stored = self.stored.lock().unwrap();
        for zone in zones {
            stored.zones.entry(zone.id).or_insert_with(|| zone.clone());
        }
        Ok(())
    }
}

#[platform::async_trait]
impl Methods for Fakes {
    async fn find(&self, id: MethodId) -> Result<Option<Method>, StoreError> {
        Ok(self.stored.lock().unwrap().methods.get(&id).cloned())
    }
    async fn list(&self, vendor: VendorId, asked: &Page<MethodId>) -> Result<Slice<Method, MethodId>, StoreError> {
        let stored = self.stored.lock().unwrap();
        let own = stored.methods.values().filter(|m| m.vendor.is_none_or(|owner| owner == vendor));
        let found = own.filter(|m| asked.after.is_none_or(|after| m.id > after)).cloned().collect();
        Ok(asked.slice(found, |method: &Method| method.id))
    }
    async fn of(&self, vendors: &[VendorId], currency: Currency) -> Result<Vec<(Method, Zone)>, StoreError> {
        let stored = self.stored.lock().unwrap();
        let own = stored.methods.values().filter(|m| m.vendor.is_none_or(|owner| vendors.contains(&owner)));
        let own = own.filter(|m| m.currency == currency);
        Ok(own.map(|m| (m.clone(), stored.zones[&m.zone].clone())).collect())
    }
    async fn save(&self, change: MethodChange<'_>, _: Timestamp) -> Result<(), StoreError> {
        let (mut stored, method) = (self.stored.lock().unwrap(), change.state);
        let known = stored.methods.get(&method.id).map_or(0, |known| known.version);
        match change.events[..] {
            [Edit::Put] if known == method.version - 1 => stored.methods.insert(method.id, method.clone()),
            [Edit::Removed] if known == method.version => stored.methods.remove(&method.id),
            _ => return Err(StoreError::Stale),
        };
        Ok(())
    }
    async fn import(&self, methods: &[Method]) -> Result<(), StoreError> {
        let mut stored = self.stored.lock().unwrap();
        for method in methods {
            stored.methods.entry(method.id).or_insert_with(|| method.clone());
        }
        Ok(())
    }
}

#[platform::async_trait]
impl RecordedRates for Fakes {
    async fn at(&self, offers: &[OfferId], prefix: &str, time: Timestamp) -> Result<Vec<UnitRate>, StoreError> {
        let stored = self.stored.lock().unwrap();
        let valid = |offer: &OfferId| {
            let rows = stored.rates.iter().filter(|r| r.offer == *offer && r.prefix == prefix && r.starts <= time);
            rows.max_by_key(|r| r.starts).map(|r| UnitRate { offer: *offer, price: r.price })
        };
        Ok(offers.iter().filter_map(valid).collect())
    }
    async fn import(&self, rates: &[RecordedRate]) -> Result<(), StoreError> {
        self.stored.lock().unwrap().rates.extend_from_slice(rates);
        Ok(())
    }
}

#[platform::async_trait]
impl Parcels for Fakes {
    async fn find(&self, id: ShipmentId) -> Result<Option<Parcel>, StoreError> {
        Ok(self.stored.lock().unwrap().parcels.get(&id).cloned())
    }
    async fn tracked_by(&self, tracking: &str) -> Result<Vec<ShipmentId>, StoreError> {
        let stored = self.stored.lock().unwrap();
        Ok(stored.parcels.values().filter(|p| p.tracking == tracking).map(|p| p.id).take(2).collect())
    }
    async fn of(&self, order: OrderId) -> Result<Vec<Parcel>, StoreError> {
        let stored = self.stored.lock().unwrap();
        Ok(stored.parcels.values().filter(|p| p.order == order).cloned().collect())
    }
    async fn list(
        &self,
        filter: ParcelFilter,
        asked: &Page<ShipmentId>,
    ) -> Result<Slice<Parcel, ShipmentId>, StoreError> {
        let stored = self.stored.lock().unwrap();
        let own = stored.parcels.values().rev().filter(|p| p.vendor == filter.vendor);
        let own = own.filter(|p| filter.state.is_none_or(|state| p.state == state));
        let found = own.filter(|p| asked.after.is_none_or(|after| p.id < after)).cloned().collect();
        Ok(asked.slice(found, |parcel: &Parcel| parcel.id))
    }
    async fn save(&self, change: ParcelChange<'_>, _: Timestamp) -> Result<(), StoreError> {
        let (mut stored, parcel) = (self.stored.lock().unwrap(), change.state);
        let known = stored.parcels.get(&parcel.id).map_or(0, |known| known.version);
        if known != parcel.version - change.events.len() as i64 {
            return Err(StoreError::Stale);
        }
        assert!(known > 0 || change.events[0] == Event::Prepared);
        stored.parcels.insert(parcel.id, parcel.clone());
        Ok(())
    }
}
