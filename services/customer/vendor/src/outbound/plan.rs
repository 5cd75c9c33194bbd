//! A plan's rules as they are stored: one document, read and written whole.
use crate::domain::{Plan, Rule};
use kernel::{Money, OfferId, ProductId};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct PlanRow {
    rules: Vec<RuleRow>,
    on_shipping: i64,
    tax: i64,
}

#[derive(Serialize, Deserialize)]
struct RuleRow {
    category: Option<String>,
    condition: Option<String>,
    product: Option<ProductId>,
    offer: Option<OfferId>,
    rate: i64,
    floor: Option<Money>,
    cap: Option<Money>,
}

pub fn written(plan: &Plan) -> String {
    let row = |rule: &Rule| {
        let Rule { category, condition, product, offer, rate, floor, cap } = rule.clone();
        RuleRow { category, condition, product, offer, rate, floor, cap }
    };
    let rules = plan.rules.iter().map(row).collect();
    let row = PlanRow { rules, on_shipping: plan.on_shipping, tax: plan.tax };
    serde_json::to_string(&row).expect("a document of ours") // can't fail: strings and numbers
}

pub fn read(text: &str, version: i64) -> Result<Plan, String> {
    let PlanRow { rules, on_shipping, tax } = serde_json::from_str(text).map_err(|e| e.to_string())?;
    let rule = |row: RuleRow| {
        let RuleRow { category, condition, product, offer, rate, floor, cap } = row;
        Rule { category, condition, product, offer, rate, floor, cap }
    };
    Ok(Plan { rules: rules.into_iter().map(rule).collect(), on_shipping, tax, version })
}
