//! The ports in memory, and a moment in which somebody else is faster.
use super::Inventory;
use crate::{
    Config,
    domain::{Event, Free, Hold, HoldState, Location, Moved, Portion, Shelf},
    ports::{
        HoldChange, Holds, LocationChange, Locations, OwnerChange, Receipt, Records, ShelfChange, Shelves,
        TransferChange,
    },
    views::{Level, MovementPlace, MovementView, ShelfPlace, ShelvesOf, Shortage},
};
use kernel::{Id, LocationId, OfferId, OrderId, Timestamp, VendorId};
use platform::{
    ask::Undo,
    page::{Page, Slice},
    store::StoreError,
    task::Alarm,
};
use platform_test::HandClock;
use std::sync::{Arc, Mutex};
use uuid::Uuid;

type Meanwhile = Box<dyn FnMut(&Fake) + Send>;

#[derive(Default)]
pub struct Fake {
    pub shelves: Mutex<Vec<Shelf>>,
    pub holds: Mutex<Vec<Hold>>,
    pub locations: Mutex<Vec<Location>>,
    pub forestalled: Mutex<Vec<String>>,
    /// What the others do before a write, which is stale therefore; so many times.
    meanwhile: Mutex<Option<(usize, Meanwhile)>>,
}

pub const VENDOR: u128 = 9;

pub fn id<K>(n: u128) -> Id<K> {
    Id::from_uuid(Uuid::from_u128(n))
}

/// A vendor with locations 1 and 2, and so many units of offer 7 at the first.
pub fn shop(units: i64) -> (Arc<Fake>, Inventory) {
    let fake = Arc::new(Fake::default());
    let place = |n| Location::open(id(n), id(VENDOR), n.to_string(), String::new());
    *fake.locations.lock().unwrap() = vec![place(1), place(2)];
    let shelf = Shelf::empty(id(7), id(1), id(VENDOR), 5);
    *fake.shelves.lock().unwrap() = vec![Shelf { on_hand: units, counted: 1, ..shelf }];
    let clock = Arc::new(HandClock::at(Timestamp(1_000_000)));
    let (expiry, config) = (Alarm::default(), Config::default());
    let (shelves, records, locations, holds) = (fake.clone(), fake.clone(), fake.clone(), fake.clone());
    (fake, Inventory { shelves, records, locations, holds, clock, expiry, config })
}

impl Fake {
    pub fn meanwhile(&self, times: usize, act: impl FnMut(&Fake) + Send + 'static) {
        *self.meanwhile.lock().unwrap() = Some((times, Box::new(act)));
    }
    pub fn shelf(&self, at: u128) -> Shelf {
        self.shelves.lock().unwrap().iter().find(|s| s.location == id(at)).cloned().unwrap()
    }
    pub fn count(&self, on_hand: i64) {
        let mut shelves = self.shelves.lock().unwrap();
        (shelves[0].on_hand, shelves[0].counted) = (on_hand, shelves[0].counted + 1);
    }
    fn interrupted(&self) -> Result<(), StoreError> {
        let Some((times, mut act)) = self.meanwhile.lock().unwrap().take() else { return Ok(()) };
        act(self);
        if times > 1 {
            *self.meanwhile.lock().unwrap() = Some((times - 1, act));
        }
        Err(StoreError::Stale)
    }
    fn put(&self, moved: &[Moved]) -> Result<(), StoreError> {
        self.interrupted()?;
        let mut shelves = self.shelves.lock().unwrap();
        for Moved { before, after, .. } in moved {
            match shelves.iter_mut().find(|s| (s.offer, s.location) == (after.offer, after.location)) {
                Some(shelf) if shelf.counted == before.counted => *shelf = Shelf { held: shelf.held, ..after.clone() },
                Some(_) => return Err(StoreError::Stale),
                None => shelves.push(after.clone()),
            }
        }
        Ok(())
    }
    fn shift(&self, p: &Portion, on_hand: i64, held: i64) {
        let mut shelves = self.shelves.lock().unwrap();
        let shelf = shelves.iter_mut().find(|s| (s.offer, s.location) == (p.offer, p.location)).unwrap();
        (shelf.on_hand, shelf.held) = (shelf.on_hand + on_hand, shelf.held + held);
    }
}

#[platform::async_trait]
impl Shelves for Fake {
    async fn free(&self, offers: &[OfferId]) -> Result<Vec<Free>, StoreError> {
        let shelves = self.shelves.lock().unwrap();
        let wanted = shelves.iter().filter(|s| offers.contains(&s.offer));
        let view = |s: &Shelf| Free { offer: s.offer, location: s.location, vendor: s.vendor, units: s.free() };
        Ok(wanted.map(view).collect())
    }
    async fn find(&self, offer: OfferId, location: LocationId) -> Result<Option<Shelf>, StoreError> {
        let shelves = self.shelves.lock().unwrap();
        Ok(shelves.iter().find(|s| (s.offer, s.location) == (offer, location)).cloned())
    }
    async fn owner(&self, offer: OfferId) -> Result<Option<VendorId>, StoreError> {
        Ok(self.shelves.lock().unwrap().iter().find(|s| s.offer == offer).map(|s| s.vendor))
    }
    async fn save(&self, change: ShelfChange<'_>, _: Timestamp) -> Result<(), StoreError> {
        self.put(&change.events)
    }
    async fn transfer(&self, change: TransferChange<'_>, _: Timestamp) -> Result<(), StoreError> {
        self.put(&change.events)
    }
    async fn own(&self, change: OwnerChange<'_>, _: Timestamp) -> Result<(), StoreError> {
        self.put(&change.events)
    }
    async fn receive(&self, rows: &[Receipt], _: i64, _: Timestamp) -> Result<usize, StoreError> {
        self.interrupted()?;
        Ok(rows.len())
    }
}

#[platform::async_trait]
impl Holds for Fake {
    async fn find(&self, order: OrderId) -> Result<Option<Hold>, StoreError> {
        let mut hold = self.holds.lock().unwrap().iter().find(|h| h.order == order).cloned();
        for a in hold.iter_mut().flat_map(|h| &mut h.allocations) {
            let shelves = self.shelves.lock().unwrap();
            a.short = shelves.iter().any(|s| s.location == a.location && s.shortage() > 0);
        }
        Ok(hold)
    }
    async fn save(&self, change: HoldChange<'_>, _: Timestamp) -> Result<(), StoreError> {
        self.interrupted()?;
        for event in &change.events {
            let shift = |portions: &[Portion], on_hand: i64, held: i64| {
                let units = |p: &Portion| i64::from(p.quantity);
                portions.iter().for_each(|p| self.shift(p, on_hand * units(p), held * units(p)));
            };
            match event {
                Event::Committed => {}
                Event::Reserved(portions) => shift(portions, 0, 1),
                Event::Released { portions, .. } => shift(portions, 0, -1),
                Event::Returned(back) => shift(&back.portions, 1, 0),
                Event::Shipped(gone) => gone
                    .iter()
                    .for_each(|d| self.shift(&d.portion, -i64::from(d.portion.quantity), -i64::from(d.promised))),
            }
        }
        let mut holds = self.holds.lock().unwrap();
        holds.retain(|h| h.order != change.state.order);
        holds.push(change.state.clone());
        Ok(())
    }
    async fn forestall(&self, undo: &Undo) -> Result<(), StoreError> {
        self.interrupted()?;
        self.forestalled.lock().unwrap().push(undo.key.clone());
        Ok(())
    }
    async fn expired(&self, now: Timestamp) -> Result<Vec<OrderId>, StoreError> {
        let holds = self.holds.lock().unwrap();
        let out = holds.iter().filter(|h| h.state == HoldState::Held && h.expires <= now);
        Ok(out.map(|h| h.order).collect())
    }
    async fn next_expiry(&self) -> Result<Option<Timestamp>, StoreError> {
        let holds = self.holds.lock().unwrap();
        Ok(holds.iter().filter(|h| h.state == HoldState::Held).map(|h| h.expires).min())
    }
}

#[platform::async_trait]
impl Locations for Fake {
    async fn find(&self, id: LocationId) -> Result<Option<Location>, StoreError> {
        Ok(self.locations.lock().unwrap().iter().find(|l| l.id == id).cloned())
    }
    async fn save(&self, change: LocationChange<'_>, _: Timestamp) -> Result<(), StoreError> {
        self.interrupted()?;
        let mut locations = self.locations.lock().unwrap();
        locations.retain(|l| l.id != change.state.id);
        locations.push(change.state.clone());
        Ok(())
    }
    async fn add(&self, locations: &[Location]) -> Result<(), StoreError> {
        self.locations.lock().unwrap().extend_from_slice(locations);
        Ok(())
    }
    async fn list(&self, vendor: VendorId, page: &Page<LocationId>) -> Result<Slice<Location, LocationId>, StoreError> {
        let own = self.locations.lock().unwrap().iter().filter(|l| l.vendor == vendor).cloned().collect();
        Ok(page.slice(own, |l: &Location| l.id))
    }
}

/// What decides nothing says nothing.
#[platform::async_trait]
impl Records for Fake {
    async fn levels(&self, offers: &[OfferId]) -> Result<Vec<Level>, StoreError> {
        let shelves = self.shelves.lock().unwrap();
        let level = |s: &Shelf| Level { offer: s.offer, free: s.free(), low_mark: s.low_mark };
        Ok(shelves.iter().filter(|s| offers.contains(&s.offer)).map(level).collect())
    }
    async fn shelves(&self, of: &ShelvesOf, page: &Page<ShelfPlace>) -> Result<Slice<Shelf, ShelfPlace>, StoreError> {
        let shelves = self.shelves.lock().unwrap();
        let own = shelves.iter().filter(|s| s.vendor == of.vendor && of.offer.is_none_or(|offer| offer == s.offer));
        Ok(page.slice(own.cloned().collect(), |s| (s.offer, s.location)))
    }
    async fn movements(
        &self,
        _: ShelfPlace,
        _: &Page<MovementPlace>,
    ) -> Result<Slice<MovementView, MovementPlace>, StoreError> {
        Ok(Slice { items: vec![], next: None })
    }
    async fn shortages(&self, _: VendorId, _: &Page<ShelfPlace>) -> Result<Slice<Shortage, ShelfPlace>, StoreError> {
        Ok(Slice { items: vec![], next: None })
    }
}
