//! The use cases.
mod change_product;
mod draft_offer;
mod draft_product;
#[cfg(test)]
mod fakes;
mod import_goods;
mod move_offer;
mod put_category;
mod see;
pub use change_product::{ChangeProduct, Rewrite};
pub use draft_offer::DraftOffer;
pub use draft_product::DraftProduct;
pub use move_offer::{MoveOffer, Whose};
pub use put_category::PutCategory;

use crate::{
    Error,
    domain::{Category, Offer, Product, ProductState, is_slug},
    ports::{Filed, Item, Shelves, Stall, Views, Wanted},
};
use kernel::{CategoryId, Clock, Currency, OfferId, ProductId, VendorId};
use platform::page::Page;
use std::sync::Arc;

/// How often a change that names no version is made anew when somebody was faster.
const ATTEMPTS: usize = 8;

pub struct Catalog {
    pub shelves: Arc<dyn Shelves>,
    pub views: Arc<dyn Views>,
    pub clock: Arc<dyn Clock>,
}

/// A product's page.
pub struct ProductPage {
    pub product: Product,
    pub path: Vec<String>,
    pub stalls: Vec<Stall>,
}

impl Catalog {
    pub async fn categories(&self) -> Result<Vec<Category>, Error> {
        Ok(self.shelves.categories().await?)
    }
    async fn category_id(&self, slug: &str) -> Result<CategoryId, Error> {
        let all = self.shelves.categories().await?;
        all.iter().find(|category| category.slug == slug).map(|category| category.id).ok_or(Error::NoCategory)
    }
    /// Of this category and those below it, or of all. `None` when there is no such category.
    pub async fn list(&self, category: Option<&str>, wanted: Wanted) -> Result<Option<Vec<Item>>, Error> {
        let Some(slug) = category else { return Ok(Some(self.views.list(&wanted).await?)) };
        let all = self.shelves.categories().await?;
        let Some(found) = all.iter().find(|category| category.slug == slug) else { return Ok(None) };
        let wanted = Wanted { categories: Some(found.family(&all)), ..wanted };
        Ok(Some(self.views.list(&wanted).await?))
    }
    /// Published ones only; an old slug leads there too.
    pub async fn page(&self, slug: &str, currency: Currency) -> Result<Option<ProductPage>, Error> {
        if !is_slug(slug) {
            return Ok(None);
        }
        let found = self.shelves.product_by_slug(slug).await?;
        let Some(product) = found.filter(|p| p.state == ProductState::Published) else { return Ok(None) };
        let all = self.shelves.categories().await?;
        let path = all.iter().find(|c| c.id == product.category).map(|c| c.path(&all)).unwrap_or_default();
        let stalls = self.views.stalls(product.id, currency).await?;
        Ok(Some(ProductPage { product, path, stalls }))
    }
    pub async fn product(&self, id: ProductId) -> Result<Option<Filed>, Error> {
        let Some(product) = self.shelves.product(id).await? else { return Ok(None) };
        let all = self.shelves.categories().await?;
        let category = all.into_iter().find(|category| category.id == product.category);
        Ok(Some(Filed { product, category: category.map(|category| category.slug).unwrap_or_default() }))
    }
    /// Another vendor's is answered like one that does not exist.
    pub async fn offer_of(&self, id: OfferId, vendor: VendorId) -> Result<Option<Offer>, Error> {
        Ok(self.shelves.offer(id).await?.filter(|offer| offer.vendor == vendor))
    }
    pub async fn offers_of(&self, vendor: VendorId, page: &Page<OfferId>) -> Result<Vec<Offer>, Error> {
        Ok(self.shelves.offers_of(vendor, page).await?)
    }
    /// What waits for the operator's word, oldest first.
    pub async fn submitted(&self, page: &Page<OfferId>) -> Result<Vec<Offer>, Error> {
        Ok(self.shelves.submitted(page).await?)
    }
    /// With their products and the tree, for those who sell and deliver them.
    pub async fn offers(&self, ids: &[OfferId]) -> Result<(Vec<(Offer, Product)>, Vec<Category>), Error> {
        Ok((self.shelves.offers(ids).await?, self.shelves.categories().await?))
    }
}
