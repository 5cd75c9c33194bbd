//! What the use cases need of the world. One document per aggregate: no joins, so that a document store can stand behind it.
use crate::domain::{Branch, Category, Offer, OfferEvent, Product, ProductEvent};
use kernel::{CategoryId, Currency, OfferId, ProductId, Timestamp, VariantId, VendorId};
use platform::{
    page::Page,
    store::{Change, Seen, StoreError},
};

/// A product with the slug of its category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filed {
    pub product: Product,
    pub category: String,
}

pub type ProductChange<'a> = Change<'a, Filed, ProductEvent>;
pub type OfferChange<'a> = Change<'a, Offer, OfferEvent>;
pub type CategoryChange<'a> = Change<'a, Branch, ()>;

#[platform::async_trait]
pub trait Shelves: Send + Sync {
    /// The whole tree: there are hundreds, not thousands.
    async fn categories(&self) -> Result<Vec<Category>, StoreError>;
    /// Only below what stands as it was read, else two who move crosswise make a circle. `Stale` when it does not, when the slug is
    /// taken or when somebody was faster.
    async fn save_category(&self, change: CategoryChange<'_>, now: Timestamp) -> Result<(), StoreError>;
    async fn product(&self, id: ProductId) -> Result<Option<Product>, StoreError>;
    /// By its slug, or one it had.
    async fn product_by_slug(&self, slug: &str) -> Result<Option<Product>, StoreError>;
    async fn product_of(&self, variant: VariantId) -> Result<Option<Product>, StoreError>;
    /// `Stale` when its slug is or was another's, or somebody was faster.
    async fn save_product(&self, change: ProductChange<'_>, now: Timestamp) -> Result<(), StoreError>;
    async fn offer(&self, id: OfferId) -> Result<Option<Offer>, StoreError>;
    /// In no order; unknown ones are left out.
    async fn offers(&self, ids: &[OfferId]) -> Result<Vec<(Offer, Product)>, StoreError>;
    async fn offers_of(&self, vendor: VendorId, page: &Page<OfferId>) -> Result<Vec<Offer>, StoreError>;
    async fn submitted(&self, page: &Page<OfferId>) -> Result<Vec<Offer>, StoreError>;
    /// `Stale` when the vendor has this SKU already, or somebody was faster.
    async fn save_offer(&self, change: OfferChange<'_>, now: Timestamp) -> Result<(), StoreError>;
    /// Many at once; what is there already is left alone.
    async fn import(&self, goods: &Goods, now: Timestamp) -> Result<(), StoreError>;
}

/// What an import brings.
#[derive(Clone, Debug, Default)]
pub struct Goods {
    pub categories: Vec<Category>,
    pub products: Vec<Product>,
    pub offers: Vec<Offer>,
}

/// How titles are compared: in ASCII, in small letters, letters and digits only.
pub fn fold(text: &str) -> String {
    let plain = deunicode::deunicode(text).to_lowercase();
    let words = plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// What others said, as far as lists show it. Dropped and rebuilt at will.
#[platform::async_trait]
pub trait Views: Send + Sync {
    async fn price(&self, seen: PriceSeen, message: Seen) -> Result<(), StoreError>;
    async fn stock(&self, seen: StockSeen, message: Seen) -> Result<(), StoreError>;
    async fn vendor(&self, seen: VendorSeen, message: Seen) -> Result<(), StoreError>;
    async fn close(&self, vendor: VendorId, message: Seen) -> Result<(), StoreError>;
    async fn list(&self, wanted: &Wanted) -> Result<Vec<Item>, StoreError>;
    /// The offers of a product that are sold, cheapest first.
    async fn stalls(&self, product: ProductId, currency: Currency) -> Result<Vec<Stall>, StoreError>;
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceSeen {
    pub offer: OfferId,
    pub currency: Currency,
    pub price: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockSeen {
    pub offer: OfferId,
    pub location: String,
    pub word: StockWord,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VendorSeen {
    pub vendor: VendorId,
    pub name: String,
    pub slug: String,
    pub active: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StockWord {
    InStock,
    Low,
    None,
}

/// What a list shall show.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Of these categories; of any when nobody asks.
    pub categories: Option<Vec<CategoryId>>,
    /// What it sells now.
    pub vendor: Option<VendorId>,
    /// A part of the title, folded as `fold` does.
    pub words: String,
    pub currency: Currency,
    /// By title and id.
    pub page: Page<(String, ProductId)>,
}

/// A product in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub product: ProductId,
    pub slug: String,
    pub title: String,
    /// Of those that are sold in this currency.
    pub price_from: Option<i64>,
    pub offers: i64,
    pub stock: StockWord,
}

/// One vendor's offer on a product's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stall {
    pub offer: Offer,
    pub price: Option<i64>,
    pub stock: StockWord,
    pub vendor_name: String,
    pub vendor_slug: String,
}
