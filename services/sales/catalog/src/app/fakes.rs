//! The ports in memory, as strict as the stores are, and a moment in which somebody else is faster.
use super::{Catalog, DraftOffer, DraftProduct};
use crate::{
    domain::{Category, Condition, Offer, OfferState, Product, ProductState, Variant},
    ports::{
        CategoryChange, Goods, Item, OfferChange, PriceSeen, ProductChange, Shelves, Stall, StockSeen, VendorSeen,
        Views, Wanted,
    },
};
use kernel::{Currency, Id, OfferId, ProductId, Timestamp, VariantId, VendorId};
use platform::{
    ask::Ask,
    page::Page,
    store::{Seen, StoreError},
};
use platform_test::HandClock;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};
use uuid::Uuid;

type Meanwhile = Box<dyn FnMut(&Fake) + Send>;

#[derive(Default)]
pub struct Fake {
    categories: Mutex<Vec<Category>>,
    products: Mutex<BTreeMap<ProductId, Product>>,
    /// Every slug a product has or had.
    slugs: Mutex<BTreeMap<String, ProductId>>,
    offers: Mutex<BTreeMap<OfferId, Offer>>,
    /// What the others do before a write, which is stale therefore; so many times.
    meanwhile: Mutex<Option<(usize, Meanwhile)>>,
}

pub fn id<K>(n: u128) -> Id<K> {
    Id::from_uuid(Uuid::from_u128(n))
}

/// In no category yet.
pub fn product(slug: &str) -> Product {
    let variant = Variant { id: Id::from_uuid(Uuid::now_v7()), choices: vec![], gtin: None, weight_grams: 100 };
    Product {
        id: Id::from_uuid(Uuid::now_v7()),
        slug: slug.into(),
        title: "Lamp".into(),
        description: String::new(),
        category: id(0),
        options: vec![],
        variants: vec![variant],
        state: ProductState::Draft,
        version: 1,
    }
}
/// A draft in the category `lamps`.
pub async fn draft(app: &Catalog, slug: &str) -> Product {
    let command = DraftProduct { product: product(slug), category: "lamps".into() };
    app.draft_product(command, &Ask::nobody()).await.unwrap().product
}
/// Vendor 9 offers its variant.
pub async fn offer(app: &Catalog, product: &Product) -> Offer {
    let (id, vendor, variant) = (Id::from_uuid(Uuid::now_v7()), id(9), product.variants[0].id);
    let command = DraftOffer { id, vendor, variant, sku: "l".into(), condition: Condition::New, handling_days: 1 };
    app.draft_offer(command, &Ask::nobody()).await.unwrap()
}

impl Fake {
    /// With one category, `lamps`.
    pub fn catalog() -> (Arc<Fake>, Catalog) {
        let fake = Arc::new(Fake::default());
        let lamps =
            Category { id: id(1), slug: "lamps".into(), name: "Lamps".into(), parent: None, place: 0, version: 1 };
        fake.categories.lock().unwrap().push(lamps);
        let clock = Arc::new(HandClock::at(Timestamp(1_000_000)));
        (fake.clone(), Catalog { shelves: fake, views: Arc::new(Blind), clock })
    }
    pub fn meanwhile(&self, times: usize, act: impl FnMut(&Fake) + Send + 'static) {
        *self.meanwhile.lock().unwrap() = Some((times, Box::new(act)));
    }
    pub fn category(&self, slug: &str) -> Category {
        self.categories.lock().unwrap().iter().find(|c| c.slug == slug).cloned().unwrap()
    }
    pub fn put(&self, category: Category) {
        let mut categories = self.categories.lock().unwrap();
        categories.retain(|known| known.id != category.id);
        categories.push(category);
    }
    /// Somebody writes the product anew.
    pub fn touch(&self, id: ProductId) {
        self.products.lock().unwrap().get_mut(&id).unwrap().version += 1;
    }
    pub fn offer(&self, id: OfferId) -> Offer {
        self.offers.lock().unwrap()[&id].clone()
    }
    pub fn set(&self, id: OfferId, state: OfferState) {
        let mut offers = self.offers.lock().unwrap();
        let offer = offers.get_mut(&id).unwrap();
        (offer.state, offer.version) = (state, offer.version + 1);
    }
    fn interrupted(&self) -> Result<(), StoreError> {
        let Some((times, mut act)) = self.meanwhile.lock().unwrap().take() else { return Ok(()) };
        act(self);
        if times > 1 {
            *self.meanwhile.lock().unwrap() = Some((times - 1, act));
        }
        Err(StoreError::Stale)
    }
}

fn follows(old: Option<i64>, new: i64) -> Result<(), StoreError> {
    if old.unwrap_or_default() + 1 == new { Ok(()) } else { Err(StoreError::Stale) }
}

#[platform::async_trait]
impl Shelves for Fake {
    async fn categories(&self) -> Result<Vec<Category>, StoreError> {
        Ok(self.categories.lock().unwrap().clone())
    }
    async fn save_category(&self, change: CategoryChange<'_>, _: Timestamp) -> Result<(), StoreError> {
        self.interrupted()?;
        let category = &change.state.category;
        let known = self.categories.lock().unwrap().clone();
        follows(known.iter().find(|c| c.slug == category.slug).map(|c| c.version), category.version)?;
        match change.state.above.iter().all(|above| known.contains(above)) {
            true => self.put(category.clone()),
            false => return Err(StoreError::Stale),
        }
        Ok(())
    }
    async fn product(&self, id: ProductId) -> Result<Option<Product>, StoreError> {
        Ok(self.products.lock().unwrap().get(&id).cloned())
    }
    async fn product_by_slug(&self, slug: &str) -> Result<Option<Product>, StoreError> {
        let id = self.slugs.lock().unwrap().get(slug).copied();
        Ok(id.and_then(|id| self.products.lock().unwrap().get(&id).cloned()))
    }
    async fn product_of(&self, variant: VariantId) -> Result<Option<Product>, StoreError> {
        Ok(self.products.lock().unwrap().values().find(|product| product.variant(variant).is_some()).cloned())
    }
    async fn save_product(&self, change: ProductChange<'_>, _: Timestamp) -> Result<(), StoreError> {
        self.interrupted()?;
        let product = change.state.product.clone();
        let mut products = self.products.lock().unwrap();
        let mut slugs = self.slugs.lock().unwrap();
        follows(products.get(&product.id).map(|old| old.version), product.version)?;
        if *slugs.entry(product.slug.clone()).or_insert(product.id) != product.id {
            return Err(StoreError::Stale);
        }
        products.insert(product.id, product);
        Ok(())
    }
    async fn offer(&self, id: OfferId) -> Result<Option<Offer>, StoreError> {
        Ok(self.offers.lock().unwrap().get(&id).cloned())
    }
    async fn offers(&self, ids: &[OfferId]) -> Result<Vec<(Offer, Product)>, StoreError> {
        let (offers, products) = (self.offers.lock().unwrap(), self.products.lock().unwrap());
        let known = ids.iter().filter_map(|id| offers.get(id));
        Ok(known.map(|offer| (offer.clone(), products[&offer.product].clone())).collect())
    }
    async fn offers_of(&self, vendor: VendorId, _: &Page<OfferId>) -> Result<Vec<Offer>, StoreError> {
        Ok(self.offers.lock().unwrap().values().filter(|offer| offer.vendor == vendor).cloned().collect())
    }
    async fn submitted(&self, _: &Page<OfferId>) -> Result<Vec<Offer>, StoreError> {
        let offers = self.offers.lock().unwrap();
        Ok(offers.values().filter(|offer| offer.state == OfferState::Submitted).cloned().collect())
    }
    async fn save_offer(&self, change: OfferChange<'_>, _: Timestamp) -> Result<(), StoreError> {
        self.interrupted()?;
        let offer = change.state.clone();
        let mut offers = self.offers.lock().unwrap();
        follows(offers.get(&offer.id).map(|old| old.version), offer.version)?;
        offers.insert(offer.id, offer);
        Ok(())
    }
    async fn import(&self, _: &Goods, _: Timestamp) -> Result<(), StoreError> {
        Err(StoreError::Unavailable)
    }
}

/// Nobody told anything.
struct Blind;

#[platform::async_trait]
impl Views for Blind {
    async fn price(&self, _: PriceSeen, _: Seen) -> Result<(), StoreError> {
        Err(StoreError::Unavailable)
    }
    async fn stock(&self, _: StockSeen, _: Seen) -> Result<(), StoreError> {
        Err(StoreError::Unavailable)
    }
    async fn vendor(&self, _: VendorSeen, _: Seen) -> Result<(), StoreError> {
        Err(StoreError::Unavailable)
    }
    async fn close(&self, _: VendorId, _: Seen) -> Result<(), StoreError> {
        Err(StoreError::Unavailable)
    }
    async fn list(&self, _: &Wanted) -> Result<Vec<Item>, StoreError> {
        Ok(vec![])
    }
    async fn stalls(&self, _: ProductId, _: Currency) -> Result<Vec<Stall>, StoreError> {
        Ok(vec![])
    }
}
