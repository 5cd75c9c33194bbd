//! The one place that knows both sides, inwards.
use crate::{
    app::{MakeCart, New},
    domain::{Address, Choice, Delivery, MOST_LINES, MOST_UNITS, Owner},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{CartId, Currency, LineId, MethodId, OfferId, VendorId};
use platform::{
    actor::Actor,
    http::{Call, Problem},
};
use schemars::JsonSchema;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A new cart.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CartBody {
    pub currency: Currency,
    /// Where it goes, two letters, as far as that is known.
    #[serde(default)]
    #[schemars(regex(pattern = "^[A-Z]{2}$"))]
    pub country: Option<String>,
}

/// What is put in.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LinesBody {
    #[schemars(length(min = 1, max = 100))]
    pub lines: Vec<LineBody>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineBody {
    pub offer: OfferId,
    #[schemars(range(min = 1, max = 999))]
    pub quantity: u32,
}

/// How many of it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuantityBody {
    #[schemars(range(min = 0, max = 999))]
    pub quantity: u32,
}

/// Where it goes, and how.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveryBody {
    #[schemars(length(min = 3, max = 254))]
    pub email: String,
    pub address: AddressBody,
    /// One of the delivery options for each vendor.
    #[serde(default)]
    #[schemars(length(max = 100))]
    pub choices: Vec<ChoiceBody>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressBody {
    #[schemars(length(min = 1, max = 200))]
    pub name: String,
    /// ISO 3166, two letters.
    #[schemars(regex(pattern = "^[A-Z]{2}$"))]
    pub country: String,
    #[serde(default)]
    #[schemars(length(max = 100))]
    pub state: String,
    #[schemars(length(min = 1, max = 100))]
    pub city: String,
    #[serde(default)]
    #[schemars(length(max = 20))]
    pub postcode: String,
    #[schemars(length(min = 1, max = 200))]
    pub street: String,
    #[serde(default)]
    #[schemars(length(max = 40))]
    pub phone: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChoiceBody {
    pub vendor: VendorId,
    pub method: MethodId,
}

/// A code.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CouponBody {
    #[schemars(length(max = 64))]
    pub code: String,
}

/// Nothing to say: the cart has it all.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuoteBody {}

/// A user's own, else whoever shows the cart's token.
pub fn owner(actor: &Actor) -> Result<Owner, Problem> {
    let guest = || actor.guest.map(Owner::Guest);
    let owner = actor.user.map(Owner::User).or_else(guest);
    owner.ok_or_else(|| Problem::unauthenticated("sign in, or show the cart's token as Souk-Cart-Token"))
}

pub fn make_cart(call: Call<CartBody>) -> Result<MakeCart, Problem> {
    let CartBody { currency, country } = call.body;
    if let Some(country) = &country {
        is_country(country, "/country")?;
    }
    let id = CartId::from_uuid(Uuid::now_v7());
    let (owner, token) = match call.actor.user {
        Some(user) => (Owner::User(user), None),
        None => {
            let token = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
            (Owner::Guest(Sha256::digest(&token).into()), Some(token))
        }
    };
    Ok(MakeCart { id, owner, token, currency, country })
}

pub fn lines(body: LinesBody) -> Result<Vec<New>, Problem> {
    if !(1..=MOST_LINES).contains(&body.lines.len()) {
        return Err(Problem::invalid("1 to 100 lines at once").at("/lines", "length", "1 to 100"));
    }
    let line = |(at, line): (usize, LineBody)| {
        if !(1..=MOST_UNITS).contains(&line.quantity) {
            let pointer = format!("/lines/{at}/quantity");
            return Err(Problem::invalid("a quantity is 1 to 999").at(pointer, "range", "1 to 999"));
        }
        Ok(New { id: LineId::from_uuid(Uuid::now_v7()), offer: line.offer, quantity: line.quantity })
    };
    body.lines.into_iter().enumerate().map(line).collect()
}

pub fn quantity(body: QuantityBody) -> Result<u32, Problem> {
    if body.quantity > MOST_UNITS {
        return Err(Problem::invalid("a quantity is 0 to 999").at("/quantity", "range", "0 to 999"));
    }
    Ok(body.quantity)
}

pub fn coupon(body: CouponBody) -> Result<String, Problem> {
    within(&body.code, 0..=64, "/code")
}

pub fn expected(version: Option<u64>) -> Option<i64> {
    version.map(|version| i64::try_from(version).unwrap_or(i64::MAX))
}

pub fn delivery(body: DeliveryBody) -> Result<Delivery, Problem> {
    let email = within(&body.email, 3..=254, "/email")?;
    if !is_email(&email) {
        return Err(Problem::invalid("not an e-mail address").at("/email", "email", "local part, @, host"));
    }
    let a = body.address;
    is_country(&a.country, "/address/country")?;
    let address = Address {
        name: within(&a.name, 1..=200, "/address/name")?,
        country: a.country,
        state: within(&a.state, 0..=100, "/address/state")?,
        city: within(&a.city, 1..=100, "/address/city")?,
        postcode: within(&a.postcode, 0..=20, "/address/postcode")?,
        street: within(&a.street, 1..=200, "/address/street")?,
        phone: within(&a.phone, 0..=40, "/address/phone")?,
    };
    if body.choices.len() > MOST_LINES {
        return Err(Problem::invalid("at most 100 choices").at("/choices", "length", "at most 100"));
    }
    let mut choices: Vec<Choice> = vec![];
    for (at, ChoiceBody { vendor, method }) in body.choices.into_iter().enumerate() {
        if choices.iter().any(|choice| choice.vendor == vendor) {
            let pointer = format!("/choices/{at}/vendor");
            return Err(Problem::invalid("one choice a vendor").at(pointer, "duplicate", "chosen twice"));
        }
        choices.push(Choice { vendor, method });
    }
    Ok(Delivery { email, address, choices })
}

/// No more than it takes to tell a slip from an address: whether mail arrives shows only when one is sent.
fn is_email(text: &str) -> bool {
    let parts = text.split_once('@').is_some_and(|(local, host)| !local.is_empty() && !host.is_empty());
    parts && text.matches('@').count() == 1 && !text.contains(char::is_whitespace)
}

fn is_country(text: &str, pointer: &str) -> Result<(), Problem> {
    if text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase()) {
        return Ok(());
    }
    Err(Problem::invalid("a country is two capital letters").at(pointer, "country", "ISO 3166, two letters"))
}

/// Trimmed, without control characters.
fn within(text: &str, length: std::ops::RangeInclusive<usize>, pointer: &str) -> Result<String, Problem> {
    let text = text.trim();
    let (least, most) = (length.start(), length.end());
    if length.contains(&text.chars().count()) && !text.chars().any(char::is_control) {
        return Ok(text.to_string());
    }
    let detail = format!("{least} to {most} characters on one line");
    Err(Problem::invalid(detail.clone()).at(pointer, "length", detail))
}
