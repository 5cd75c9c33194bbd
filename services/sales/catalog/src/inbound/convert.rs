//! The one place that knows both sides, inwards.
mod lists;
mod offers;
mod products;
pub mod seen;
pub use lists::{ListFilter, PageQuery, wanted};
pub use offers::{ConditionBody, OfferBody, RejectBody, draft_offer, offers, reject};
pub use products::{CategoryBody, OptionBody, ProductBody, draft_product, put_category, rewrite};

use crate::domain::is_slug;
use platform::http::Problem;
use schemars::JsonSchema;
use serde::Deserialize;
use std::ops::RangeInclusive;

/// Nothing to say.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoBody {}

/// As `is_slug` has it.
const SLUG: &str = "^[a-z0-9]+(-[a-z0-9]+)*$";

fn wrong(pointer: impl Into<String>, code: &str, detail: impl Into<String>) -> Problem {
    let (pointer, detail) = (pointer.into(), detail.into());
    Problem::invalid(format!("{} is not as it should be", pointer.trim_start_matches('/'))).at(pointer, code, detail)
}

fn slug(text: &str, pointer: &str) -> Result<String, Problem> {
    if is_slug(text) {
        return Ok(text.to_string());
    }
    Err(wrong(pointer, "slug", "small letters, digits and single hyphens, 120 at most"))
}

/// Trimmed, on one line.
fn line(text: &str, length: RangeInclusive<usize>, pointer: impl Into<String>) -> Result<String, Problem> {
    let text = text.trim();
    if length.contains(&text.chars().count()) && !text.chars().any(char::is_control) {
        return Ok(text.to_string());
    }
    Err(wrong(pointer, "length", format!("{} to {} characters on one line", length.start(), length.end())))
}

/// Line ends and tabs are text, other control characters are not.
fn lines(text: String, most: usize, pointer: &str) -> Result<String, Problem> {
    let is_text = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    if text.chars().count() <= most && text.chars().all(is_text) {
        return Ok(text);
    }
    Err(wrong(pointer, "length", format!("at most {most} characters of text")))
}

fn within<N: PartialOrd + std::fmt::Display>(
    n: N,
    range: RangeInclusive<N>,
    pointer: impl Into<String>,
) -> Result<N, Problem> {
    if range.contains(&n) {
        return Ok(n);
    }
    Err(wrong(pointer, "range", format!("{} to {}", range.start(), range.end())))
}
