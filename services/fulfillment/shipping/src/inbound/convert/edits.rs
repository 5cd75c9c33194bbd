//! Zones and methods as vendors write and read them.
use crate::{
    app::{MethodDraft, SaveMethod, SaveZone, ZoneDraft},
    domain::{DAY, Method, Pace, Place, Rate, WeightStep, Zone},
};
use kernel::{Currency, MethodId, Money, VendorId, ZoneId};
use platform::http::{Call, Problem, View};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

const LONGEST: usize = 100;
const MOST_PLACES: usize = 1000;
const MOST_STEPS: usize = 100;
const MOST_DAYS: u16 = 90;
const MOST_GRAMS: i64 = 100_000_000;
/// Minor units.
const DEAREST: i64 = 100_000_000_000;

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceShape {
    /// ISO 3166, two letters.
    #[schemars(regex(pattern = "^[A-Z]{2}$"))]
    pub country: String,
    /// Only this state of it.
    #[serde(default)]
    pub state: Option<String>,
    /// Only postcodes that begin so.
    #[serde(default)]
    pub postcode: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(example = json!({"name": "south", "places": [{"country": "DE", "postcode": "8"}, {"country": "AT"}]}))]
pub struct ZoneBody {
    #[schemars(length(min = 1, max = LONGEST))]
    pub name: String,
    #[schemars(length(min = 1, max = MOST_PLACES))]
    pub places: Vec<PlaceShape>,
}

#[derive(Serialize, JsonSchema)]
pub struct ZoneView {
    pub id: ZoneId,
    /// `null`: the marketplace's, which vendors use as it is.
    pub vendor: Option<VendorId>,
    pub name: String,
    pub places: Vec<PlaceShape>,
    pub version: u64,
}

/// What a method takes. All amounts of one method have one currency.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum RateShape {
    Flat {
        price: Money,
    },
    /// By the weight of all goods; heavier than the last step is not delivered.
    Weight {
        steps: Vec<StepShape>,
    },
    /// Nothing from this value of goods on.
    FreeFrom {
        price: Money,
        from: Money,
    },
    /// What was recorded for each offer and place.
    Recorded {
        currency: Currency,
    },
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepShape {
    #[schemars(range(min = 1, max = MOST_GRAMS))]
    pub up_to_grams: i64,
    pub price: Money,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(example = json!({"zone": "zon_01jd5m8x3qf2v9k7c4w6t0hbng", "name": "Standard", "carrier": "Post",
    "rate": {"kind": "flat", "price": {"amount": 490, "currency": "EUR"}},
    "handling_days": 1, "transit_days": 2, "cut_off": "14:00", "time_zone": "Europe/Berlin"}))]
pub struct MethodBody {
    pub zone: ZoneId,
    #[schemars(length(min = 1, max = LONGEST))]
    pub name: String,
    #[schemars(length(min = 1, max = LONGEST))]
    pub carrier: String,
    pub rate: RateShape,
    /// Business days until the carrier has it.
    #[schemars(range(max = MOST_DAYS))]
    pub handling_days: u16,
    /// Business days on the way.
    #[schemars(range(max = MOST_DAYS))]
    pub transit_days: u16,
    /// What is ordered by then counts from the same day. `24:00`: every order.
    #[schemars(regex(pattern = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"))]
    pub cut_off: String,
    #[schemars(length(max = LONGEST), example = "Europe/Berlin")]
    pub time_zone: String,
}

#[derive(Serialize, JsonSchema)]
pub struct MethodView {
    pub id: MethodId,
    /// `null`: the marketplace's, by which every vendor delivers.
    pub vendor: Option<VendorId>,
    pub zone: ZoneId,
    pub name: String,
    pub carrier: String,
    pub rate: RateShape,
    pub handling_days: u16,
    pub transit_days: u16,
    pub cut_off: String,
    pub time_zone: String,
    pub version: u64,
}

impl View for ZoneView {
    fn version(&self) -> Option<u64> {
        Some(self.version)
    }
    fn location(&self) -> Option<String> {
        Some(format!("/vendor/v1/shipping-zones/{}", self.id))
    }
}
impl View for MethodView {
    fn version(&self) -> Option<u64> {
        Some(self.version)
    }
    fn location(&self) -> Option<String> {
        Some(format!("/vendor/v1/shipping-methods/{}", self.id))
    }
}

pub fn create_zone(call: Call<ZoneBody>) -> Result<SaveZone, Problem> {
    let (id, vendor) = (ZoneId::from_uuid(Uuid::now_v7()), call.actor.vendor()?);
    Ok(SaveZone { id, vendor, seen: None, draft: zone_draft(call.body)? })
}
pub fn replace_zone(call: Call<ZoneBody, ZoneId>) -> Result<SaveZone, Problem> {
    let (vendor, seen) = (call.actor.vendor()?, Some(seen(call.version)));
    Ok(SaveZone { id: call.path, vendor, seen, draft: zone_draft(call.body)? })
}
pub fn create_method(call: Call<MethodBody>) -> Result<SaveMethod, Problem> {
    let (id, vendor) = (MethodId::from_uuid(Uuid::now_v7()), call.actor.vendor()?);
    Ok(SaveMethod { id, vendor, seen: None, draft: method_draft(call.body)? })
}
pub fn replace_method(call: Call<MethodBody, MethodId>) -> Result<SaveMethod, Problem> {
    let (vendor, seen) = (call.actor.vendor()?, Some(seen(call.version)));
    Ok(SaveMethod { id: call.path, vendor, seen, draft: method_draft(call.body)? })
}
/// A version beyond what a store can count is none that was ever seen.
pub fn seen(version: Option<u64>) -> i64 {
    version.and_then(|v| i64::try_from(v).ok()).unwrap_or(-1)
}

fn zone_draft(body: ZoneBody) -> Result<ZoneDraft, Problem> {
    let name = named("/name", body.name)?;
    if !(1..=MOST_PLACES).contains(&body.places.len()) {
        return Err(Problem::invalid("a zone has 1 to 1000 places").at("/places", "length", "1 to 1000"));
    }
    let places = body.places.iter().enumerate().map(|(at, place)| self::place(at, place)).collect::<Result<_, _>>()?;
    Ok(ZoneDraft { name, places })
}

fn place(at: usize, p: &PlaceShape) -> Result<Place, Problem> {
    if p.country.len() != 2 || !p.country.bytes().all(|b| b.is_ascii_uppercase()) {
        let pointer = format!("/places/{at}/country");
        return Err(Problem::invalid("a country is two letters").at(pointer, "pattern", "ISO 3166, two letters"));
    }
    for (name, part) in [("state", &p.state), ("postcode", &p.postcode)] {
        if part.as_ref().is_some_and(|text| text.trim().is_empty() || text.len() > LONGEST) {
            let pointer = format!("/places/{at}/{name}");
            return Err(Problem::invalid("a part of a country has a name").at(pointer, "length", "1 to 100 bytes"));
        }
    }
    Ok(Place::new(&p.country, p.state.as_deref(), p.postcode.as_deref()))
}

fn method_draft(body: MethodBody) -> Result<MethodDraft, Problem> {
    let MethodBody { zone, handling_days, transit_days, time_zone, .. } = body;
    let (name, carrier) = (named("/name", body.name)?, named("/carrier", body.carrier)?);
    for (pointer, days) in [("/handling_days", handling_days), ("/transit_days", transit_days)] {
        if days > MOST_DAYS {
            return Err(Problem::invalid("nobody waits so long").at(pointer, "range", "0 to 90"));
        }
    }
    let cut_off = minutes(&body.cut_off)
        .ok_or_else(|| Problem::invalid("a cut-off is a time of day").at("/cut_off", "pattern", "00:00 to 24:00"))?;
    let (rate, currency) = rate(body.rate)?;
    let pace = Pace { handling_days, transit_days, cut_off, time_zone };
    Ok(MethodDraft { zone, name, carrier, currency, rate, pace })
}

fn named(pointer: &str, text: String) -> Result<String, Problem> {
    match !text.trim().is_empty() && text.chars().count() <= LONGEST {
        true => Ok(text),
        false => Err(Problem::invalid("a name is missing or too long").at(pointer, "length", "1 to 100 characters")),
    }
}

/// `14:00` → 840.
fn minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':').filter(|(h, m)| h.len() == 2 && m.len() == 2)?;
    let number = |t: &str| t.bytes().all(|b| b.is_ascii_digit()).then(|| t.parse::<u16>().ok())?;
    let (hours, minutes) = (number(hours)?, number(minutes).filter(|m| *m < 60)?);
    Some(hours * 60 + minutes).filter(|all| *all <= DAY)
}

fn rate(shape: RateShape) -> Result<(Rate, Currency), Problem> {
    match shape {
        RateShape::Flat { price } => {
            Ok((Rate::Flat(amount("/rate/price", price, price.currency())?), price.currency()))
        }
        RateShape::FreeFrom { price, from } => {
            let currency = price.currency();
            let (price, from) = (amount("/rate/price", price, currency)?, amount("/rate/from", from, currency)?);
            Ok((Rate::FreeFrom { price, from }, currency))
        }
        RateShape::Weight { steps } => by_weight(&steps),
        RateShape::Recorded { currency } => Ok((Rate::Recorded, currency)),
    }
}

fn by_weight(steps: &[StepShape]) -> Result<(Rate, Currency), Problem> {
    let Some(currency) = steps.first().map(|step| step.price.currency()).filter(|_| steps.len() <= MOST_STEPS) else {
        return Err(Problem::invalid("1 to 100 steps").at("/rate/steps", "length", "1 to 100"));
    };
    let mut below = 0;
    let mut read = vec![];
    for (at, step) in steps.iter().enumerate() {
        if step.up_to_grams <= below || step.up_to_grams > MOST_GRAMS {
            let pointer = format!("/rate/steps/{at}/up_to_grams");
            return Err(Problem::invalid("each step is heavier than the one before").at(
                pointer,
                "range",
                "1 to 10^8, growing",
            ));
        }
        below = step.up_to_grams;
        let price = amount(&format!("/rate/steps/{at}/price"), step.price, currency)?;
        read.push(WeightStep { up_to_grams: step.up_to_grams, price });
    }
    Ok((Rate::Weight(read), currency))
}

fn amount(pointer: &str, money: Money, currency: Currency) -> Result<i64, Problem> {
    match money.currency() == currency && (0..=DEAREST).contains(&money.minor()) {
        true => Ok(money.minor()),
        false => Err(Problem::invalid("an amount is wrong").at(pointer, "range", "0 to 10^11, all in one currency")),
    }
}

pub fn zone_view(z: &Zone) -> ZoneView {
    let place =
        |p: &Place| PlaceShape { country: p.country.clone(), state: p.state.clone(), postcode: p.postcode.clone() };
    let version = u64::try_from(z.version).unwrap_or_default();
    ZoneView { id: z.id, vendor: z.vendor, name: z.name.clone(), places: z.places.iter().map(place).collect(), version }
}

pub fn method_view(m: &Method) -> MethodView {
    let Pace { handling_days, transit_days, cut_off, time_zone } = m.pace.clone();
    MethodView {
        id: m.id,
        vendor: m.vendor,
        zone: m.zone,
        name: m.name.clone(),
        carrier: m.carrier.clone(),
        rate: rate_shape(&m.rate, m.currency),
        handling_days,
        transit_days,
        cut_off: format!("{:02}:{:02}", cut_off / 60, cut_off % 60),
        time_zone,
        version: u64::try_from(m.version).unwrap_or_default(),
    }
}

fn rate_shape(rate: &Rate, currency: Currency) -> RateShape {
    let money = |minor: i64| Money::new(minor.clamp(0, DEAREST), currency).expect("below 2^53"); // can't fail: clamped
    let step = |s: &WeightStep| StepShape { up_to_grams: s.up_to_grams, price: money(s.price) };
    match rate {
        Rate::Flat(price) => RateShape::Flat { price: money(*price) },
        Rate::FreeFrom { price, from } => RateShape::FreeFrom { price: money(*price), from: money(*from) },
        Rate::Weight(steps) => RateShape::Weight { steps: steps.iter().map(step).collect() },
        Rate::Recorded => RateShape::Recorded { currency },
    }
}
