//! An operator makes an account.
use super::Identity;
use crate::{
    Error,
    domain::{Grant, User},
};
use kernel::UserId;
use platform::{
    ask::Ask,
    store::{Change, StoreError},
};
use std::collections::BTreeSet;

pub struct RegisterUser {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub grants: BTreeSet<Grant>,
}

impl Identity {
    pub async fn register_user(&self, command: RegisterUser, ask: &Ask<User>) -> Result<User, Error> {
        let RegisterUser { id, email, name, grants } = command;
        let (user, events) = User::register(id, &email, &name, grants);
        if self.people.find_by_email(&user.email).await?.is_some() {
            return Err(Error::Taken);
        }
        match self.people.save(Change::new(&user, events).answering(ask), self.clock.now()).await {
            Err(StoreError::Stale) => Err(Error::Taken),
            written => Ok(written.map(|()| user)?),
        }
    }
}
