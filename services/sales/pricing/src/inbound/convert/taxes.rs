//! Tax zones as JSON. Rates are decimal strings of percents (api 3).
use crate::{
    app::SetTaxZone,
    domain::{Inclusion, OwedBy, Region, Rounding, TaxRate, TaxZone, ZoneFault, percent},
};
use platform::http::{Call, Problem, View};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How sales to a region are taxed.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(example = serde_json::json!({"name": "VAT", "inclusion": "included", "owed_by": "vendor",
    "rates": [{"class": "reduced", "rate": "7", "categories": ["books"]}, {"class": "standard", "rate": "19"}]}))]
pub struct TaxZoneBody {
    /// As people read it.
    #[schemars(length(min = 1, max = 60))]
    pub name: String,
    /// Whether vendors' prices have the tax in them.
    pub inclusion: InclusionWord,
    /// Who owes the tax to the state.
    #[serde(default)]
    pub owed_by: OwedByWord,
    /// Of tax, and of the commission on what is sold here.
    #[serde(default)]
    pub rounding: RoundingWord,
    /// In order: the first that is for one of an offer's categories decides. The last one, and no other, has no categories.
    #[schemars(length(min = 1, max = 50))]
    pub rates: Vec<TaxRateBody>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaxRateBody {
    #[schemars(length(min = 1, max = 60))]
    pub class: String,
    /// Percent: a decimal of at most four places, 0 to 100.
    pub rate: String,
    /// Slugs; those below them count too.
    #[serde(default)]
    pub categories: Vec<String>,
}

#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum InclusionWord {
    Included,
    Added,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OwedByWord {
    #[default]
    Vendor,
    /// It keeps the tax from the vendor's share.
    Marketplace,
    /// The marketplace for vendors established in another country.
    MarketplaceIfForeign,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoundingWord {
    #[default]
    HalfUp,
    HalfEven,
}

#[derive(Serialize, JsonSchema)]
pub struct TaxZoneView {
    pub region: String,
    pub name: String,
    pub inclusion: InclusionWord,
    pub owed_by: OwedByWord,
    pub rounding: RoundingWord,
    pub rates: Vec<TaxRateView>,
    pub version: u64,
}

#[derive(Serialize, JsonSchema)]
pub struct TaxRateView {
    pub class: String,
    pub rate: String,
    pub categories: Vec<String>,
}

impl View for TaxZoneView {
    fn version(&self) -> Option<u64> {
        Some(self.version)
    }
}

pub fn tax_zone_view(z: &TaxZone) -> TaxZoneView {
    let rate =
        |r: &TaxRate| TaxRateView { class: r.class.clone(), rate: percent(r.rate), categories: r.categories.clone() };
    TaxZoneView {
        region: z.region.to_string(),
        name: z.name.clone(),
        inclusion: match z.inclusion {
            Inclusion::Included => InclusionWord::Included,
            Inclusion::Added => InclusionWord::Added,
        },
        owed_by: match z.owed_by {
            OwedBy::Vendor => OwedByWord::Vendor,
            OwedBy::Marketplace => OwedByWord::Marketplace,
            OwedBy::MarketplaceIfForeign => OwedByWord::MarketplaceIfForeign,
        },
        rounding: match z.rounding {
            Rounding::HalfUp => RoundingWord::HalfUp,
            Rounding::HalfEven => RoundingWord::HalfEven,
        },
        rates: z.rates.iter().map(rate).collect(),
        version: u64::try_from(z.version).unwrap_or_default(),
    }
}

pub fn set_tax_zone(call: Call<TaxZoneBody, String>) -> Result<SetTaxZone, Problem> {
    let region: Region = call.path.parse().map_err(|_| Problem::not_found())?;
    let TaxZoneBody { name, inclusion, owed_by, rounding, rates } = call.body;
    let inclusion = match inclusion {
        InclusionWord::Included => Inclusion::Included,
        InclusionWord::Added => Inclusion::Added,
    };
    let owed_by = match owed_by {
        OwedByWord::Vendor => OwedBy::Vendor,
        OwedByWord::Marketplace => OwedBy::Marketplace,
        OwedByWord::MarketplaceIfForeign => OwedBy::MarketplaceIfForeign,
    };
    let rounding = match rounding {
        RoundingWord::HalfUp => Rounding::HalfUp,
        RoundingWord::HalfEven => Rounding::HalfEven,
    };
    let name = word("/name", name)?;
    let rates = rates.into_iter().enumerate().map(|(at, body)| rate(at, body)).collect::<Result<_, _>>()?;
    let zone = TaxZone { region, name, inclusion, owed_by, rounding, rates, version: 0 };
    if let Some(fault) = zone.fault() {
        return Err(explained(fault));
    }
    let expected = call.version.and_then(|v| i64::try_from(v).ok()).unwrap_or_default();
    Ok(SetTaxZone { zone, expected })
}

fn rate(at: usize, body: TaxRateBody) -> Result<TaxRate, Problem> {
    let TaxRateBody { class, rate: text, categories } = body;
    let class = word(&format!("/rates/{at}/class"), class)?;
    let rate = millionths(&text);
    let rate = rate.ok_or_else(|| wrong(&format!("/rates/{at}/rate"), "a decimal of at most four places, 0 to 100"))?;
    Ok(TaxRate { class, rate, categories })
}

fn explained(fault: ZoneFault) -> Problem {
    match fault {
        ZoneFault::Count => wrong("/rates", "1 to 50 rates"),
        ZoneFault::Everything(at) => wrong(&format!("/rates/{at}"), "the last rate, and no other, has no categories"),
        ZoneFault::Rate(at) => wrong(&format!("/rates/{at}/rate"), "0 to 100 percent"),
    }
}

fn word(at: &str, text: String) -> Result<String, Problem> {
    if (1..=60).contains(&text.chars().count()) { Ok(text) } else { Err(wrong(at, "1 to 60 characters")) }
}

fn wrong(at: &str, why: &str) -> Problem {
    Problem::invalid(why).at(at, "value", why)
}

/// `8.875` as 88750.
fn millionths(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |t: &str, most: usize| (1..=most).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole, 3) || !digits(part, 4) {
        return None;
    }
    let part: i64 = format!("{part:0<4}").parse().ok()?;
    Some(whole.parse::<i64>().ok()? * 10_000 + part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_decimal_and_comes_back_as_one() {
        let read = ["19", "8.875", "0.05", "100", "7.0"].map(|text| millionths(text).unwrap());
        assert_eq!(read, [190_000, 88_750, 500, 1_000_000, 70_000]);
        assert_eq!(read.map(percent), ["19", "8.875", "0.05", "100", "7"]);
        assert!(["", ".5", "5.", "1.23456", "-1", "1,5"].iter().all(|wrong| millionths(wrong).is_none()));
    }
}
