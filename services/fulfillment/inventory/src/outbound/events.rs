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
            Some(Fact::of("hold", id, version, &pb::StockReserved { order, allocations: portions(p) }, now))
        }
        Event::Committed => Some(Fact::of("hold", id, version, &pb::StockCommitted { order }, now)),
        Event::Released { portions: p, expired } => {
            let message = pb::StockReleased { order, allocations: portions(p), expired: *expired };
            Some(Fact::of("hold", id, version, &message, now))
        }
        Event::Shipped(_) | Event::Returned { .. } => None,
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
