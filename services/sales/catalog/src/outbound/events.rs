//! Domain event → public event.
use crate::domain::{Offer, OfferEvent, Product, ProductEvent};
use contracts::catalog as pb;
use kernel::Timestamp;
use platform::store::Fact;

pub fn of_product(p: &Product, events: &[ProductEvent], now: Timestamp) -> Vec<Fact> {
    let (product, slug, category) = (p.id.to_string(), p.slug.clone(), p.category.to_string());
    let fact = |event: &ProductEvent| match event {
        ProductEvent::Drafted => None,
        ProductEvent::Published => {
            let message =
                pb::ProductPublished { product: product.clone(), slug: slug.clone(), category: category.clone() };
            Some(Fact::of(("product", p.id, p.version), &message, now))
        }
        ProductEvent::Changed => {
            let message =
                pb::ProductChanged { product: product.clone(), slug: slug.clone(), category: category.clone() };
            Some(Fact::of(("product", p.id, p.version), &message, now))
        }
        ProductEvent::Retired => {
            Some(Fact::of(("product", p.id, p.version), &pb::ProductRetired { product: product.clone() }, now))
        }
    };
    events.iter().filter_map(fact).collect()
}

pub fn of_offer(o: &Offer, events: &[OfferEvent], now: Timestamp) -> Vec<Fact> {
    let (offer, vendor, product) = (o.id.to_string(), o.vendor.to_string(), o.product.to_string());
    let fact = |event: &OfferEvent| match event {
        OfferEvent::Moved => None,
        OfferEvent::Activated => {
            let (offer, vendor, product) = (offer.clone(), vendor.clone(), product.clone());
            let message = pb::OfferActivated { offer, vendor, product, variant: o.variant.to_string() };
            Some(Fact::of(("offer", o.id, o.version), &message, now))
        }
        OfferEvent::Paused => {
            let message = pb::OfferPaused { offer: offer.clone(), vendor: vendor.clone(), product: product.clone() };
            Some(Fact::of(("offer", o.id, o.version), &message, now))
        }
        OfferEvent::Retired => {
            let message = pb::OfferRetired { offer: offer.clone(), vendor: vendor.clone(), product: product.clone() };
            Some(Fact::of(("offer", o.id, o.version), &message, now))
        }
    };
    events.iter().filter_map(fact).collect()
}
