//! The user and what they may be.
use kernel::{UserId, VendorId};
use std::collections::BTreeSet;

/// The roles of `domain.md` that a person can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RoleName {
    Customer,
    VendorStaff,
    VendorAdmin,
    Support,
    PlatformAdmin,
}

/// A role, at a vendor where it is one of a vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    pub role: RoleName,
    pub vendor: Option<VendorId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    /// In small letters: what they log in with.
    pub email: String,
    pub name: String,
    pub grants: BTreeSet<Grant>,
    pub suspended: bool,
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Registered,
    GrantsChanged,
}

/// Vendor roles name their vendor, the others none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Illegal;

impl RoleName {
    pub const ALL: [RoleName; 5] =
        [RoleName::Customer, RoleName::VendorStaff, RoleName::VendorAdmin, RoleName::Support, RoleName::PlatformAdmin];
    pub fn as_str(self) -> &'static str {
        match self {
            RoleName::Customer => "customer",
            RoleName::VendorStaff => "vendor_staff",
            RoleName::VendorAdmin => "vendor_admin",
            RoleName::Support => "support",
            RoleName::PlatformAdmin => "platform_admin",
        }
    }
    pub fn parse(text: &str) -> Option<RoleName> {
        RoleName::ALL.into_iter().find(|role| role.as_str() == text)
    }
    fn is_at_a_vendor(self) -> bool {
        matches!(self, RoleName::VendorStaff | RoleName::VendorAdmin)
    }
}

impl Grant {
    pub fn new(role: RoleName, vendor: Option<VendorId>) -> Result<Grant, Illegal> {
        if role.is_at_a_vendor() == vendor.is_some() { Ok(Grant { role, vendor }) } else { Err(Illegal) }
    }
}

impl User {
    /// Everybody is a customer.
    pub fn register(id: UserId, email: &str, name: &str, grants: BTreeSet<Grant>) -> (User, Vec<Event>) {
        let mut grants = grants;
        grants.insert(Grant { role: RoleName::Customer, vendor: None });
        let (email, name) = (email.trim().to_lowercase(), name.trim().to_string());
        (User { id, email, name, grants, suspended: false, version: 1 }, vec![Event::Registered])
    }

    /// What is given is what they are from now on; a customer everybody stays.
    pub fn grant(&self, grants: BTreeSet<Grant>, suspended: Standing) -> (User, Vec<Event>) {
        let mut grants = grants;
        grants.insert(Grant { role: RoleName::Customer, vendor: None });
        let suspended = suspended == Standing::Suspended;
        if grants == self.grants && suspended == self.suspended {
            return (self.clone(), vec![]);
        }
        (User { grants, suspended, version: self.version + 1, ..self.clone() }, vec![Event::GrantsChanged])
    }

    /// One more.
    pub fn also(&self, grant: Grant) -> (User, Vec<Event>) {
        let mut grants = self.grants.clone();
        grants.insert(grant);
        self.grant(grants, if self.suspended { Standing::Suspended } else { Standing::Good })
    }

    /// The roles that count for this vendor, or without one.
    pub fn roles(&self, vendor: Option<VendorId>) -> Vec<RoleName> {
        let counts = |grant: &&Grant| grant.vendor.is_none() || grant.vendor == vendor;
        self.grants.iter().filter(counts).map(|grant| grant.role).collect()
    }
    pub fn is_operator(&self) -> bool {
        self.grants.iter().any(|g| matches!(g.role, RoleName::Support | RoleName::PlatformAdmin))
    }
    pub fn belongs_to(&self, vendor: VendorId) -> bool {
        self.grants.iter().any(|grant| grant.vendor == Some(vendor))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Good,
    Suspended,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id<K>(n: u128) -> kernel::Id<K> {
        kernel::Id::from_uuid(uuid::Uuid::from_u128(n))
    }

    #[test]
    fn a_vendors_role_counts_at_that_vendor_only() {
        let grant = Grant::new(RoleName::VendorAdmin, Some(id(7))).unwrap();
        let (anna, _) = User::register(id(1), " Anna@Example.com ", "Anna", [grant].into());
        assert_eq!(anna.email, "anna@example.com");
        assert_eq!(anna.roles(None), [RoleName::Customer]);
        assert_eq!(anna.roles(Some(id(7))), [RoleName::Customer, RoleName::VendorAdmin]);
        assert_eq!(anna.roles(Some(id(8))), [RoleName::Customer]);
    }

    #[test]
    fn vendor_roles_name_a_vendor_and_others_do_not() {
        assert_eq!(Grant::new(RoleName::VendorStaff, None), Err(Illegal));
        assert_eq!(Grant::new(RoleName::Support, Some(id(7))), Err(Illegal));
    }

    #[test]
    fn granting_the_same_changes_nothing() {
        let (anna, _) = User::register(id(1), "a@b", "Anna", BTreeSet::new());
        assert_eq!(anna.grant(BTreeSet::new(), Standing::Good), (anna.clone(), vec![]));
        assert!(anna.grant(BTreeSet::new(), Standing::Suspended).0.suspended);
    }
}
