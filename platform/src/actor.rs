//! Who asks, and what they may do.
use crate::hex::hex;
use kernel::{CartId, UserId, VendorId};

/// The roles of `domain.md`. Role × vendor is a relation: the vendor stands beside the roles in the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    Anonymous,
    Customer,
    VendorStaff,
    VendorAdmin,
    Support,
    PlatformAdmin,
    /// A service of ours, in its own name.
    Service,
}

impl Role {
    pub const ALL: [Role; 7] = [
        Role::Anonymous,
        Role::Customer,
        Role::VendorStaff,
        Role::VendorAdmin,
        Role::Support,
        Role::PlatformAdmin,
        Role::Service,
    ];
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Anonymous => "anonymous",
            Role::Customer => "customer",
            Role::VendorStaff => "vendor_staff",
            Role::VendorAdmin => "vendor_admin",
            Role::Support => "support",
            Role::PlatformAdmin => "platform_admin",
            Role::Service => "service",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Role::ALL.into_iter().find(|role| role.as_str() == text).ok_or(())
    }
}

/// A set of roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Roles(u8);

impl Roles {
    pub fn of(roles: &[Role]) -> Roles {
        roles.iter().fold(Roles(0), |set, role| Roles(set.0 | 1 << *role as u8))
    }
    pub fn contains(self, role: Role) -> bool {
        self.0 & (1 << role as u8) != 0
    }
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.contains(*role))
    }
}

/// Comes from a verified token or assertion, never from the request's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub roles: Roles,
    pub user: Option<UserId>,
    /// The vendor whose things this token opens. One; to change it, ask for a new token.
    pub vendor: Option<VendorId>,
    /// SHA-256 of the cart token a guest showed: the proof, not the claim.
    pub guest: Option<[u8; 32]>,
    pub cart: Option<CartId>,
    pub service: Option<String>,
    /// The operator who acts as this user, as the audit log names them.
    pub acted_by: Option<String>,
}

impl Actor {
    fn with(roles: &[Role]) -> Actor {
        let (user, vendor, guest, cart, service, acted_by) = Default::default();
        Actor { roles: Roles::of(roles), user, vendor, guest, cart, service, acted_by }
    }
    pub fn anonymous() -> Actor {
        Actor::with(&[Role::Anonymous])
    }
    /// Who showed the token of a cart.
    pub fn guest(guest: [u8; 32]) -> Actor {
        Actor { guest: Some(guest), ..Actor::anonymous() }
    }
    pub fn customer(user: UserId) -> Actor {
        Actor { user: Some(user), ..Actor::with(&[Role::Customer]) }
    }
    pub fn vendor_admin(user: UserId, vendor: VendorId) -> Actor {
        Actor { user: Some(user), vendor: Some(vendor), ..Actor::with(&[Role::VendorAdmin]) }
    }
    pub fn vendor_staff(user: UserId, vendor: VendorId) -> Actor {
        Actor { user: Some(user), vendor: Some(vendor), ..Actor::with(&[Role::VendorStaff]) }
    }
    pub fn support(user: UserId) -> Actor {
        Actor { user: Some(user), ..Actor::with(&[Role::Support]) }
    }
    pub fn platform_admin(user: UserId) -> Actor {
        Actor { user: Some(user), ..Actor::with(&[Role::PlatformAdmin]) }
    }
    pub fn service(name: &str) -> Actor {
        Actor { service: Some(name.into()), ..Actor::with(&[Role::Service]) }
    }
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(role)
    }
    pub fn is_anonymous(&self) -> bool {
        self.is(Role::Anonymous)
    }
    /// The scope of idempotency keys and rate limits. A guest's is the token shown, never "anonymous".
    pub fn principal(&self) -> Option<String> {
        self.user
            .map(|u| u.to_string())
            .or(self.guest.map(|g| format!("guest:{}", hex(&g))))
            .or(self.service.as_ref().map(|s| format!("service:{s}")))
    }
}

/// Decides actions. A table now, Rego later; the callers do not change.
pub trait Policy: Send + Sync {
    fn allows(&self, actor: &Actor, action: &str) -> bool;
    /// For the start-up check and the printed matrix: `None` when nobody has written a rule for the action.
    fn roles(&self, action: &str) -> Option<Vec<Role>>;
}

/// `("order.place", &[Anonymous, Customer])`, one line an action.
pub struct Table(pub &'static [(&'static str, &'static [Role])]);

impl Policy for Table {
    fn allows(&self, actor: &Actor, action: &str) -> bool {
        self.0.iter().any(|(a, roles)| *a == action && roles.iter().any(|role| actor.is(*role)))
    }
    fn roles(&self, action: &str) -> Option<Vec<Role>> {
        self.0.iter().find(|(a, _)| *a == action).map(|(_, roles)| roles.to_vec())
    }
}
