//! Domain event → public event. That a parcel is moving is the carrier's news, not ours.
use crate::domain::{Event, Parcel, ParcelState};
use contracts::shipping as pb;
use kernel::Timestamp;
use platform::store::Fact;

/// Each event raised the version by one, the last to the parcel's own.
pub fn facts(parcel: &Parcel, events: &[Event], now: Timestamp) -> Vec<Fact> {
    let versions = (1..=parcel.version).rev();
    let newest_first = events.iter().rev().zip(versions);
    let mut facts: Vec<_> = newest_first.filter_map(|(event, version)| fact(parcel, event, (version, now))).collect();
    facts.reverse();
    facts
}

fn fact(parcel: &Parcel, event: &Event, (version, now): (i64, Timestamp)) -> Option<Fact> {
    let (order, vendor_order, shipment) =
        (parcel.order.to_string(), parcel.vendor_order.to_string(), parcel.id.to_string());
    let id = parcel.id;
    match event {
        Event::Prepared => {
            let message = pb::DeliveryPrepared { order, vendor_order, shipment };
            Some(Fact::of(("parcel", id, version), &message, now))
        }
        Event::Dispatched => {
            let (carrier, tracking) = (parcel.carrier.clone(), parcel.tracking.clone());
            let message = pb::ShipmentDispatched { order, vendor_order, shipment, carrier, tracking };
            Some(Fact::of(("parcel", id, version), &message, now))
        }
        Event::Told { moved: Some(ParcelState::Delivered), .. } => {
            let message = pb::ShipmentDelivered { order, vendor_order, shipment };
            Some(Fact::of(("parcel", id, version), &message, now))
        }
        Event::Told { moved: Some(ParcelState::Returned), .. } => {
            let message = pb::ShipmentReturned { order, vendor_order, shipment };
            Some(Fact::of(("parcel", id, version), &message, now))
        }
        Event::Told { .. } => None,
    }
}
