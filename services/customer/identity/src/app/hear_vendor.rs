//! A vendor was approved: its owner becomes its administrator.
use super::Identity;
use crate::domain::{Grant, RoleName};
use kernel::{UserId, VendorId};
use platform::store::{Change, Seen, StoreError};

impl Identity {
    /// An owner whom nobody knows is left to the operator: the message is only heard.
    pub async fn make_admin(&self, owner: UserId, vendor: VendorId, message: Seen) -> Result<(), StoreError> {
        let Some(user) = self.people.find(owner).await? else { return self.people.hear(message).await };
        let (changed, events) = user.also(Grant { role: RoleName::VendorAdmin, vendor: Some(vendor) });
        self.people.save(Change::new(&changed, events).seen(message), self.clock.now()).await
    }
}
