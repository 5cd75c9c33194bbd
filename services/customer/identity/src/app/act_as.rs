//! An operator acts as a user: a short token that names both, and a line in the log.
use super::Identity;
use crate::{
    Error,
    ports::{Act, Claims},
};
use kernel::{UserId, VendorId};
use uuid::Uuid;

pub struct ActAs {
    /// Of the token and of the line in the log.
    pub id: Uuid,
    pub operator: String,
    pub user: UserId,
    pub vendor: Option<VendorId>,
    pub reason: String,
}

/// A token that was just signed. It can't be shown again.
pub struct Minted {
    pub token: String,
    /// In seconds.
    pub expires_in: u64,
}

impl Identity {
    /// The log is written first: nobody acts unseen. Never for another operator.
    pub async fn act_as(&self, command: ActAs) -> Result<Minted, Error> {
        let ActAs { id, operator, user, vendor, reason } = command;
        let known = self.people.find(user).await?.ok_or(Error::NoUser)?;
        if known.is_operator() {
            return Err(Error::Operator);
        }
        if known.suspended {
            return Err(Error::Suspended);
        }
        if vendor.is_some_and(|vendor| !known.belongs_to(vendor)) {
            return Err(Error::NotTheirVendor);
        }
        let now = self.clock.now();
        self.people.log(&Act { id, operator: operator.clone(), user, vendor, reason, at: now }).await?;
        let (issued, expires) = (now, now + self.config.access_ttl);
        let (roles, operator) = (known.roles(vendor), Some(operator));
        let token = self.tokens.sign(&Claims { id, user, roles, vendor, operator, issued, expires })?;
        Ok(Minted { token, expires_in: self.config.access_ttl.as_secs() })
    }
}
