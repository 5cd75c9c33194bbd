//! A new product, published or not yet.
use super::Catalog;
use crate::{
    Error,
    domain::{Product, ProductEvent, slug},
    ports::fold,
};
use platform::{
    ask::Ask,
    store::{Change, StoreError},
};

pub struct DraftProduct {
    /// With an empty slug one is made of the title.
    pub product: Product,
    /// The category's slug.
    pub category: String,
}

impl Catalog {
    pub async fn draft_product(&self, command: DraftProduct, ask: &Ask<Product>) -> Result<Product, Error> {
        let all = self.shelves.categories().await?;
        let category = all.iter().find(|c| c.slug == command.category).ok_or(Error::NoCategory)?.id;
        let mut product = Product { category, ..command.product };
        if product.slug.is_empty() {
            product.slug = slug(&fold(&product.title));
        }
        if let Some(flaw) = product.flaw() {
            return Err(Error::Flawed(flaw));
        }
        let change = Change::new(&product, vec![ProductEvent::Drafted]).answering(ask);
        match self.shelves.save_product(change, self.clock.now()).await {
            Err(StoreError::Stale) => Err(Error::SlugTaken),
            written => Ok(written.map(|()| product)?),
        }
    }
}
