//! Another name or address for a place.
use super::Inventory;
use crate::{
    Error,
    domain::{Edit, Location},
};
use kernel::{LocationId, VendorId};
use platform::{
    ask::Ask,
    store::{Change, StoreError},
};

pub struct EditLocation {
    pub vendor: VendorId,
    pub id: LocationId,
    pub edit: Edit,
    pub expected: i64,
}

impl Inventory {
    /// `None` when the vendor has no such location.
    pub async fn edit_location(&self, command: EditLocation, ask: &Ask<Location>) -> Result<Option<Location>, Error> {
        let EditLocation { vendor, id, edit, expected } = command;
        let Some(mut location) = self.location(vendor, id).await? else { return Ok(None) };
        if location.version != expected {
            return Err(Error::Outdated);
        }
        location.edit(edit);
        match self.locations.save(Change::new(&location, vec![]).answering(ask), self.clock.now()).await {
            Err(StoreError::Stale) => Err(Error::Outdated),
            written => Ok(written.map(|()| Some(location))?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fakes::{VENDOR, id, shop};

    fn rename(vendor: u128, expected: i64) -> EditLocation {
        let edit = Edit { name: Some("attic".into()), address: None };
        EditLocation { vendor: id(vendor), id: id(1), edit, expected }
    }

    #[tokio::test]
    async fn only_the_version_that_was_seen_is_edited_and_only_by_its_vendor() {
        let (fake, app) = shop(5);
        assert_eq!(app.edit_location(rename(8, 1), &Ask::nobody()).await.unwrap(), None, "T1");
        assert!(matches!(app.edit_location(rename(VENDOR, 2), &Ask::nobody()).await, Err(Error::Outdated)));
        fake.meanwhile(1, |_| {});
        assert!(matches!(app.edit_location(rename(VENDOR, 1), &Ask::nobody()).await, Err(Error::Outdated)));
        let edited = app.edit_location(rename(VENDOR, 1), &Ask::nobody()).await.unwrap().unwrap();
        assert_eq!((edited.name.as_str(), edited.version), ("attic", 2));
    }
}
