//! The read side: what lists and shops see of stock. No rule stands here.
use crate::domain::{Movement, Shelf};
use kernel::{LocationId, OfferId, OrderId, Timestamp, VendorId};

/// A shelf, as lists are sorted by it.
pub type ShelfPlace = (OfferId, LocationId);
/// A line of a shelf's book: when, and the cause, which is unique on the shelf.
pub type MovementPlace = (Timestamp, String);

/// Which shelves: one vendor's, and of them those of an offer or at a location, if one is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShelvesOf {
    pub vendor: VendorId,
    pub offer: Option<OfferId>,
    pub location: Option<LocationId>,
}

/// An offer over all its shelves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    pub offer: OfferId,
    /// What can be promised.
    pub free: i64,
    /// The marks of its shelves together.
    pub low_mark: i64,
}

/// The one word that shoppers get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    InStock,
    Low,
    None,
}

impl Level {
    /// An offer that was never counted.
    pub fn nothing(offer: OfferId) -> Level {
        Level { offer, free: 0, low_mark: 0 }
    }
    pub fn word(&self) -> Word {
        match self.free {
            ..=0 => Word::None,
            free if free <= self.low_mark => Word::Low,
            _ => Word::InStock,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovementView {
    pub movement: Movement,
    pub at: Timestamp,
}

/// A short shelf, and the orders whose units are promised from it, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortage {
    pub shelf: Shelf,
    pub orders: Vec<(OrderId, i64)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_word_for_shoppers() {
        let offer = OfferId::from_uuid(uuid::Uuid::from_u128(1));
        let word = |free, low_mark| Level { offer, free, low_mark }.word();
        assert_eq!([word(0, 5), word(1, 5), word(5, 5), word(6, 5)], [Word::None, Word::Low, Word::Low, Word::InStock]);
        assert_eq!(word(1, 0), Word::InStock, "who sets no mark is never low");
    }
}
