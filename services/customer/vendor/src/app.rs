//! The use cases, one file each in `app/`.
mod change_profile;
mod create_vendor;
mod import_vendors;
mod move_vendor;
mod set_plan;
pub use change_profile::{ChangeProfile, ProfileEdit};
pub use create_vendor::CreateVendor;
pub use move_vendor::MoveVendor;
pub use set_plan::SetPlan;

use crate::{
    Config, Error,
    domain::{Slug, Status, Vendor},
    ports::{ReadAt, Vendors as Store},
};
use kernel::{Clock, VendorId};
use platform::page::{Page, Slice};
use std::sync::Arc;

/// How often a use case plans again when somebody was faster.
const ATTEMPTS: usize = 8;

pub struct Vendors {
    pub vendors: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    pub config: Config,
}

impl Vendors {
    pub async fn vendor(&self, id: VendorId) -> Result<Option<Vendor>, Error> {
        Ok(self.vendors.find(id).await?)
    }
    /// `None` for one whose page is not shown.
    pub async fn shown(&self, slug: &Slug) -> Result<Option<Vendor>, Error> {
        Ok(self.vendors.by_slug(slug).await?.filter(Vendor::is_shown))
    }
    pub async fn list(&self, status: Option<Status>, page: &Page<VendorId>) -> Result<Slice<Vendor, VendorId>, Error> {
        Ok(page.slice(self.vendors.list(status, page).await?, |vendor| vendor.id))
    }
    /// Those of these that exist.
    pub async fn terms(&self, ids: &[VendorId]) -> Result<Vec<Vendor>, Error> {
        Ok(self.vendors.among(ids).await?)
    }

    async fn has_slug(&self, slug: &Slug, own: VendorId) -> Result<bool, Error> {
        Ok(self.vendors.by_slug(slug).await?.is_some_and(|vendor| vendor.id != own))
    }
}

fn read_at(vendor: &Vendor) -> ReadAt {
    ReadAt { version: vendor.version, plan: vendor.plan.version }
}
