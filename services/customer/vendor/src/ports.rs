//! What the use cases need of the world.
use crate::domain::{Event, Slug, Status, Vendor};
use kernel::{Timestamp, VendorId};
use platform::{
    page::Page,
    store::{Change, StoreError},
};

pub type VendorChange<'a> = Change<'a, Vendor, Event>;

/// What a vendor was when it was read: what a write is conditional on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadAt {
    pub version: i64,
    pub plan: i64,
}

#[platform::async_trait]
pub trait Vendors: Send + Sync {
    async fn find(&self, id: VendorId) -> Result<Option<Vendor>, StoreError>;
    /// Those of these that exist, in the order of their ids.
    async fn among(&self, ids: &[VendorId]) -> Result<Vec<Vendor>, StoreError>;
    async fn by_slug(&self, slug: &Slug) -> Result<Option<Vendor>, StoreError>;
    /// In the order of their ids.
    async fn list(&self, status: Option<Status>, page: &Page<VendorId>) -> Result<Vec<Vendor>, StoreError>;
    /// `Stale` when there is one of this id or slug.
    async fn open(&self, change: VendorChange<'_>, now: Timestamp) -> Result<(), StoreError>;
    /// `Stale` when it changed since it was read, or when the slug is another's.
    async fn save(&self, change: VendorChange<'_>, read: ReadAt, now: Timestamp) -> Result<(), StoreError>;
    /// Many at once; what is there already is left alone.
    async fn import(&self, vendors: &[(Vendor, Vec<Event>)], now: Timestamp) -> Result<(), StoreError>;
}
