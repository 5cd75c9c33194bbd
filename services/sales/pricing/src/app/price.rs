//! What a cart would cost now.
use super::Pricing;
use crate::{
    Error,
    domain::{CouponCode, Known, Reckoning, Want},
};
use kernel::{Currency, OfferId, Timestamp};

pub struct PriceAsked {
    pub currency: Currency,
    pub lines: Vec<Want>,
    pub coupon: Option<CouponCode>,
}

impl Pricing {
    /// A dry answer: nothing is stored, and what can't be sold is named beside what can.
    pub async fn price(&self, asked: &PriceAsked) -> Result<Reckoning, Error> {
        self.reckon(asked, self.clock.now()).await
    }

    pub(super) async fn reckon(&self, asked: &PriceAsked, now: Timestamp) -> Result<Reckoning, Error> {
        let PriceAsked { currency, lines, coupon } = asked;
        let mut wanted: Vec<OfferId> = lines.iter().map(|w| w.offer).collect();
        wanted.sort();
        wanted.dedup();
        let offers = self.offers.find(&wanted).await?;
        let prices = self.prices.at(&wanted, *currency, now).await?;
        let coupon = match coupon {
            Some(code) => Some((code.clone(), self.coupons.find(code).await?)),
            None => None,
        };
        Ok(Reckoning::of(lines, *currency, &Known { offers, prices, coupon })?)
    }
}
