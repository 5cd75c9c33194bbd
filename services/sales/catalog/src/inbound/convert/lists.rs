//! What is asked of the shop.
use super::wrong;
use crate::ports::{Wanted, fold};
use kernel::{Currency, ProductId, VendorId};
use platform::{http::Problem, page::Page};
use schemars::JsonSchema;
use serde::Deserialize;

const MOST_WORDS: usize = 200;

/// What a list shall show.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListFilter {
    /// A category's slug; those below it count too.
    #[serde(default)]
    pub category: Option<String>,
    /// What it sells now.
    #[serde(default)]
    pub vendor: Option<VendorId>,
    /// A part of the title.
    #[serde(default)]
    #[schemars(length(max = MOST_WORDS))]
    pub q: Option<String>,
    /// Of the prices shown. EUR when nobody says.
    #[serde(default)]
    pub currency: Option<Currency>,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// Of the prices shown. EUR when nobody says.
    #[serde(default)]
    pub currency: Option<Currency>,
}

impl PageQuery {
    pub fn currency(&self) -> Currency {
        self.currency.unwrap_or(Currency::EUR)
    }
}

pub fn wanted(filter: &ListFilter, page: Page<(String, ProductId)>) -> Result<Wanted, Problem> {
    let q = filter.q.as_deref().unwrap_or_default();
    if q.chars().count() > MOST_WORDS {
        return Err(wrong("/q", "length", format!("at most {MOST_WORDS} characters")));
    }
    let currency = filter.currency.unwrap_or(Currency::EUR);
    Ok(Wanted { categories: None, vendor: filter.vendor, words: fold(q), currency, page })
}
