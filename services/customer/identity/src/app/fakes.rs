//! The ports in memory, as strict as the stores are, and what happened in which order.
use super::Identity;
use crate::{
    Config, Error,
    domain::{Grant, User},
    ports::{Act, ActPlace, Claims, People, Tokens, UserChange},
};
use kernel::{Id, Timestamp, UserId};
use platform::{
    page::Page,
    store::{Seen, StoreError},
};
use platform_test::HandClock;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};
use uuid::Uuid;

type Meanwhile = Box<dyn FnOnce(&Fake) + Send>;

#[derive(Default)]
pub struct Fake {
    users: Mutex<BTreeMap<UserId, User>>,
    pub acts: Mutex<Vec<Act>>,
    pub signed: Mutex<Vec<Claims>>,
    pub happened: Mutex<Vec<&'static str>>,
    away: Mutex<Option<StoreError>>,
    /// What somebody else does just before the next write.
    meanwhile: Mutex<Option<Meanwhile>>,
}

pub fn id<K>(n: u128) -> Id<K> {
    Id::from_uuid(Uuid::from_u128(n))
}
pub fn user<const N: usize>(n: u128, grants: [Grant; N]) -> User {
    User::register(id(n), &format!("{n}@example.com"), "", grants.into()).0
}

impl Fake {
    pub fn identity() -> (Arc<Fake>, Identity) {
        let fake = Arc::new(Fake::default());
        let clock = Arc::new(HandClock::at(Timestamp(1_000_000)));
        let app = Identity { people: fake.clone(), tokens: fake.clone(), clock, config: Config::default() };
        (fake, app)
    }
    pub fn knows(&self, user: User) -> User {
        self.users.lock().unwrap().insert(user.id, user.clone());
        user
    }
    pub fn log_is_away(&self) {
        *self.away.lock().unwrap() = Some(StoreError::Unavailable);
    }
    pub fn meanwhile(&self, act: impl FnOnce(&Fake) + Send + 'static) {
        *self.meanwhile.lock().unwrap() = Some(Box::new(act));
    }
}

#[platform::async_trait]
impl People for Fake {
    async fn find(&self, id: UserId) -> Result<Option<User>, StoreError> {
        Ok(self.users.lock().unwrap().get(&id).cloned())
    }
    async fn find_by_email(&self, email: &str) -> Result<Option<User>, StoreError> {
        Ok(self.users.lock().unwrap().values().find(|user| user.email == email).cloned())
    }
    async fn save(&self, change: UserChange<'_>, _: Timestamp) -> Result<(), StoreError> {
        let meanwhile = self.meanwhile.lock().unwrap().take();
        if let Some(act) = meanwhile {
            act(self);
        }
        let user = change.state.clone();
        let mut users = self.users.lock().unwrap();
        let old = users.get(&user.id).map_or(0, |old| old.version);
        if !change.events.is_empty() && old + 1 != user.version {
            return Err(StoreError::Stale);
        }
        users.insert(user.id, user);
        Ok(())
    }
    async fn import(&self, users: &[User], _: Timestamp) -> Result<(), StoreError> {
        let mut known = self.users.lock().unwrap();
        for user in users {
            known.entry(user.id).or_insert_with(|| user.clone());
        }
        Ok(())
    }
    async fn hear(&self, _: Seen) -> Result<(), StoreError> {
        Ok(())
    }
    async fn log(&self, act: &Act) -> Result<(), StoreError> {
        if let Some(error) = self.away.lock().unwrap().clone() {
            return Err(error);
        }
        self.happened.lock().unwrap().push("log");
        self.acts.lock().unwrap().push(act.clone());
        Ok(())
    }
    async fn acts(&self, _: &Page<ActPlace>) -> Result<Vec<Act>, StoreError> {
        Ok(self.acts.lock().unwrap().iter().rev().cloned().collect())
    }
}

impl Tokens for Fake {
    fn sign(&self, claims: &Claims) -> Result<String, Error> {
        self.happened.lock().unwrap().push("sign");
        self.signed.lock().unwrap().push(claims.clone());
        Ok("token".into())
    }
    fn keys(&self) -> String {
        String::new()
    }
}
