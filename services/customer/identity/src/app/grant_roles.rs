//! An operator says what a user may be.
use super::Identity;
use crate::{
    Error,
    domain::{Grant, Standing, User},
};
use kernel::UserId;
use platform::{ask::Ask, store::Change};
use std::collections::BTreeSet;

pub struct GrantRoles {
    pub user: UserId,
    pub grants: BTreeSet<Grant>,
    pub standing: Standing,
}

impl Identity {
    /// `None` when there is no such user. Live tokens follow within a minute (T4).
    pub async fn grant_roles(&self, command: GrantRoles, ask: &Ask<User>) -> Result<Option<User>, Error> {
        let Some(user) = self.people.find(command.user).await? else { return Ok(None) };
        let (changed, events) = user.grant(command.grants, command.standing);
        self.people.save(Change::new(&changed, events).answering(ask), self.clock.now()).await?;
        Ok(Some(changed))
    }
}
