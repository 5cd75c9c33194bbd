//! Vendors as JSON.
use super::wrong;
use crate::{
    app::{ChangeProfile, CreateVendor, ProfileEdit},
    domain::{Profile, Slug, Status, TaxData, Vendor},
};
use kernel::{UserId, VendorId};
use platform::http::{Call, Problem, View};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

/// Nothing to say.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActBody {}

/// Why.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonBody {
    #[schemars(length(min = 1, max = 1000))]
    pub reason: String,
}

/// A new vendor.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(example = serde_json::json!({"name": "Lampen Anna", "country": "DE"}))]
pub struct VendorBody {
    #[schemars(length(min = 1, max = 200))]
    pub name: String,
    /// 3 to 60 small letters, digits and hyphens. Made of the name when it is left out.
    #[serde(default)]
    pub slug: Option<String>,
    #[serde(default)]
    #[schemars(length(max = 5000))]
    pub bio: String,
    /// The user who becomes its administrator when it is approved.
    #[serde(default)]
    pub owner: Option<UserId>,
    /// ISO 3166, two letters: where it is established.
    #[schemars(regex(pattern = "^[A-Z]{2}$"))]
    pub country: String,
    #[serde(default)]
    #[schemars(length(max = 40))]
    pub tax_id: Option<String>,
    /// It charges no tax on what it sells.
    #[serde(default)]
    pub exempt: bool,
}

/// A merge patch: what is absent stays, and `null` takes away.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfilePatch {
    #[serde(default, deserialize_with = "given")]
    #[schemars(length(min = 1, max = 200))]
    pub name: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    pub slug: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(length(max = 5000))]
    pub bio: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(regex(pattern = "^[A-Z]{2}$"))]
    pub country: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(length(max = 40))]
    pub tax_id: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    pub exempt: Option<Option<bool>>,
}

/// Tells `null` from nothing.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(d: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(d).map(Some)
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VendorFilter {
    /// pending, active, vacation, suspended or terminated.
    #[serde(default)]
    pub status: Option<String>,
}

/// As the public sees it.
#[derive(Serialize, JsonSchema)]
pub struct ShopView {
    pub id: VendorId,
    pub name: String,
    pub slug: String,
    pub bio: String,
    /// `active`, or `vacation` while it sells nothing.
    pub status: &'static str,
}

/// As it sees itself.
#[derive(Serialize, JsonSchema)]
pub struct ProfileView {
    pub id: VendorId,
    pub name: String,
    pub slug: String,
    pub bio: String,
    pub status: &'static str,
    /// Why it was suspended or terminated.
    pub reason: Option<String>,
    pub country: String,
    pub tax_id: Option<String>,
    pub exempt: bool,
    pub version: u64,
}

/// As the operator sees it.
#[derive(Serialize, JsonSchema)]
pub struct VendorView {
    #[serde(flatten)]
    pub profile: ProfileView,
    pub owner: Option<UserId>,
    pub approved_at: Option<kernel::Timestamp>,
}

impl View for ShopView {}
impl View for ProfileView {
    fn version(&self) -> Option<u64> {
        Some(self.version)
    }
}
impl View for VendorView {
    fn version(&self) -> Option<u64> {
        Some(self.profile.version)
    }
    fn location(&self) -> Option<String> {
        Some(format!("/admin/v1/vendors/{}", self.profile.id))
    }
}

pub fn shop_view(v: &Vendor) -> ShopView {
    let Profile { name, slug, bio, .. } = v.profile.clone();
    ShopView { id: v.id, name, slug: slug.to_string(), bio, status: v.status.as_str() }
}

pub fn profile_view(v: &Vendor) -> ProfileView {
    let Profile { name, slug, bio, tax } = v.profile.clone();
    ProfileView {
        id: v.id,
        name,
        slug: slug.to_string(),
        bio,
        status: v.status.as_str(),
        reason: v.reason.clone(),
        country: tax.country,
        tax_id: tax.tax_id,
        exempt: tax.exempt,
        version: u64::try_from(v.version).unwrap_or_default(),
    }
}

pub fn vendor_view(v: &Vendor) -> VendorView {
    VendorView { profile: profile_view(v), owner: v.owner, approved_at: v.approved }
}

pub fn status(filter: &VendorFilter) -> Result<Option<Status>, Problem> {
    let status = filter.status.as_deref().map(str::parse).transpose();
    status.map_err(|why| wrong("/status", why))
}

pub fn reason(body: &ReasonBody) -> Result<String, Problem> {
    text("/reason", body.reason.trim().to_string(), 1..=1000)
}

pub fn create_vendor(body: VendorBody) -> Result<CreateVendor, Problem> {
    let id = VendorId::from_uuid(Uuid::now_v7());
    let VendorBody { name, slug, bio, owner, country, tax_id, exempt } = body;
    let name = text("/name", name.trim().to_string(), 1..=200)?;
    let slug = slug.map_or_else(|| Ok(Slug::of(&name, id)), |text| read_slug(&text))?;
    let tax = TaxData { country: read_country(country)?, tax_id: tax_id.map(read_tax_id).transpose()?, exempt };
    let profile = Profile { name, slug, bio: text("/bio", bio, 0..=5000)?, tax };
    Ok(CreateVendor { id, owner, profile })
}

pub fn change_profile(call: Call<ProfilePatch>) -> Result<ChangeProfile, Problem> {
    let vendor = call.actor.vendor()?;
    let ProfilePatch { name, slug, bio, country, tax_id, exempt } = call.body;
    let name = kept("/name", name)?.map(|name| text("/name", name.trim().to_string(), 1..=200)).transpose()?;
    let slug = kept("/slug", slug)?.map(|text| read_slug(&text)).transpose()?;
    let bio = bio.map(|bio| text("/bio", bio.unwrap_or_default(), 0..=5000)).transpose()?;
    let country = kept("/country", country)?.map(read_country).transpose()?;
    let tax_id = tax_id.map(|given| given.map(read_tax_id).transpose()).transpose()?;
    let exempt = kept("/exempt", exempt)?;
    let edit = ProfileEdit { name, slug, bio, country, tax_id, exempt };
    let expected = call.version.and_then(|v| i64::try_from(v).ok()).unwrap_or_default();
    Ok(ChangeProfile { vendor, edit, expected })
}

/// For what nobody can be without.
fn kept<T>(at: &str, given: Option<Option<T>>) -> Result<Option<T>, Problem> {
    given.map(|value| value.ok_or_else(|| wrong(at, "it can't be taken away"))).transpose()
}

fn text(at: &str, text: String, length: std::ops::RangeInclusive<usize>) -> Result<String, Problem> {
    if length.contains(&text.chars().count()) {
        return Ok(text);
    }
    Err(wrong(at, &format!("{} to {} characters", length.start(), length.end())))
}

fn read_slug(text: &str) -> Result<Slug, Problem> {
    text.parse().map_err(|why| wrong("/slug", why))
}
fn read_country(text: String) -> Result<String, Problem> {
    match text.as_bytes() {
        [a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase() => Ok(text),
        _ => Err(wrong("/country", "two capital letters of ISO 3166")),
    }
}
fn read_tax_id(given: String) -> Result<String, Problem> {
    text("/tax_id", given.trim().to_string(), 1..=40)
}
