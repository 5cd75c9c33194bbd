//! What is shown of the catalogue.
use super::convert::{ConditionBody, OptionBody};
use crate::{
    app::ProductPage,
    domain::{Branch, Category, Condition, Offer, OfferState, Product, ProductState, Variant},
    ports::{Filed, Item, Stall, StockWord},
};
use kernel::{Currency, Money, OfferId, ProductId, VariantId, VendorId};
use platform::http::View;
use schemars::JsonSchema;
use serde::Serialize;

#[derive(Serialize, JsonSchema)]
pub struct CategoryView {
    pub slug: String,
    pub name: String,
    /// Slugs from the top down to this one.
    pub path: Vec<String>,
}

/// Every branch.
#[derive(Serialize, JsonSchema)]
pub struct TreeView {
    pub items: Vec<CategoryView>,
}

/// A product in a list.
#[derive(Serialize, JsonSchema)]
pub struct ItemView {
    pub slug: String,
    pub title: String,
    pub price_from: Option<Money>,
    pub offers: i64,
    pub stock: StockView,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StockView {
    InStock,
    Low,
    None,
}

/// A product's page.
#[derive(Serialize, JsonSchema)]
pub struct PageView {
    pub id: ProductId,
    pub slug: String,
    pub title: String,
    pub description: String,
    /// Slugs from the top.
    pub category_path: Vec<String>,
    pub options: Vec<OptionBody>,
    pub variants: Vec<VariantView>,
    /// The cheapest first.
    pub offers: Vec<StallView>,
}

#[derive(Serialize, JsonSchema)]
pub struct VariantView {
    pub id: VariantId,
    pub title: String,
    /// One value of each option, in their order.
    pub choices: Vec<String>,
    pub gtin: Option<String>,
    pub weight_grams: u32,
}

#[derive(Serialize, JsonSchema)]
pub struct StallView {
    pub offer: OfferId,
    pub variant: VariantId,
    pub vendor: VendorId,
    pub vendor_name: String,
    pub vendor_slug: String,
    pub condition: ConditionBody,
    pub price: Option<Money>,
    pub stock: StockView,
}

#[derive(Serialize, JsonSchema)]
pub struct ProductView {
    pub id: ProductId,
    pub slug: String,
    pub title: String,
    pub description: String,
    /// The category's slug.
    pub category: String,
    pub options: Vec<OptionBody>,
    pub variants: Vec<VariantView>,
    pub state: ProductStateView,
    pub version: u64,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProductStateView {
    Draft,
    Published,
    Retired,
}

#[derive(Serialize, JsonSchema)]
pub struct OfferView {
    pub id: OfferId,
    pub vendor: VendorId,
    pub product: ProductId,
    pub variant: VariantId,
    pub sku: String,
    pub condition: ConditionBody,
    pub handling_days: u32,
    pub state: OfferStateView,
    /// Why it was rejected; empty otherwise.
    pub reason: String,
    pub version: u64,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OfferStateView {
    Draft,
    Submitted,
    Active,
    Paused,
    Rejected,
    Retired,
}

impl View for CategoryView {}
impl View for TreeView {}
impl View for ItemView {}
impl View for PageView {}
impl View for ProductView {
    fn version(&self) -> Option<u64> {
        Some(self.version)
    }
    fn location(&self) -> Option<String> {
        Some(format!("/admin/v1/products/{}", self.id))
    }
}
impl View for OfferView {
    fn version(&self) -> Option<u64> {
        Some(self.version)
    }
    fn location(&self) -> Option<String> {
        Some(format!("/vendor/v1/offers/{}", self.id))
    }
}

pub fn tree(tree: &[Category]) -> TreeView {
    let view = |c: &Category| CategoryView { slug: c.slug.clone(), name: c.name.clone(), path: c.path(tree) };
    TreeView { items: tree.iter().map(view).collect() }
}

pub fn branch(branch: &Branch) -> CategoryView {
    let Category { slug, name, .. } = branch.category.clone();
    CategoryView { slug, name, path: branch.path() }
}

pub fn item((item, currency): &(Item, Currency)) -> ItemView {
    ItemView {
        slug: item.slug.clone(),
        title: item.title.clone(),
        price_from: item.price_from.and_then(|price| Money::new(price, *currency)),
        offers: item.offers,
        stock: stock(item.stock),
    }
}

fn stock(word: StockWord) -> StockView {
    match word {
        StockWord::InStock => StockView::InStock,
        StockWord::Low => StockView::Low,
        StockWord::None => StockView::None,
    }
}

pub fn page((page, currency): &(ProductPage, Currency)) -> PageView {
    let p = &page.product;
    let stall = |s: &Stall| StallView {
        offer: s.offer.id,
        variant: s.offer.variant,
        vendor: s.offer.vendor,
        vendor_name: s.vendor_name.clone(),
        vendor_slug: s.vendor_slug.clone(),
        condition: condition(s.offer.condition),
        price: s.price.and_then(|price| Money::new(price, *currency)),
        stock: stock(s.stock),
    };
    PageView {
        id: p.id,
        slug: p.slug.clone(),
        title: p.title.clone(),
        description: p.description.clone(),
        category_path: page.path.clone(),
        options: options(p),
        variants: p.variants.iter().map(variant).collect(),
        offers: page.stalls.iter().map(stall).collect(),
    }
}

fn options(product: &Product) -> Vec<OptionBody> {
    product.options.iter().map(|o| OptionBody { name: o.name.clone(), values: o.values.clone() }).collect()
}

fn variant(v: &Variant) -> VariantView {
    VariantView {
        id: v.id,
        title: v.title(),
        choices: v.choices.iter().map(|choice| choice.value.clone()).collect(),
        gtin: v.gtin.clone(),
        weight_grams: v.weight_grams,
    }
}

fn condition(condition: Condition) -> ConditionBody {
    match condition {
        Condition::New => ConditionBody::New,
        Condition::Used => ConditionBody::Used,
        Condition::Refurbished => ConditionBody::Refurbished,
    }
}

pub fn product(Filed { product: p, category }: &Filed) -> ProductView {
    ProductView {
        id: p.id,
        slug: p.slug.clone(),
        title: p.title.clone(),
        description: p.description.clone(),
        category: category.clone(),
        options: options(p),
        variants: p.variants.iter().map(variant).collect(),
        state: match p.state {
            ProductState::Draft => ProductStateView::Draft,
            ProductState::Published => ProductStateView::Published,
            ProductState::Retired => ProductStateView::Retired,
        },
        version: u64::try_from(p.version).unwrap_or_default(),
    }
}

pub fn offer(o: &Offer) -> OfferView {
    OfferView {
        id: o.id,
        vendor: o.vendor,
        product: o.product,
        variant: o.variant,
        sku: o.sku.clone(),
        condition: condition(o.condition),
        handling_days: o.handling_days,
        state: match o.state {
            OfferState::Draft => OfferStateView::Draft,
            OfferState::Submitted => OfferStateView::Submitted,
            OfferState::Active => OfferStateView::Active,
            OfferState::Paused => OfferStateView::Paused,
            OfferState::Rejected => OfferStateView::Rejected,
            OfferState::Retired => OfferStateView::Retired,
        },
        reason: o.reason.clone(),
        version: u64::try_from(o.version).unwrap_or_default(),
    }
}
