//! What a cart would cost now.
use super::Pricing;
use crate::{
    Error,
    domain::{CouponCode, Known, Offer, Place, Reckoning, Region, TaxZone, Terms, Want},
};
use kernel::{Currency, OfferId, Timestamp, VendorId};
use std::collections::BTreeSet;

pub struct PriceAsked {
    pub currency: Currency,
    pub lines: Vec<Want>,
    pub to: Place,
    pub coupon: Option<CouponCode>,
}

impl Pricing {
    /// A dry answer: nothing is stored, and what can't be sold is named beside what can.
    pub async fn price(&self, asked: &PriceAsked) -> Result<Reckoning, Error> {
        let known = self.known(asked, self.clock.now()).await?;
        Ok(Reckoning::of(&asked.lines, asked.currency, &known)?)
    }

    pub(super) async fn known(&self, asked: &PriceAsked, now: Timestamp) -> Result<Known, Error> {
        let wanted: BTreeSet<OfferId> = asked.lines.iter().map(|want| want.offer).collect();
        let wanted: Vec<OfferId> = wanted.into_iter().collect();
        let offers = self.offers.find(&wanted).await?;
        let prices = self.prices.at(&wanted, asked.currency, now).await?;
        let coupon = match &asked.coupon {
            Some(code) => Some((code.clone(), self.coupons.find(code).await?)),
            None => None,
        };
        let zone = self.zone(&asked.to).await?;
        let terms = self.terms(&offers).await?;
        Ok(Known { offers, prices, terms, zone, coupon })
    }

    /// Of the vendors of these offers.
    pub(super) async fn terms(&self, offers: &[Offer]) -> Result<Vec<Terms>, Error> {
        let vendors: BTreeSet<VendorId> = offers.iter().map(|offer| offer.vendor).collect();
        if vendors.is_empty() {
            return Ok(vec![]);
        }
        self.vendors.terms(&vendors.into_iter().collect::<Vec<_>>()).await
    }

    async fn zone(&self, to: &Place) -> Result<Option<TaxZone>, Error> {
        for region in Region::places(&to.country, &to.state) {
            if let Some(zone) = self.zones.find(&region).await? {
                return Ok(Some(zone));
            }
        }
        Ok(None)
    }
}
