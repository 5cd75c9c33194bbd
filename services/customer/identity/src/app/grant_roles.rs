//! An operator says what a user may be.
use super::Identity;
use crate::{
    Error,
    domain::{Grant, Standing, User},
};
use kernel::UserId;
use platform::{
    ask::Ask,
    store::{Change, StoreError},
};
use std::collections::BTreeSet;

pub struct GrantRoles {
    pub user: UserId,
    pub grants: BTreeSet<Grant>,
    pub standing: Standing,
    /// The version that was read: a role that came meanwhile is not taken away unseen.
    pub expected: i64,
}

impl Identity {
    /// `None` when there is no such user. Live tokens follow within a minute (T4).
    pub async fn grant_roles(&self, command: GrantRoles, ask: &Ask<User>) -> Result<Option<User>, Error> {
        let Some(user) = self.people.find(command.user).await? else { return Ok(None) };
        if user.version != command.expected {
            return Err(Error::Changed);
        }
        let (changed, events) = user.grant(command.grants, command.standing);
        match self.people.save(Change::new(&changed, events).answering(ask), self.clock.now()).await {
            Err(StoreError::Stale) => Err(Error::Changed),
            written => Ok(written.map(|()| Some(changed))?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fakes::{Fake, id, user};

    #[tokio::test]
    async fn a_role_that_came_meanwhile_is_not_taken_away_unseen() {
        let (fake, app) = Fake::identity();
        let anna = fake.knows(user(1, []));
        let put =
            |expected| GrantRoles { user: anna.id, grants: BTreeSet::new(), standing: Standing::Suspended, expected };
        assert!(matches!(app.grant_roles(put(2), &Ask::nobody()).await, Err(Error::Changed)));
        fake.meanwhile(|fake| {
            fake.knows(User { version: 2, ..user(1, []) });
        });
        assert!(matches!(app.grant_roles(put(1), &Ask::nobody()).await, Err(Error::Changed)));
        let done = app.grant_roles(put(2), &Ask::nobody()).await.unwrap().unwrap();
        assert_eq!((done.suspended, done.version), (true, 3));
        let nobody = GrantRoles { user: id(9), ..put(1) };
        assert!(app.grant_roles(nobody, &Ask::nobody()).await.unwrap().is_none());
    }
}
