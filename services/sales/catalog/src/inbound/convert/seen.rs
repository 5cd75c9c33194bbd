//! What others told, as the lists keep it.
use crate::ports::{PriceSeen, StockSeen, StockWord, VendorSeen};
use contracts::{inventory, pricing, vendor};
use kernel::VendorId;
use platform::store::StoreError;
use std::str::FromStr;

fn known<T: FromStr>(text: &str) -> Result<T, StoreError>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|e: T::Err| StoreError::Broken(format!("{text}: {e}")))
}

pub fn price(fact: pricing::PriceChanged) -> Result<PriceSeen, StoreError> {
    Ok(PriceSeen { offer: known(&fact.offer)?, currency: known(&fact.currency)?, price: fact.price })
}

pub fn restocked(fact: inventory::StockRestocked) -> Result<StockSeen, StoreError> {
    let word = if fact.low { StockWord::Low } else { StockWord::InStock };
    stock(&fact.offer, fact.location, word)
}

pub fn low(fact: inventory::StockLow) -> Result<StockSeen, StoreError> {
    stock(&fact.offer, fact.location, StockWord::Low)
}

pub fn depleted(fact: inventory::StockDepleted) -> Result<StockSeen, StoreError> {
    stock(&fact.offer, fact.location, StockWord::None)
}

fn stock(offer: &str, location: String, word: StockWord) -> Result<StockSeen, StoreError> {
    Ok(StockSeen { offer: known(offer)?, location, word })
}

pub fn approved(fact: vendor::VendorApproved) -> Result<VendorSeen, StoreError> {
    Ok(VendorSeen { vendor: known(&fact.vendor)?, name: fact.name, slug: fact.slug, active: true })
}

pub fn changed(fact: vendor::VendorChanged) -> Result<VendorSeen, StoreError> {
    let active = fact.status == "active";
    Ok(VendorSeen { vendor: known(&fact.vendor)?, name: fact.name, slug: fact.slug, active })
}

pub fn suspended(fact: &vendor::VendorSuspended) -> Result<VendorId, StoreError> {
    known(&fact.vendor)
}
