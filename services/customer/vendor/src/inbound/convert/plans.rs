//! Plans as JSON. Rates are decimal strings of percents (api 3).
use super::wrong;
use crate::{
    app::SetPlan,
    domain::{Plan, PlanFault, Rule, Vendor},
};
use kernel::{Money, OfferId, ProductId, VendorId};
use platform::http::{Call, Problem, View};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the platform takes of a vendor's sales.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(example = serde_json::json!({"rules": [{"category": "lamps", "rate": "8"}, {"rate": "12.5"}], "shipping_rate": "0"}))]
pub struct PlanBody {
    /// In order: the first that matches a line decides. The last one, and no other, has no condition.
    #[schemars(length(min = 1, max = 100))]
    pub rules: Vec<RuleBody>,
    /// Percent of a shipping charge; none when it is left out.
    #[serde(default)]
    pub shipping_rate: Option<String>,
    /// Percent of tax on the commission itself; none when it is left out.
    #[serde(default)]
    pub tax_rate: Option<String>,
}

/// All that is given must match.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleBody {
    /// A category's slug; those below it count too.
    #[serde(default)]
    #[schemars(length(min = 1, max = 200))]
    pub category: Option<String>,
    #[serde(default)]
    #[schemars(length(min = 1, max = 200))]
    pub condition: Option<String>,
    #[serde(default)]
    pub product: Option<ProductId>,
    #[serde(default)]
    pub offer: Option<OfferId>,
    /// Percent of a line's price: a decimal of at most two places, 0 to 100.
    pub rate: String,
    /// Of a line in this currency at least so much.
    #[serde(default)]
    pub floor: Option<Money>,
    /// Of a line in this currency at most so much.
    #[serde(default)]
    pub cap: Option<Money>,
}

#[derive(Serialize, JsonSchema)]
pub struct PlanView {
    pub rules: Vec<PlanRuleView>,
    pub shipping_rate: String,
    pub tax_rate: String,
    pub version: u64,
}

#[derive(Serialize, JsonSchema)]
pub struct PlanRuleView {
    pub category: Option<String>,
    pub condition: Option<String>,
    pub product: Option<ProductId>,
    pub offer: Option<OfferId>,
    pub rate: String,
    pub floor: Option<Money>,
    pub cap: Option<Money>,
}

impl View for PlanView {
    fn version(&self) -> Option<u64> {
        Some(self.version)
    }
}

pub fn plan_view(v: &Vendor) -> PlanView {
    let rule = |r: &Rule| {
        let Rule { category, condition, product, offer, rate, floor, cap } = r.clone();
        PlanRuleView { category, condition, product, offer, rate: decimal(rate), floor, cap }
    };
    PlanView {
        rules: v.plan.rules.iter().map(rule).collect(),
        shipping_rate: decimal(v.plan.on_shipping),
        tax_rate: decimal(v.plan.tax),
        version: u64::try_from(v.plan.version).unwrap_or_default(),
    }
}

pub fn set_plan(call: Call<PlanBody, VendorId>) -> Result<SetPlan, Problem> {
    let PlanBody { rules, shipping_rate, tax_rate } = call.body;
    let rules = rules.into_iter().enumerate().map(|(at, body)| rule(at, body)).collect::<Result<_, _>>()?;
    let on_shipping = rate("/shipping_rate", shipping_rate.as_deref().unwrap_or("0"))?;
    let tax = rate("/tax_rate", tax_rate.as_deref().unwrap_or("0"))?;
    let plan = Plan { rules, on_shipping, tax, version: 0 };
    if let Some(fault) = plan.fault() {
        return Err(explained(fault));
    }
    let expected = call.version.and_then(|v| i64::try_from(v).ok()).unwrap_or_default();
    Ok(SetPlan { vendor: call.path, plan, expected })
}

fn rule(at: usize, body: RuleBody) -> Result<Rule, Problem> {
    let RuleBody { category, condition, product, offer, rate: text, floor, cap } = body;
    for (name, word) in [("category", &category), ("condition", &condition)] {
        if word.as_ref().is_some_and(|word| !(1..=200).contains(&word.chars().count())) {
            return Err(wrong(&format!("/rules/{at}/{name}"), "1 to 200 characters"));
        }
    }
    Ok(Rule { category, condition, product, offer, rate: rate(&format!("/rules/{at}/rate"), &text)?, floor, cap })
}

fn explained(fault: PlanFault) -> Problem {
    match fault {
        PlanFault::Count => wrong("/rules", "1 to 100 rules"),
        PlanFault::Rate => wrong("/shipping_rate", "rates are 0 to 100 percent"),
        PlanFault::MatchAll(at) => wrong(
            &format!("/rules/{at}"),
            "the last rule, and no other, has no condition: behind it no rule is reached",
        ),
        PlanFault::RuleRate(at) => wrong(&format!("/rules/{at}/rate"), "rates are 0 to 100 percent"),
        PlanFault::Bound(at) => {
            wrong(&format!("/rules/{at}"), "floor and cap are not negative, and the cap is not below")
        }
    }
}

fn rate(at: &str, text: &str) -> Result<i64, Problem> {
    hundredths(text).ok_or_else(|| wrong(at, "a decimal of at most two places, 0 to 100"))
}

/// `12.5` as 1250.
fn hundredths(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |t: &str, most: usize| (1..=most).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole, 3) || !digits(part, 2) {
        return None;
    }
    let part: i64 = format!("{part:0<2}").parse().ok()?;
    Some(whole.parse::<i64>().ok()? * 100 + part).filter(|bp| *bp <= 10_000)
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
    fn a_rate_is_a_decimal_and_comes_back_as_one() {
        let read = ["12.5", "100", "0.05", "0", "10"].map(|text| hundredths(text).unwrap());
        assert_eq!(read, [1250, 10_000, 5, 0, 1000]);
        assert_eq!(read.map(decimal), ["12.5", "100", "0.05", "0", "10"]);
        assert!(["", ".5", "5.", "1.234", "-1", "100.01", "1,5"].iter().all(|wrong| hundredths(wrong).is_none()));
    }
}
