//! The use cases.
mod change_product;
mod draft_offer;
mod draft_product;
mod import_goods;
mod move_offer;
mod put_category;
mod see;
pub use change_product::ChangeProduct;
pub use draft_offer::DraftOffer;
pub use draft_product::DraftProduct;
pub use move_offer::{MoveOffer, Whose};
pub use put_category::PutCategory;

use crate::{
    Error,
    domain::{Category, Offer, Product, ProductState},
    ports::{Item, Shelves, Stall, Views, Wanted},
};
use kernel::{Clock, Currency, OfferId, ProductId, VendorId};
use platform::page::Page;
use std::sync::Arc;

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
    pub async fn category_by_slug(&self, slug: &str) -> Result<Option<Category>, Error> {
        Ok(self.shelves.categories().await?.into_iter().find(|category| category.slug == slug))
    }
    pub async fn list(&self, wanted: &Wanted) -> Result<Vec<Item>, Error> {
        Ok(self.views.list(wanted).await?)
    }
    /// Published ones only; an old slug leads there too.
    pub async fn page(&self, slug: &str, currency: Currency) -> Result<Option<ProductPage>, Error> {
        let found = self.shelves.product_by_slug(slug).await?;
        let Some(product) = found.filter(|p| p.state == ProductState::Published) else { return Ok(None) };
        let all = self.shelves.categories().await?;
        let path = all.iter().find(|c| c.id == product.category).map(|c| c.path(&all)).unwrap_or_default();
        let stalls = self.views.stalls(product.id, currency).await?;
        Ok(Some(ProductPage { product, path, stalls }))
    }
    pub async fn product(&self, id: ProductId) -> Result<Option<Product>, Error> {
        Ok(self.shelves.product(id).await?)
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
