//! What the use cases need of the world.
use crate::domain::{Event, Local, Method, Parcel, ParcelState, RecordedRate, UnitRate, Zone};
use kernel::{Currency, MethodId, OfferId, OrderId, ShipmentId, Timestamp, VendorId, ZoneId};
use platform::{
    page::{Page, Slice},
    store::{Change, StoreError},
};

/// What became of a zone or a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// It stands as given, at the given version.
    Put,
    /// It is gone; its version is the one that was seen.
    Removed,
}

pub type ZoneChange<'a> = Change<'a, Zone, Edit>;
pub type MethodChange<'a> = Change<'a, Method, Edit>;
pub type ParcelChange<'a> = Change<'a, Parcel, Event>;

#[platform::async_trait]
pub trait Zones: Send + Sync {
    async fn find(&self, id: ZoneId) -> Result<Option<Zone>, StoreError>;
    /// The vendor's and the marketplace's, in the order of their ids.
    async fn list(&self, vendor: VendorId, page: &Page<ZoneId>) -> Result<Slice<Zone, ZoneId>, StoreError>;
    /// Whether a method delivers to it.
    async fn is_used(&self, id: ZoneId) -> Result<bool, StoreError>;
    /// `Stale` when it changed since it was read, or is used where it should go.
    async fn save(&self, change: ZoneChange<'_>, now: Timestamp) -> Result<(), StoreError>;
    /// Many at once, in few batches. What is there already stays as it is.
    async fn import(&self, zones: &[Zone]) -> Result<(), StoreError>;
}

#[platform::async_trait]
pub trait Methods: Send + Sync {
    async fn find(&self, id: MethodId) -> Result<Option<Method>, StoreError>;
    /// The vendor's and the marketplace's, in the order of their ids.
    async fn list(&self, vendor: VendorId, page: &Page<MethodId>) -> Result<Slice<Method, MethodId>, StoreError>;
    /// By which these vendors deliver in this currency, each with its zone, in the order of their ids. The marketplace's serve all.
    async fn of(&self, vendors: &[VendorId], currency: Currency) -> Result<Vec<(Method, Zone)>, StoreError>;
    /// `Stale` when it changed since it was read, or its zone went meanwhile.
    async fn save(&self, change: MethodChange<'_>, now: Timestamp) -> Result<(), StoreError>;
    /// Many at once, in few batches. What is there already stays as it is.
    async fn import(&self, methods: &[Method]) -> Result<(), StoreError>;
}

#[platform::async_trait]
pub trait RecordedRates: Send + Sync {
    /// Of each of these offers the row of this place that is valid at this time; none for an unknown key.
    async fn at(&self, offers: &[OfferId], prefix: &str, time: Timestamp) -> Result<Vec<UnitRate>, StoreError>;
    /// Many at once, in few batches. A row of the same key and start is replaced.
    async fn import(&self, rates: &[RecordedRate]) -> Result<(), StoreError>;
}

/// What a list of parcels is narrowed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParcelFilter {
    pub vendor: VendorId,
    pub state: Option<ParcelState>,
}

#[platform::async_trait]
pub trait Parcels: Send + Sync {
    async fn find(&self, id: ShipmentId) -> Result<Option<Parcel>, StoreError>;
    /// At most two: more than one is too many.
    async fn tracked_by(&self, tracking: &str) -> Result<Vec<ShipmentId>, StoreError>;
    /// The oldest first.
    async fn of(&self, order: OrderId) -> Result<Vec<Parcel>, StoreError>;
    /// The newest first.
    async fn list(
        &self,
        filter: ParcelFilter,
        page: &Page<ShipmentId>,
    ) -> Result<Slice<Parcel, ShipmentId>, StoreError>;
    /// The parcel, what its carrier told and the outbox, or nothing. `Stale` when it changed since it was read.
    async fn save(&self, change: ParcelChange<'_>, now: Timestamp) -> Result<(), StoreError>;
}

/// The time zone database.
pub trait Calendar: Send + Sync {
    /// `None` for a zone that nobody knows.
    fn local(&self, at: Timestamp, time_zone: &str) -> Option<Local>;
    /// The last moment of a day, days since 1970 there.
    fn end_of(&self, day: i64, time_zone: &str) -> Option<Timestamp>;
}
