//! A vendor says something else of itself.
use super::{Vendors, read_at};
use crate::{
    Error,
    domain::{Profile, Slug, Vendor},
};
use kernel::VendorId;
use platform::{
    ask::Ask,
    store::{Change, StoreError},
};

/// What is `None` stays as it is.
#[derive(Default)]
pub struct ProfileEdit {
    pub name: Option<String>,
    pub slug: Option<Slug>,
    pub bio: Option<String>,
    pub country: Option<String>,
    /// `Some(None)`: it has none any more.
    pub tax_id: Option<Option<String>>,
    pub exempt: Option<bool>,
}

pub struct ChangeProfile {
    pub vendor: VendorId,
    pub edit: ProfileEdit,
    /// The version the vendor saw.
    pub expected: i64,
}

impl Vendors {
    pub async fn change_profile(&self, command: ChangeProfile, ask: &Ask<Vendor>) -> Result<Option<Vendor>, Error> {
        let Some(mut vendor) = self.vendors.find(command.vendor).await? else { return Ok(None) };
        if vendor.version != command.expected {
            return Err(Error::Changed);
        }
        let read = read_at(&vendor);
        let events = vendor.describe(command.edit.of(vendor.profile.clone()));
        match self.vendors.save(Change::new(&vendor, events).answering(ask), read, self.clock.now()).await {
            Err(StoreError::Stale) if self.has_slug(&vendor.profile.slug, vendor.id).await? => Err(Error::SlugTaken),
            Err(StoreError::Stale) => Err(Error::Changed),
            written => Ok(written.map(|()| Some(vendor))?),
        }
    }
}

impl ProfileEdit {
    fn of(self, mut profile: Profile) -> Profile {
        fn put<T>(place: &mut T, value: Option<T>) {
            value.into_iter().for_each(|value| *place = value);
        }
        put(&mut profile.name, self.name);
        put(&mut profile.slug, self.slug);
        put(&mut profile.bio, self.bio);
        put(&mut profile.tax.country, self.country);
        put(&mut profile.tax.tax_id, self.tax_id);
        put(&mut profile.tax.exempt, self.exempt);
        profile
    }
}
