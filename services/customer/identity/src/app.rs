//! The use cases.
mod act_as;
#[cfg(test)]
mod fakes;
mod grant_roles;
mod hear_vendor;
mod import_people;
mod register_user;
pub use act_as::{ActAs, Minted};
pub use grant_roles::GrantRoles;
pub use register_user::RegisterUser;

use crate::{
    Config, Error,
    domain::User,
    ports::{Act, ActPlace, People, Tokens},
};
use kernel::{Clock, UserId};
use platform::page::Page;
use std::sync::Arc;

pub struct Identity {
    pub people: Arc<dyn People>,
    pub tokens: Arc<dyn Tokens>,
    pub clock: Arc<dyn Clock>,
    pub config: Config,
}

impl Identity {
    pub async fn user(&self, id: UserId) -> Result<Option<User>, Error> {
        Ok(self.people.find(id).await?)
    }
    pub async fn user_by_email(&self, email: &str) -> Result<Option<User>, Error> {
        Ok(self.people.find_by_email(&email.trim().to_lowercase()).await?)
    }
    /// Who acted as whom, newest first.
    pub async fn acts(&self, page: &Page<ActPlace>) -> Result<Vec<Act>, Error> {
        Ok(self.people.acts(page).await?)
    }
}
