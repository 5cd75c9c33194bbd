//! Dated prices as they are known from elsewhere, past ones too, many at once.
use crate::{
    Error,
    domain::{Price, PriceList},
    ports::Prices,
};
use kernel::{OfferId, Timestamp, VendorId};

pub struct OfferPrices {
    pub offer: OfferId,
    pub vendor: VendorId,
    pub prices: Vec<Price>,
}

/// Offers that have prices already stay as they are; run again it changes nothing. What holds at `now` is told. It needs the store
/// alone, so an import runs without the services that pricing calls.
pub async fn import_prices(prices: &dyn Prices, offers: &[OfferPrices], now: Timestamp) -> Result<(), Error> {
    let lists: Vec<_> = offers.iter().map(|o| PriceList::imported(o.offer, o.vendor, &o.prices, now)).collect();
    Ok(prices.import(&lists, now).await?)
}
