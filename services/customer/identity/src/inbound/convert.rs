//! The one place that knows both sides.
use crate::{
    app::{ActAs, GrantRoles, Minted, RegisterUser},
    domain::{Grant, RoleName, Standing, User},
    ports::Act,
};
use contracts::identity as pb;
use kernel::{Timestamp, UserId, VendorId};
use platform::{
    actor::Actor,
    http::{Call, Problem, View},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, ops::RangeInclusive};
use uuid::Uuid;

/// A new account.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UserBody {
    #[schemars(length(min = 3, max = 254))]
    pub email: String,
    #[serde(default)]
    #[schemars(length(max = 200))]
    pub name: String,
    #[serde(default)]
    #[schemars(length(max = MOST_ROLES))]
    pub roles: Vec<GrantBody>,
}

/// What a user may be from now on.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RolesBody {
    #[schemars(length(max = MOST_ROLES))]
    pub roles: Vec<GrantBody>,
    /// Nothing of theirs counts while it is true.
    #[serde(default)]
    pub suspended: bool,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantBody {
    pub role: RoleBody,
    /// For roles at a vendor.
    #[serde(default)]
    pub vendor: Option<VendorId>,
}

#[derive(Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoleBody {
    Customer,
    VendorStaff,
    VendorAdmin,
    Support,
    PlatformAdmin,
}

/// Whom to act as, and why.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActAsBody {
    pub user: UserId,
    #[serde(default)]
    pub vendor: Option<VendorId>,
    #[schemars(length(min = 1, max = 500))]
    pub reason: String,
}

/// By address.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ByEmail {
    pub email: String,
}

#[derive(Serialize, JsonSchema)]
pub struct UserView {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub roles: Vec<GrantView>,
    pub suspended: bool,
    pub version: u64,
}

#[derive(Serialize, JsonSchema)]
pub struct GrantView {
    pub role: RoleBody,
    pub vendor: Option<VendorId>,
}

/// A short token that names both.
#[derive(Serialize, JsonSchema)]
pub struct TokenView {
    pub access_token: String,
    /// Seconds.
    pub expires_in: u64,
}

#[derive(Serialize, JsonSchema)]
pub struct ActView {
    pub operator: String,
    pub user: UserId,
    pub vendor: Option<VendorId>,
    pub reason: String,
    pub at: Timestamp,
}

impl View for TokenView {}
impl View for ActView {}
impl View for UserView {
    fn version(&self) -> Option<u64> {
        Some(self.version)
    }
    fn location(&self) -> Option<String> {
        Some(format!("/admin/v1/users/{}", self.id))
    }
}

const MOST_ROLES: usize = 100;
const ROLES: [(RoleName, RoleBody); 5] = [
    (RoleName::Customer, RoleBody::Customer),
    (RoleName::VendorStaff, RoleBody::VendorStaff),
    (RoleName::VendorAdmin, RoleBody::VendorAdmin),
    (RoleName::Support, RoleBody::Support),
    (RoleName::PlatformAdmin, RoleBody::PlatformAdmin),
];

fn role_view(role: RoleName) -> RoleBody {
    ROLES.iter().find(|(name, _)| *name == role).map_or(RoleBody::Customer, |(_, view)| *view)
}

fn grants(bodies: Vec<GrantBody>) -> Result<BTreeSet<Grant>, Problem> {
    if bodies.len() > MOST_ROLES {
        let detail = format!("at most {MOST_ROLES}");
        return Err(Problem::invalid("roles is not as it should be").at("/roles", "length", detail));
    }
    let grant = |(at, body): (usize, GrantBody)| {
        let known = ROLES.iter().find(|(_, view)| *view as u8 == body.role as u8);
        let role = known.map_or(RoleName::Customer, |(name, _)| *name);
        Grant::new(role, body.vendor).map_err(|_| {
            let why = "a role at a vendor names the vendor, and only such a role does";
            Problem::invalid(why).at(format!("/roles/{at}/vendor"), "vendor", why)
        })
    };
    bodies.into_iter().enumerate().map(grant).collect()
}

pub fn register(call: Call<UserBody>) -> Result<RegisterUser, Problem> {
    let UserBody { email, name, roles } = call.body;
    if !is_email(&email) {
        return Err(Problem::invalid("not an e-mail address").at("/email", "email", "local part, @, host"));
    }
    let (id, name) = (UserId::from_uuid(Uuid::now_v7()), line(&name, 0..=200, "/name")?);
    Ok(RegisterUser { id, email, name, grants: grants(roles)? })
}

/// No more than it takes to tell a slip from an address: whether mail arrives shows only when one is sent.
fn is_email(text: &str) -> bool {
    let text = text.trim();
    let parts = text.split_once('@').is_some_and(|(local, host)| !local.is_empty() && !host.is_empty());
    let odd = |c: char| c.is_whitespace() || c.is_control();
    parts && text.matches('@').count() == 1 && text.chars().count() <= 254 && !text.contains(odd)
}

/// `None`: nobody can have it.
pub fn address(query: &ByEmail) -> Option<&str> {
    Some(query.email.as_str()).filter(|text| is_email(text))
}

/// Trimmed, without control characters.
fn line(text: &str, length: RangeInclusive<usize>, pointer: &str) -> Result<String, Problem> {
    let text = text.trim();
    if length.contains(&text.chars().count()) && !text.chars().any(char::is_control) {
        return Ok(text.to_string());
    }
    let detail = format!("{} to {} characters on one line", length.start(), length.end());
    Err(Problem::invalid(format!("{} is not as it should be", &pointer[1..])).at(pointer, "length", detail))
}

pub fn grant_roles(call: Call<RolesBody, UserId>) -> Result<GrantRoles, Problem> {
    let standing = if call.body.suspended { Standing::Suspended } else { Standing::Good };
    let expected = call.version.and_then(|version| i64::try_from(version).ok()).unwrap_or_default();
    Ok(GrantRoles { user: call.path, grants: grants(call.body.roles)?, standing, expected })
}

pub fn act_as(call: Call<ActAsBody>) -> Result<ActAs, Problem> {
    let ActAsBody { user, vendor, reason } = call.body;
    let reason = line(&reason, 1..=500, "/reason")?;
    Ok(ActAs { id: Uuid::now_v7(), operator: operator(&call.actor), user, vendor, reason })
}

/// As the log names them: the account, or the key that opened the door.
fn operator(actor: &Actor) -> String {
    actor.user.map(|user| user.to_string()).or(actor.service.clone()).unwrap_or_else(|| "unknown".into())
}

pub fn user_view(u: &User) -> UserView {
    let grant = |g: &Grant| GrantView { role: role_view(g.role), vendor: g.vendor };
    UserView {
        id: u.id,
        email: u.email.clone(),
        name: u.name.clone(),
        roles: u.grants.iter().map(grant).collect(),
        suspended: u.suspended,
        version: u64::try_from(u.version).unwrap_or_default(),
    }
}

pub fn token_view(minted: &Minted) -> TokenView {
    TokenView { access_token: minted.token.clone(), expires_in: minted.expires_in }
}

pub fn act_view(act: &Act) -> ActView {
    let Act { operator, user, vendor, reason, at, .. } = act.clone();
    ActView { operator, user, vendor, reason, at }
}

pub fn standing(user: &User, vendor: Option<VendorId>) -> pb::StandingReply {
    let roles = user.roles(vendor).into_iter().map(|role| role.as_str().to_string()).collect();
    pb::StandingReply { suspended: user.suspended, roles }
}
