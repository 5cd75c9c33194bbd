//! Locations as they are read from and shown to vendors.
use crate::{
    app::{EditLocation, OpenLocation},
    domain::{Edit, Location},
};
use kernel::{LocationId, error};
use platform::http::{Call, Problem, View};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

const NAME: usize = 100;
const ADDRESS: usize = 500;

/// A place where stock is kept.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(example = serde_json::json!({"name": "Back room", "address": "Main Street 1, 12345 Town"}))]
pub struct LocationBody {
    #[schemars(length(min = 1, max = NAME))]
    pub name: String,
    #[serde(default)]
    #[schemars(length(max = ADDRESS))]
    pub address: String,
}

/// What is to be changed.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LocationPatch {
    #[serde(default)]
    #[schemars(length(min = 1, max = NAME))]
    pub name: Option<String>,
    /// `null` means none.
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Option<String>", length(max = ADDRESS))]
    pub address: Option<Option<String>>,
}

#[derive(Serialize, JsonSchema)]
pub struct LocationView {
    pub id: LocationId,
    pub name: String,
    pub address: String,
    pub version: u64,
}

impl View for LocationView {
    fn version(&self) -> Option<u64> {
        Some(self.version)
    }
    fn location(&self) -> Option<String> {
        Some(format!("/vendor/v1/locations/{}", self.id))
    }
}

/// Tells what is there and `null` from what is absent (api 3).
fn given<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(d).map(Some)
}

pub fn location_view(l: &Location) -> LocationView {
    let version = u64::try_from(l.version).unwrap_or_default();
    LocationView { id: l.id, name: l.name.clone(), address: l.address.clone(), version }
}

pub fn open_location(call: Call<LocationBody>) -> Result<OpenLocation, Problem> {
    let vendor = call.actor.vendor()?;
    let LocationBody { name, address } = call.body;
    let (name, address) = (named(name)?, addressed(address)?);
    Ok(OpenLocation { id: LocationId::from_uuid(Uuid::now_v7()), vendor, name, address })
}

pub fn edit_location(call: Call<LocationPatch, LocationId>) -> Result<EditLocation, Problem> {
    let vendor = call.actor.vendor()?;
    let LocationPatch { name, address } = call.body;
    let name = name.map(named).transpose()?;
    let address = address.map(|text| addressed(text.unwrap_or_default())).transpose()?;
    let expected = call.version.and_then(|v| i64::try_from(v).ok()).unwrap_or_default();
    Ok(EditLocation { vendor, id: call.path, edit: Edit { name, address }, expected })
}

fn named(name: String) -> Result<String, Problem> {
    match name.trim() {
        "" => Err(wrong("/name", "empty", "a location has a name")),
        _ => short("/name", name, NAME),
    }
}

fn addressed(address: String) -> Result<String, Problem> {
    short("/address", address, ADDRESS)
}

fn short(pointer: &str, text: String, most: usize) -> Result<String, Problem> {
    let few = text.chars().count() <= most && !text.contains('\0');
    if few { Ok(text) } else { Err(wrong(pointer, "length", &format!("at most {most} characters, none of them zero"))) }
}

fn wrong(pointer: &str, code: &str, why: &str) -> Problem {
    Problem::new(error::invalid("invalid.value"), "a text is not as it should be").at(pointer, code, why)
}
