//! Many accounts at once, without passwords.
use super::Identity;
use crate::{Error, domain::User};
use kernel::UserId;
use std::collections::BTreeSet;

impl Identity {
    /// Each as (id, address, name); those that are there already stay as they are.
    pub async fn import_people(&self, people: &[(UserId, String, String)]) -> Result<(), Error> {
        let user = |(id, email, name): &(UserId, String, String)| User::register(*id, email, name, BTreeSet::new()).0;
        let users: Vec<User> = people.iter().map(user).collect();
        Ok(self.people.import(&users, self.clock.now()).await?)
    }
}
