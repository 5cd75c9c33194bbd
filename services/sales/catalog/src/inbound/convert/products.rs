//! Categories and products, as operators write them.
use super::{SLUG, line, lines, slug, within, wrong};
use crate::{
    app::{ChangeProduct, DraftProduct, PutCategory, Rewrite},
    domain::{Choice, MOST_TITLE, Product, ProductOption, ProductState, Variant},
};
use kernel::{CategoryId, ProductId, VariantId};
use platform::http::{Call, Problem};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const MOST_DESCRIPTION: usize = 20_000;
const MOST_OPTIONS: usize = 10;
const MOST_VALUES: usize = 200;
const MOST_VARIANTS: usize = 500;
/// Of an option or a value.
const MOST_NAME: usize = 100;
const MOST_GRAMS: u32 = 10_000_000;

/// A branch of the tree.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CategoryBody {
    #[schemars(length(min = 1, max = 200))]
    pub name: String,
    /// The parent's slug; none at the top.
    #[serde(default)]
    pub parent: Option<String>,
    /// Among its siblings, smallest first.
    #[serde(default)]
    #[schemars(range(min = 0, max = 1_000_000))]
    pub place: i64,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductBody {
    #[schemars(length(min = 1, max = MOST_TITLE))]
    pub title: String,
    /// Left out it is made of the title, and a product that is there already keeps its own.
    #[serde(default)]
    #[schemars(length(min = 1, max = 120), regex(pattern = SLUG))]
    pub slug: Option<String>,
    #[serde(default)]
    #[schemars(length(max = MOST_DESCRIPTION))]
    pub description: String,
    /// The category's slug.
    pub category: String,
    #[serde(default)]
    #[schemars(length(max = MOST_OPTIONS))]
    pub options: Vec<OptionBody>,
    #[schemars(length(min = 1, max = MOST_VARIANTS))]
    pub variants: Vec<VariantBody>,
}

/// What one chooses.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OptionBody {
    #[schemars(length(min = 1, max = MOST_NAME))]
    pub name: String,
    #[schemars(length(min = 1, max = MOST_VALUES))]
    pub values: Vec<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VariantBody {
    /// Of one that is there already; a new product has none such.
    #[serde(default)]
    pub id: Option<VariantId>,
    /// One value of each option, in their order.
    #[serde(default)]
    #[schemars(length(max = MOST_OPTIONS))]
    pub choices: Vec<String>,
    /// Its number in shops: 8, 12, 13 or 14 digits (GS1).
    #[serde(default)]
    #[schemars(regex(pattern = "^([0-9]{8}|[0-9]{12,14})$"))]
    pub gtin: Option<String>,
    #[serde(default)]
    #[schemars(range(min = 0, max = MOST_GRAMS))]
    pub weight_grams: u32,
}

pub fn put_category(call: Call<CategoryBody, String>) -> Result<PutCategory, Problem> {
    let CategoryBody { name, parent, place } = call.body;
    let (slug, name) = (slug(&call.path, "/slug")?, line(&name, 1..=200, "/name")?);
    let (id, place) = (CategoryId::from_uuid(Uuid::now_v7()), within(place, 0..=1_000_000, "/place")?);
    Ok(PutCategory { id, slug, name, parent, place })
}

pub fn draft_product(body: ProductBody) -> Result<DraftProduct, Problem> {
    if let Some(at) = body.variants.iter().position(|variant| variant.id.is_some()) {
        return Err(wrong(format!("/variants/{at}/id"), "variant", "a new product has new variants only"));
    }
    let category = body.category.clone();
    Ok(DraftProduct { product: product(body)?, category })
}

pub fn rewrite(call: Call<ProductBody, ProductId>) -> Result<ChangeProduct, Problem> {
    let expected = call.version.and_then(|version| i64::try_from(version).ok()).unwrap_or_default();
    let named = call.body.variants.iter().filter_map(|variant| variant.id).collect();
    let category = call.body.category.clone();
    Ok(ChangeProduct::Rewrite(Box::new(Rewrite { product: product(call.body)?, category, named, expected })))
}

fn product(body: ProductBody) -> Result<Product, Problem> {
    within(body.variants.len(), 1..=MOST_VARIANTS, "/variants")?;
    within(body.options.len(), 0..=MOST_OPTIONS, "/options")?;
    let options = body.options.into_iter().enumerate().map(option).collect::<Result<Vec<_>, _>>()?;
    let variants = body.variants.into_iter().enumerate().map(|at| variant(at, &options)).collect::<Result<_, _>>()?;
    Ok(Product {
        id: ProductId::from_uuid(Uuid::now_v7()),
        slug: body.slug.map(|text| slug(&text, "/slug")).transpose()?.unwrap_or_default(),
        title: line(&body.title, 1..=MOST_TITLE, "/title")?,
        description: lines(body.description, MOST_DESCRIPTION, "/description")?,
        category: CategoryId::from_uuid(Uuid::nil()),
        variants,
        options,
        state: ProductState::Draft,
        version: 1,
    })
}

fn option((at, body): (usize, OptionBody)) -> Result<ProductOption, Problem> {
    within(body.values.len(), 1..=MOST_VALUES, format!("/options/{at}/values"))?;
    let name = line(&body.name, 1..=MOST_NAME, format!("/options/{at}/name"))?;
    let value = |(n, text): (usize, &String)| line(text, 1..=MOST_NAME, format!("/options/{at}/values/{n}"));
    Ok(ProductOption { name, values: body.values.iter().enumerate().map(value).collect::<Result<_, _>>()? })
}

fn variant((at, body): (usize, VariantBody), options: &[ProductOption]) -> Result<Variant, Problem> {
    within(body.choices.len(), 0..=MOST_OPTIONS, format!("/variants/{at}/choices"))?;
    let choice = |(n, text): (usize, &String)| {
        // What has no option to stand for gets an empty name, and the product says so.
        let option = options.get(n).map(|option| option.name.clone()).unwrap_or_default();
        Ok(Choice { option, value: line(text, 1..=MOST_NAME, format!("/variants/{at}/choices/{n}"))? })
    };
    let digits = |text: &String| text.bytes().all(|b| b.is_ascii_digit()) && matches!(text.len(), 8 | 12..=14);
    if body.gtin.as_ref().is_some_and(|text| !digits(text)) {
        return Err(wrong(format!("/variants/{at}/gtin"), "gtin", "8, 12, 13 or 14 digits"));
    }
    Ok(Variant {
        id: body.id.unwrap_or_else(|| VariantId::from_uuid(Uuid::now_v7())),
        choices: body.choices.iter().enumerate().map(choice).collect::<Result<_, Problem>>()?,
        gtin: body.gtin,
        weight_grams: within(body.weight_grams, 0..=MOST_GRAMS, format!("/variants/{at}/weight_grams"))?,
    })
}
