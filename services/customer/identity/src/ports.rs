//! What the use cases need of the world.
use crate::{
    Error,
    domain::{Event, RoleName, User},
};
use kernel::{Timestamp, UserId, VendorId};
use platform::{
    page::Page,
    store::{Change, Seen, StoreError},
};
use uuid::Uuid;

pub type UserChange<'a> = Change<'a, User, Event>;

/// That somebody acted as somebody, for the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    pub id: Uuid,
    /// Who it was, as the gateway knows them.
    pub operator: String,
    pub user: UserId,
    pub vendor: Option<VendorId>,
    pub reason: String,
    pub at: Timestamp,
}

/// Where an act stands among all: several may be of one moment.
pub type ActPlace = (Timestamp, Uuid);

impl Act {
    pub fn place(&self) -> ActPlace {
        (self.at, self.id)
    }
}

#[platform::async_trait]
pub trait People: Send + Sync {
    async fn find(&self, id: UserId) -> Result<Option<User>, StoreError>;
    async fn find_by_email(&self, email: &str) -> Result<Option<User>, StoreError>;
    /// The user, their roles, the outbox and what a repeat will find, or nothing. `Stale` when somebody was faster or has the address.
    async fn save(&self, change: UserChange<'_>, now: Timestamp) -> Result<(), StoreError>;
    /// Many at once, those that are there already left alone.
    async fn import(&self, users: &[User], now: Timestamp) -> Result<(), StoreError>;
    /// A message that changes nothing here.
    async fn hear(&self, message: Seen) -> Result<(), StoreError>;
    async fn log(&self, act: &Act) -> Result<(), StoreError>;
    /// Newest first, behind this place.
    async fn acts(&self, page: &Page<ActPlace>) -> Result<Vec<Act>, StoreError>;
}

/// What an access token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    pub id: Uuid,
    pub user: UserId,
    pub roles: Vec<RoleName>,
    pub vendor: Option<VendorId>,
    /// The operator behind it, where somebody acts as the user.
    pub operator: Option<String>,
    pub issued: Timestamp,
    pub expires: Timestamp,
}

pub trait Tokens: Send + Sync {
    fn sign(&self, claims: &Claims) -> Result<String, Error>;
    /// The public keys as a JSON Web Key Set.
    fn keys(&self) -> String;
}
