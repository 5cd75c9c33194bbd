//! Publishes, changes, retires.
use super::Catalog;
use crate::{
    Error,
    domain::{Product, ProductEvent},
};
use kernel::ProductId;
use platform::{
    ask::Ask,
    store::{Change, StoreError},
};

pub enum ChangeProduct {
    Publish,
    Retire,
    /// All of it anew, from the version that was read; its category by slug.
    Rewrite {
        product: Box<Product>,
        category: String,
        expected: i64,
    },
}

impl Catalog {
    /// `None` when there is no such product.
    pub async fn change_product(
        &self,
        id: ProductId,
        command: ChangeProduct,
        ask: &Ask<Product>,
    ) -> Result<Option<Product>, Error> {
        let Some(old) = self.shelves.product(id).await? else { return Ok(None) };
        let (product, events) = self.changed(&old, command).await?;
        match self.shelves.save_product(Change::new(&product, events).answering(ask), self.clock.now()).await {
            Err(StoreError::Stale) => Err(Error::Changed),
            written => Ok(written.map(|()| Some(product))?),
        }
    }

    async fn changed(&self, old: &Product, command: ChangeProduct) -> Result<(Product, Vec<ProductEvent>), Error> {
        match command {
            ChangeProduct::Publish => old.publish().map_err(Error::Flawed),
            ChangeProduct::Retire => Ok(old.retire()),
            ChangeProduct::Rewrite { product, category, expected } => {
                if old.version != expected {
                    return Err(Error::Changed);
                }
                let all = self.shelves.categories().await?;
                let category = all.iter().find(|c| c.slug == category).ok_or(Error::NoCategory)?.id;
                old.change(Product { category, ..*product }).map_err(Error::Flawed)
            }
        }
    }
}
