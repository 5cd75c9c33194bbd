//! The one place that knows both sides, inwards.
pub mod seen;

use crate::{
    app::{ChangeProduct, DraftOffer, DraftProduct, PutCategory},
    domain::{
        Category, Choice, Condition, Offer, OfferMove, OfferState, Product, ProductOption, ProductState, Variant,
    },
    error::state,
    ports::{Wanted, fold},
};
use contracts::catalog as pb;
use kernel::{CategoryId, Currency, OfferId, ProductId, VariantId, VendorId};
use platform::{
    http::{Call, Problem},
    page::Page,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Nothing to say.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoBody {}

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
    #[schemars(length(min = 1, max = 200))]
    pub title: String,
    /// Made of the title when it is left out.
    #[serde(default)]
    pub slug: Option<String>,
    #[serde(default)]
    #[schemars(length(max = 20_000))]
    pub description: String,
    /// The category's slug.
    pub category: String,
    #[serde(default)]
    pub options: Vec<OptionBody>,
    #[schemars(length(min = 1, max = 500))]
    pub variants: Vec<VariantBody>,
}

/// What one chooses.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OptionBody {
    pub name: String,
    pub values: Vec<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VariantBody {
    /// Of one that is there already.
    #[serde(default)]
    pub id: Option<VariantId>,
    /// One value of each option, in their order.
    #[serde(default)]
    pub choices: Vec<String>,
    #[serde(default)]
    pub gtin: Option<String>,
    #[serde(default)]
    #[schemars(range(min = 0, max = 10_000_000))]
    pub weight_grams: u32,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfferBody {
    pub variant: VariantId,
    /// The vendor's own number.
    #[schemars(length(min = 1, max = 100))]
    pub sku: String,
    #[serde(default)]
    pub condition: ConditionBody,
    #[serde(default)]
    #[schemars(range(min = 0, max = 365))]
    pub handling_days: u32,
}

#[derive(Clone, Copy, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConditionBody {
    #[default]
    New,
    Used,
    Refurbished,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RejectBody {
    #[schemars(length(min = 1, max = 1000))]
    pub reason: String,
}

/// What a list shall show.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListFilter {
    /// A category's slug; those below it count too.
    #[serde(default)]
    pub category: Option<String>,
    #[serde(default)]
    pub vendor: Option<VendorId>,
    /// Words in the title.
    #[serde(default)]
    #[schemars(length(max = 200))]
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

pub fn wanted(filter: &ListFilter, category: Option<CategoryId>, page: Page<(String, ProductId)>) -> Wanted {
    let words = filter.q.as_deref().map(fold).unwrap_or_default();
    Wanted { category, vendor: filter.vendor, words, currency: filter.currency.unwrap_or(Currency::EUR), page }
}

fn within(text: &str, most: usize, pointer: &str) -> Result<String, Problem> {
    let text = text.trim();
    if (1..=most).contains(&text.chars().count()) {
        return Ok(text.to_string());
    }
    let detail = format!("1 to {most} characters");
    Err(Problem::invalid(format!("{} has {detail}", pointer.trim_start_matches('/'))).at(pointer, "length", detail))
}

pub fn put_category(call: Call<CategoryBody, String>) -> Result<PutCategory, Problem> {
    let CategoryBody { name, parent, place } = call.body;
    if !crate::domain::is_slug(&call.path) {
        return Err(Problem::invalid("a slug has small letters, digits and single hyphens"));
    }
    let name = within(&name, 200, "/name")?;
    Ok(PutCategory { id: CategoryId::from_uuid(Uuid::now_v7()), slug: call.path, name, parent, place })
}

pub fn draft_product(body: ProductBody) -> Result<DraftProduct, Problem> {
    let category = body.category.clone();
    Ok(DraftProduct { product: product(body)?, category })
}

pub fn rewrite(call: Call<ProductBody, ProductId>) -> Result<ChangeProduct, Problem> {
    let expected = call.version.and_then(|version| i64::try_from(version).ok()).unwrap_or_default();
    let category = call.body.category.clone();
    Ok(ChangeProduct::Rewrite { product: Box::new(product(call.body)?), category, expected })
}

fn product(body: ProductBody) -> Result<Product, Problem> {
    let option = |o: OptionBody| ProductOption { name: o.name, values: o.values };
    let options: Vec<ProductOption> = body.options.into_iter().map(option).collect();
    let variant = |v: VariantBody| {
        // What has no option to stand for gets an empty name, and the product says so.
        let name = |at: usize| options.get(at).map(|o| o.name.clone()).unwrap_or_default();
        let choices = v.choices.into_iter().enumerate().map(|(at, value)| Choice { option: name(at), value });
        Variant {
            id: v.id.unwrap_or_else(|| VariantId::from_uuid(Uuid::now_v7())),
            choices: choices.collect(),
            gtin: v.gtin,
            weight_grams: v.weight_grams,
        }
    };
    let variants = body.variants.into_iter().map(variant).collect();
    Ok(Product {
        id: ProductId::from_uuid(Uuid::now_v7()),
        slug: body.slug.unwrap_or_default(),
        title: within(&body.title, 200, "/title")?,
        description: body.description,
        category: CategoryId::from_uuid(Uuid::nil()),
        variants,
        options,
        state: ProductState::Draft,
        version: 1,
    })
}

pub fn draft_offer(call: Call<OfferBody>) -> Result<DraftOffer, Problem> {
    let vendor = call.actor.vendor()?;
    let OfferBody { variant, sku, condition, handling_days } = call.body;
    if handling_days > 365 {
        return Err(Problem::invalid("handling takes 0 to 365 days").at("/handling_days", "range", "0 to 365"));
    }
    let condition = match condition {
        ConditionBody::New => Condition::New,
        ConditionBody::Used => Condition::Used,
        ConditionBody::Refurbished => Condition::Refurbished,
    };
    let (id, sku) = (OfferId::from_uuid(Uuid::now_v7()), within(&sku, 100, "/sku")?);
    Ok(DraftOffer { id, vendor, variant, sku, condition, handling_days })
}

pub fn reject(body: RejectBody) -> Result<OfferMove, Problem> {
    Ok(OfferMove::Reject { reason: within(&body.reason, 1000, "/reason")? })
}

pub fn offers(offers: &[(Offer, Product)], tree: &[Category]) -> pb::OffersReply {
    pb::OffersReply { offers: offers.iter().map(|(offer, product)| sold(offer, product, tree)).collect() }
}

fn sold(o: &Offer, p: &Product, tree: &[Category]) -> pb::Offer {
    let category = tree.iter().find(|c| c.id == p.category);
    let variant = p.variant(o.variant);
    pb::Offer {
        id: o.id.to_string(),
        vendor: o.vendor.to_string(),
        product: p.id.to_string(),
        variant: o.variant.to_string(),
        sku: o.sku.clone(),
        title: p.title.clone(),
        variant_title: variant.map(Variant::title).unwrap_or_default(),
        category: category.map(|c| c.slug.clone()).unwrap_or_default(),
        category_path: category.map(|c| c.path(tree)).unwrap_or_default(),
        condition: condition(o.condition).into(),
        state: state(o.state).into(),
        sold: o.state == OfferState::Active && p.state == ProductState::Published,
        weight_grams: variant.map(|v| v.weight_grams).unwrap_or_default(),
        handling_days: o.handling_days,
        slug: p.slug.clone(),
    }
}

pub fn condition(condition: Condition) -> &'static str {
    match condition {
        Condition::New => "new",
        Condition::Used => "used",
        Condition::Refurbished => "refurbished",
    }
}
