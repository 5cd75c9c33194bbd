//! The use cases, one file each in `app/`.
mod accept;
mod begin_prices;
mod create_coupon;
mod forget_parties;
mod import_prices;
mod make_quote;
mod price;
mod set_price;
mod set_tax_zone;
mod undo_accept;
pub use accept::Accept;
pub use import_prices::{OfferPrices, import_prices};
pub use make_quote::MakeQuote;
pub use price::PriceAsked;
pub use set_price::SetPrice;
pub use set_tax_zone::SetTaxZone;

use crate::{
    Config, Error,
    domain::{Coupon, CouponCode, Price, PriceList, Quote, Region, TaxZone},
    ports::{Acceptances, Coupons, Deliveries, Offers, Prices, Quotes, TaxZones, Vendors},
};
use kernel::{Clock, Currency, OfferId, QuoteId, VendorId};
use platform::{
    page::{Page, Slice},
    task::Alarm,
};
use std::sync::Arc;
use uuid::Uuid;

/// How often a use case plans again when somebody was faster.
const ATTEMPTS: usize = 8;

pub struct Pricing {
    pub offers: Arc<dyn Offers>,
    pub prices: Arc<dyn Prices>,
    pub vendors: Arc<dyn Vendors>,
    pub deliveries: Arc<dyn Deliveries>,
    pub zones: Arc<dyn TaxZones>,
    pub coupons: Arc<dyn Coupons>,
    pub quotes: Arc<dyn Quotes>,
    pub acceptances: Arc<dyn Acceptances>,
    pub clock: Arc<dyn Clock>,
    /// Makes the ids of components.
    pub mint: fn() -> Uuid,
    /// Set to the time at which a dated price begins.
    pub beginning: Alarm,
    /// Set to the time at which a quote's address is to be forgotten.
    pub forgetting: Alarm,
    pub config: Config,
}

impl Pricing {
    pub async fn quote(&self, id: QuoteId) -> Result<Quote, Error> {
        self.quotes.find(id).await?.ok_or(Error::NoQuote)
    }
    /// What one unit costs now.
    pub async fn price_of(&self, offer: OfferId, currency: Currency) -> Result<Option<Price>, Error> {
        let found = self.prices.at(&[offer], currency, self.clock.now()).await?;
        Ok(found.first().map(|(_, price)| *price))
    }
    /// `None` when nobody priced the offer, or when it is another vendor's.
    pub async fn price_list(&self, offer: OfferId, vendor: VendorId) -> Result<Option<PriceList>, Error> {
        Ok(self.prices.find(offer).await?.filter(|list| list.vendor == vendor))
    }
    pub async fn coupon(&self, code: &CouponCode) -> Result<Option<Coupon>, Error> {
        Ok(self.coupons.find(code).await?)
    }
    pub async fn tax_zone(&self, region: &Region) -> Result<Option<TaxZone>, Error> {
        Ok(self.zones.find(region).await?)
    }
    pub async fn tax_zones(&self, page: &Page<String>) -> Result<Slice<TaxZone, String>, Error> {
        Ok(page.slice(self.zones.list(page).await?, |zone| zone.region.to_string()))
    }
}
