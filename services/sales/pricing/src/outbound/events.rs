//! Domain event → public event.
use crate::domain::{PriceEvent, PriceList};
use contracts::pricing as pb;
use kernel::Timestamp;
use platform::store::Fact;

/// The changes of an offer are numbered, whatever their currency.
pub fn facts(list: &PriceList, events: &[PriceEvent], now: Timestamp) -> Vec<Fact> {
    let fact = |event: &PriceEvent| match *event {
        PriceEvent::Set(_) => None,
        PriceEvent::Changed { currency, amount, number } => {
            let (offer, vendor, currency) = (list.offer.to_string(), list.vendor.to_string(), currency.to_string());
            Some(Fact::of(
                ("price", list.offer, number),
                &pb::PriceChanged { offer, vendor, currency, price: amount },
                now,
            ))
        }
    };
    events.iter().filter_map(fact).collect()
}
