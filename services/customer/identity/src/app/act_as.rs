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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::fakes::{Fake, id, user},
        domain::{Grant, RoleName, User},
    };
    use platform::store::StoreError;

    fn acting(user: u128, vendor: Option<u128>) -> ActAs {
        let (id, vendor) = (Uuid::from_u128(50), vendor.map(id));
        ActAs { id, operator: "operator".into(), user: self::id(user), vendor, reason: "a call".into() }
    }

    #[tokio::test]
    async fn the_log_is_written_before_the_token() {
        let (fake, app) = Fake::identity();
        let clerk = Grant::new(RoleName::VendorStaff, Some(id(7))).unwrap();
        let elsewhere = Grant::new(RoleName::VendorAdmin, Some(id(8))).unwrap();
        fake.knows(user(1, [clerk, elsewhere]));
        let minted = app.act_as(acting(1, Some(7))).await.unwrap();
        assert_eq!((minted.token.as_str(), minted.expires_in), ("token", 900));
        assert_eq!(*fake.happened.lock().unwrap(), ["log", "sign"]);
        let (acts, claims) = (fake.acts.lock().unwrap(), fake.signed.lock().unwrap());
        let logged = (acts[0].id, acts[0].operator.as_str(), acts[0].user, acts[0].vendor, acts[0].reason.as_str());
        assert_eq!(logged, (claims[0].id, "operator", id(1), Some(id(7)), "a call"));
        assert_eq!(claims[0].roles, [RoleName::Customer, RoleName::VendorStaff], "of that vendor only");
        assert_eq!(claims[0].operator.as_deref(), Some("operator"), "it names both");
        assert_eq!(claims[0].expires, claims[0].issued + app.config.access_ttl);
    }

    #[tokio::test]
    async fn without_a_log_there_is_no_token() {
        let (fake, app) = Fake::identity();
        fake.knows(user(1, []));
        fake.log_is_away();
        assert!(matches!(app.act_as(acting(1, None)).await, Err(Error::Store(StoreError::Unavailable))));
        assert!(fake.signed.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn nobody_acts_as_an_operator_as_who_is_suspended_or_at_a_vendor_that_is_not_theirs() {
        let (fake, app) = Fake::identity();
        let role = |role| Grant::new(role, None).unwrap();
        let clerk = Grant::new(RoleName::VendorStaff, Some(id(7))).unwrap();
        fake.knows(user(1, [role(RoleName::Support)]));
        fake.knows(user(2, [role(RoleName::PlatformAdmin), clerk]));
        fake.knows(User { suspended: true, ..user(3, [clerk]) });
        fake.knows(user(4, [clerk]));
        for (who, vendor, code) in [
            (1, None, "user.is_operator"),
            (2, None, "user.is_operator"),
            (2, Some(7), "user.is_operator"),
            (3, Some(7), "user.suspended"),
            (3, None, "user.suspended"),
            (4, Some(8), "user.not_their_vendor"),
            (9, None, "user.not_found"),
        ] {
            let refused = app.act_as(acting(who, vendor)).await;
            let why = refused.err().map(|error| kernel::Coded::code(&error).text);
            assert_eq!(why, Some(code), "{who} {vendor:?}");
        }
        assert!(fake.happened.lock().unwrap().is_empty(), "nothing was logged or signed");
        app.act_as(acting(4, Some(7))).await.unwrap();
    }
}
