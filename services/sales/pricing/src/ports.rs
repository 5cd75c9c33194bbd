//! What the use cases need of the world.
use crate::{
    Error,
    domain::{
        Acceptance, Coupon, CouponCode, Enquiry, Offer, Price, PriceEvent, PriceList, Quote, Rate, Region, Step,
        TaxZone, Terms,
    },
};
use kernel::{Currency, OfferId, OrderId, QuoteId, Timestamp, VendorId};
use platform::{
    ask::Undo,
    page::Page,
    store::{Change, StoreError},
};

pub type PriceChange<'a> = Change<'a, PriceList, PriceEvent>;
pub type QuoteChange<'a> = Change<'a, Quote, ()>;
pub type CouponChange<'a> = Change<'a, Coupon, ()>;
pub type ZoneChange<'a> = Change<'a, TaxZone, ()>;
pub type AcceptanceChange<'a> = Change<'a, Acceptance, Step>;

#[platform::async_trait]
pub trait Offers: Send + Sync {
    /// Those of these offers that exist.
    async fn find(&self, offers: &[OfferId]) -> Result<Vec<Offer>, Error>;
}

#[platform::async_trait]
pub trait Prices: Send + Sync {
    async fn find(&self, offer: OfferId) -> Result<Option<PriceList>, StoreError>;
    /// What a unit of each of these offers costs at a time; none for what has no price then.
    async fn at(
        &self,
        offers: &[OfferId],
        currency: Currency,
        time: Timestamp,
    ) -> Result<Vec<(OfferId, Price)>, StoreError>;
    /// The list, the prices its events name and the outbox, or nothing. `Stale` when it changed since it was read.
    async fn save(&self, change: PriceChange<'_>, now: Timestamp) -> Result<(), StoreError>;
    /// As `save`, for many lists, in few batches. What is there already is left alone, and tells nobody.
    async fn import(&self, lists: &[(PriceList, Vec<PriceEvent>)], now: Timestamp) -> Result<(), StoreError>;
    /// Offers with a dated price that began and was not told, the oldest first, not all at once.
    async fn begun(&self, now: Timestamp) -> Result<Vec<OfferId>, StoreError>;
    /// When the next one begins.
    async fn next_beginning(&self) -> Result<Option<Timestamp>, StoreError>;
}

#[platform::async_trait]
pub trait Vendors: Send + Sync {
    /// The terms of those of these vendors that exist, as they are now.
    async fn terms(&self, vendors: &[VendorId]) -> Result<Vec<Terms>, Error>;
}

#[platform::async_trait]
pub trait Deliveries: Send + Sync {
    /// What each parcel costs by the method asked for. `NotServed` when one does not serve.
    async fn rates(&self, enquiry: &Enquiry) -> Result<Vec<Rate>, Error>;
}

#[platform::async_trait]
pub trait TaxZones: Send + Sync {
    async fn find(&self, region: &Region) -> Result<Option<TaxZone>, StoreError>;
    /// In the order of their regions.
    async fn list(&self, page: &Page<String>) -> Result<Vec<TaxZone>, StoreError>;
    /// `Stale` when it changed since it was read.
    async fn save(&self, change: ZoneChange<'_>, now: Timestamp) -> Result<(), StoreError>;
}

#[platform::async_trait]
pub trait Coupons: Send + Sync {
    async fn find(&self, code: &CouponCode) -> Result<Option<Coupon>, StoreError>;
    /// `Stale` when there is one of this code.
    async fn create(&self, change: CouponChange<'_>, now: Timestamp) -> Result<(), StoreError>;
}

#[platform::async_trait]
pub trait Quotes: Send + Sync {
    /// With the order that has it. A quote that is not as it was written is broken, not answered.
    async fn find(&self, id: QuoteId) -> Result<Option<Quote>, StoreError>;
    async fn save(&self, change: QuoteChange<'_>, now: Timestamp) -> Result<(), StoreError>;
    /// Forgets whom those were for that ran out before this time; answers when the next one did or will.
    async fn forget_parties(&self, before: Timestamp) -> Result<Option<Timestamp>, StoreError>;
}

#[platform::async_trait]
pub trait Acceptances: Send + Sync {
    async fn find(&self, order: OrderId) -> Result<Option<Acceptance>, StoreError>;
    /// The acceptance, its components, the coupon's redemption and what a repeat will find, in one batch, or nothing. `Stale` when
    /// the order or the quote has one already, when the coupon is used up, or when it is given back already.
    async fn save(&self, change: AcceptanceChange<'_>, now: Timestamp) -> Result<(), StoreError>;
    /// The step was never done, and never will be. `Stale` when it was done after all.
    async fn forestall(&self, undo: &Undo, now: Timestamp) -> Result<(), StoreError>;
}
