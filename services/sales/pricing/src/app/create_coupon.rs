//! An operator gives out a code.
use super::Pricing;
use crate::{Error, domain::Coupon};
use platform::{
    ask::Ask,
    store::{Change, StoreError},
};

impl Pricing {
    pub async fn create_coupon(&self, coupon: Coupon, ask: &Ask<Coupon>) -> Result<Coupon, Error> {
        match self.coupons.create(Change::new(&coupon, vec![]).answering(ask), self.clock.now()).await {
            Err(StoreError::Stale) => Err(Error::CouponExists),
            written => Ok(written.map(|()| coupon)?),
        }
    }
}
