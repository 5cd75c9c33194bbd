//! Domain event → public event. What only moves units inside (a shipment is the order's news) has none.
use crate::domain::{Event, Hold, Portion};
use contracts::inventory as pb;
use kernel::Timestamp;
use platform::store::Fact;

/// A hold emits at most one public event a version, so its version numbers them.
pub fn facts(hold: &Hold, events: &[Event], now: Timestamp) -> Vec<Fact> {
    events.iter().filter_map(|event| fact(hold, event, now)).collect()
}

fn fact(hold: &Hold, event: &Event, now: Timestamp) -> Option<Fact> {
    let order = hold.order.to_string();
    let (id, version) = (hold.id, hold.version);
    match event {
        Event::Reserved(p) => {
            Some(Fact::of(("hold", id, version), &pb::StockReserved { order, allocations: portions(p) }, now))
        }
        Event::Committed => Some(Fact::of(("hold", id, version), &pb::StockCommitted { order }, now)),
        Event::Released { portions: p, expired } => {
            let message = pb::StockReleased { order, allocations: portions(p), expired: *expired };
            Some(Fact::of(("hold", id, version), &message, now))
        }
        Event::Shipped(_) | Event::Returned(_) => None,
    }
}

fn portions(portions: &[Portion]) -> Vec<pb::Allocation> {
    let portion = |p: &Portion| pb::Allocation {
        offer: p.offer.to_string(),
        location: p.location.to_string(),
        quantity: p.quantity,
    };
    portions.iter().map(portion).collect()
}

/// What can become true of one shelf, encoded beforehand: the row decides which of them, if any, and gives it its version.
pub struct Levels {
    pub low: Fact,
    pub depleted: Fact,
    pub restocked: Fact,
    pub restocked_low: Fact,
}

impl Levels {
    pub fn of(shelf: &Portion, now: Timestamp) -> Levels {
        let who = || (shelf.offer.to_string(), shelf.location.to_string(), shelf.vendor.to_string());
        let subject = format!("{}/{}", shelf.offer, shelf.location);
        let restocked = |low| {
            let (offer, location, vendor) = who();
            Fact::of(("stock", &subject, 0), &pb::StockRestocked { offer, location, vendor, low }, now)
        };
        let (offer, location, vendor) = who();
        let low = Fact::of(("stock", &subject, 0), &pb::StockLow { offer, location, vendor }, now);
        let (offer, location, vendor) = who();
        let depleted = Fact::of(("stock", &subject, 0), &pb::StockDepleted { offer, location, vendor }, now);
        Levels { low, depleted, restocked: restocked(false), restocked_low: restocked(true) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    /// One statement writes the one or the other, so their bytes must not differ.
    #[test]
    fn low_and_depleted_say_the_same_of_a_shelf() {
        let (offer, location) = (kernel::Id::from_uuid(Uuid::from_u128(1)), kernel::Id::from_uuid(Uuid::from_u128(2)));
        let shelf = Portion { offer, location, vendor: kernel::Id::from_uuid(Uuid::from_u128(3)), quantity: 0 };
        let levels = Levels::of(&shelf, Timestamp(0));
        assert_eq!(levels.low.payload, levels.depleted.payload);
        assert_ne!(levels.low.kind, levels.depleted.kind);
    }
}
