//! JSON ↔ domain.
use crate::{
    app::SetPrice,
    domain::{Coupon, Discount, Price, PriceList},
};
use kernel::{Currency, Money, OfferId, Timestamp};
use platform::http::{Call, Problem, View};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Of one unit, and of a coupon's amount: far beyond what is sold, far below what overflows.
const MOST: i64 = 100_000_000_000;
const MOST_USES: i64 = 1_000_000_000;

/// What one unit costs, in minor units of the currency in the path.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(example = serde_json::json!({"amount": 1999}))]
pub struct PriceBody {
    #[schemars(range(min = 0, max = MOST))]
    pub amount: i64,
    /// From when on. Not in the past; now, if it is left out.
    #[serde(default)]
    pub from: Option<Timestamp>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceQuery {
    pub currency: Currency,
}

/// Either `percent` or `amount`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(example = serde_json::json!({"code": "SPRING-7", "percent": "12.5", "limit": 100}))]
pub struct CouponBody {
    /// 3 to 40 letters, digits and hyphens, in any case.
    pub code: String,
    /// Off the sum of the lines: a decimal of at most two places, above 0 and up to 100.
    #[serde(default)]
    pub percent: Option<String>,
    /// Off the sum of the lines, at most all of it. Only for carts of this currency.
    #[serde(default)]
    pub amount: Option<Money>,
    /// How many orders may use it.
    #[schemars(range(min = 1, max = MOST_USES))]
    pub limit: i64,
}

#[derive(Serialize, JsonSchema)]
pub struct OfferPriceView {
    pub offer: OfferId,
    pub price: Money,
    /// Since when it costs this.
    pub from: Timestamp,
}

#[derive(Serialize, JsonSchema)]
pub struct PriceListView {
    pub offer: OfferId,
    pub prices: Vec<DatedPriceView>,
    pub version: u64,
}

/// Holds until the next one of its currency begins.
#[derive(Serialize, JsonSchema)]
pub struct DatedPriceView {
    pub price: Money,
    pub from: Timestamp,
}

#[derive(Serialize, JsonSchema)]
pub struct CouponView {
    pub code: String,
    pub percent: Option<String>,
    pub amount: Option<Money>,
    pub limit: i64,
    pub used: i64,
}

impl View for OfferPriceView {}
impl View for PriceListView {
    fn version(&self) -> Option<u64> {
        Some(self.version)
    }
}
impl View for CouponView {
    fn location(&self) -> Option<String> {
        Some(format!("/admin/v1/coupons/{}", self.code))
    }
}

pub fn offer_price_view((offer, price): &(OfferId, Price)) -> OfferPriceView {
    OfferPriceView { offer: *offer, price: money(price), from: price.from }
}

pub fn price_list_view(list: &PriceList) -> PriceListView {
    let dated = |p: &Price| DatedPriceView { price: money(p), from: p.from };
    let version = u64::try_from(list.version).unwrap_or_default();
    PriceListView { offer: list.offer, prices: list.prices.iter().map(dated).collect(), version }
}

pub fn coupon_view(coupon: &Coupon) -> CouponView {
    let (percent, amount) = match coupon.discount {
        Discount::Percent(bp) => (Some(decimal(bp)), None),
        Discount::Fixed(off) => (None, Some(off)),
    };
    CouponView { code: coupon.code.to_string(), percent, amount, limit: coupon.limit, used: coupon.used }
}

pub fn set_price(call: Call<PriceBody, (OfferId, Currency)>) -> Result<SetPrice, Problem> {
    let vendor = call.actor.vendor()?;
    let PriceBody { amount, from } = call.body;
    if !(0..=MOST).contains(&amount) {
        return Err(Problem::invalid("a price is 0 to 100000000000").at("/amount", "range", "0 to 100000000000"));
    }
    let (offer, currency) = call.path;
    let expected = call.version.and_then(|v| i64::try_from(v).ok()).unwrap_or_default();
    Ok(SetPrice { vendor, offer, currency, amount, from, expected })
}

pub fn coupon(body: CouponBody) -> Result<Coupon, Problem> {
    let wrong = |at: &str, why: &str| Problem::invalid(format!("{at}: {why}")).at(format!("/{at}"), "value", why);
    let code = body.code.parse().map_err(|why| wrong("code", why))?;
    let discount = match (body.percent, body.amount) {
        (Some(text), None) => {
            let why = "a decimal of at most two places, above 0 and up to 100";
            Discount::Percent(
                hundredths(&text).filter(|bp| (1..=10_000).contains(bp)).ok_or_else(|| wrong("percent", why))?,
            )
        }
        (None, Some(off)) if (1..=MOST).contains(&off.minor()) => Discount::Fixed(off),
        (None, Some(_)) => return Err(wrong("amount", "above 0 and up to 100000000000")),
        _ => return Err(wrong("percent", "give either percent or amount")),
    };
    if !(1..=MOST_USES).contains(&body.limit) {
        return Err(wrong("limit", "1 to 1000000000"));
    }
    Ok(Coupon { code, discount, limit: body.limit, used: 0 })
}

fn money(price: &Price) -> Money {
    Money::new(price.amount, price.currency).expect("below MOST") // can't fail: MOST is far below 2^53
}

/// `12.5` as 1250.
fn hundredths(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |t: &str, most: usize| (1..=most).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole, 3) || !digits(part, 2) {
        return None;
    }
    let part: i64 = format!("{part:0<2}").parse().ok()?;
    Some(whole.parse::<i64>().ok()? * 100 + part)
}

/// 1250 as `12.5`.
fn decimal(hundredths: i64) -> String {
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_a_decimal_and_comes_back_as_one() {
        let read = ["12.5", "100", "0.05", "7.50"].map(|text| hundredths(text).unwrap());
        assert_eq!(read, [1250, 10_000, 5, 750]);
        assert_eq!(read.map(decimal), ["12.5", "100", "0.05", "7.5"]);
        assert!(["", ".5", "5.", "1.234", "-1", "1e2", "1,5"].iter().all(|wrong| hundredths(wrong).is_none()));
    }
}
