//! Which units of which shelf: what a hold is made of, and what its moves name.
use super::{Free, IllegalMove};
use kernel::{LocationId, OfferId, VendorId};
use std::collections::BTreeMap;

/// Units of one shelf, promised to one order: quantity = open + shipped + released.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allocation {
    pub offer: OfferId,
    pub location: LocationId,
    pub vendor: VendorId,
    pub quantity: u32,
    pub shipped: u32,
    pub released: u32,
    /// Came back. May be above `shipped` for a moment: the news of the parcel can be the later one.
    pub returned: u32,
    /// As it was read: more is promised from this shelf than is there.
    pub short: bool,
}

/// What somebody wants or reports, wherever it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    pub offer: OfferId,
    pub quantity: u32,
}

/// Units of one shelf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Portion {
    pub offer: OfferId,
    pub location: LocationId,
    pub vendor: VendorId,
    pub quantity: u32,
}

/// Units that left one shelf. `promised` of them were still open; the others had been freed before the news of the parcel came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Departure {
    pub portion: Portion,
    pub promised: u32,
}

/// Units that came back, and the key of the step that told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returned {
    pub portions: Vec<Portion>,
    pub cause: String,
}

/// Units per offer: two lines of one offer are one demand (I6).
#[derive(Clone, Debug)]
pub(super) struct Demand(BTreeMap<OfferId, u64>);

impl Demand {
    pub fn of(lines: &[Line]) -> Demand {
        let mut demand = BTreeMap::new();
        for line in lines {
            *demand.entry(line.offer).or_default() += u64::from(line.quantity);
        }
        demand.retain(|_, units| *units > 0);
        Demand(demand)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As much of what is wanted of this offer as there is room for.
    pub fn take(&mut self, offer: OfferId, room: u32) -> u32 {
        let Some(wanted) = self.0.get_mut(&offer) else { return 0 };
        let units = u32::try_from(*wanted).unwrap_or(u32::MAX).min(room);
        *wanted -= u64::from(units);
        units
    }

    /// The offers of which more is wanted than was taken.
    pub fn left(&self) -> Vec<OfferId> {
        self.0.iter().filter(|(_, units)| **units > 0).map(|(offer, _)| *offer).collect()
    }

    pub fn met(&self) -> Result<(), IllegalMove> {
        self.left().first().map_or(Ok(()), |offer| Err(IllegalMove::Beyond(*offer)))
    }
}

impl Allocation {
    pub(super) fn of(p: &Portion) -> Allocation {
        let Portion { offer, location, vendor, quantity } = *p;
        Allocation { offer, location, vendor, quantity, shipped: 0, released: 0, returned: 0, short: false }
    }

    pub fn open(&self) -> u32 {
        self.quantity - self.shipped - self.released
    }

    /// Sent and not back.
    pub(super) fn away(&self) -> u32 {
        self.shipped.saturating_sub(self.returned)
    }

    pub(super) fn portion(&self, quantity: u32) -> Portion {
        Portion { offer: self.offer, location: self.location, vendor: self.vendor, quantity }
    }
}

impl Free {
    pub(super) fn portion(&self, quantity: u32) -> Portion {
        Portion { offer: self.offer, location: self.location, vendor: self.vendor, quantity }
    }
}
