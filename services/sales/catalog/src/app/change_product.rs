//! Publishes, changes, retires.
use super::{ATTEMPTS, Catalog};
use crate::{
    Error,
    domain::{Flaw, Product, ProductEvent},
    ports::Filed,
};
use kernel::{ProductId, VariantId};
use platform::{
    ask::Ask,
    store::{Change, StoreError},
};

pub enum ChangeProduct {
    Publish,
    Retire,
    Rewrite(Box<Rewrite>),
}

/// All of it anew.
pub struct Rewrite {
    /// With an empty slug it keeps the one it has.
    pub product: Product,
    /// The category's slug.
    pub category: String,
    /// Variants that were named by their ids.
    pub named: Vec<VariantId>,
    /// The version that was read.
    pub expected: i64,
}

impl Catalog {
    /// `None` when there is no such product.
    pub async fn change_product(
        &self,
        id: ProductId,
        command: ChangeProduct,
        ask: &Ask<Filed>,
    ) -> Result<Option<Filed>, Error> {
        for _ in 0..ATTEMPTS {
            let Some(old) = self.product(id).await? else { return Ok(None) };
            let (filed, events) = self.changed(&old, &command).await?;
            match self.shelves.save_product(Change::new(&filed, events).answering(ask), self.clock.now()).await {
                Err(StoreError::Stale) => self.has_slug(&filed.product).await?,
                written => return Ok(written.map(|()| Some(filed))?),
            }
        }
        Err(Error::Contended)
    }

    async fn changed(&self, old: &Filed, command: &ChangeProduct) -> Result<(Filed, Vec<ProductEvent>), Error> {
        let moved = match command {
            ChangeProduct::Publish => old.product.publish().map_err(Error::Flawed)?,
            ChangeProduct::Retire => old.product.retire(),
            ChangeProduct::Rewrite(new) => return self.rewritten(&old.product, new).await,
        };
        Ok((Filed { product: moved.0, category: old.category.clone() }, moved.1))
    }

    async fn rewritten(&self, old: &Product, new: &Rewrite) -> Result<(Filed, Vec<ProductEvent>), Error> {
        if old.version != new.expected {
            return Err(Error::Changed);
        }
        if let Some(unknown) = new.named.iter().find(|variant| old.variant(**variant).is_none()) {
            return Err(Error::Flawed(Flaw::Unknown(*unknown)));
        }
        let category = self.category_id(&new.category).await?;
        let slug = if new.product.slug.is_empty() { &old.slug } else { &new.product.slug };
        let product = Product { category, slug: slug.clone(), ..new.product.clone() };
        let (product, events) = old.change(product).map_err(Error::Flawed)?;
        Ok((Filed { product, category: new.category.clone() }, events))
    }

    /// A write may have been stale because the slug leads to another product: asking again would not help.
    async fn has_slug(&self, product: &Product) -> Result<(), Error> {
        match self.shelves.product_by_slug(&product.slug).await? {
            Some(other) if other.id != product.id => Err(Error::SlugTaken),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::fakes::{Fake, draft, id},
        domain::ProductState,
    };

    fn rewrite(product: &Product, expected: i64) -> ChangeProduct {
        let named = product.variants.iter().map(|variant| variant.id).collect();
        let (product, category) = (product.clone(), "lamps".to_string());
        ChangeProduct::Rewrite(Box::new(Rewrite { product, category, named, expected }))
    }

    #[tokio::test]
    async fn a_slug_that_leads_elsewhere_is_taken_and_not_stale() {
        let (_, app) = Fake::catalog();
        let [lamp, _] = [draft(&app, "lamp").await, draft(&app, "torch").await];
        let renamed = Product { slug: "torch".into(), ..lamp.clone() };
        let taken = app.change_product(lamp.id, rewrite(&renamed, 1), &Ask::nobody()).await;
        assert!(matches!(taken, Err(Error::SlugTaken)), "{taken:?}");
        // One that it had itself is its own.
        for (slug, expected) in [("lantern", 1), ("lamp", 2)] {
            let renamed = Product { slug: slug.into(), ..lamp.clone() };
            let done = app.change_product(lamp.id, rewrite(&renamed, expected), &Ask::nobody()).await.unwrap().unwrap();
            assert_eq!(done.product.slug, slug);
        }
        let unnamed = Product { slug: String::new(), ..lamp.clone() };
        let done = app.change_product(lamp.id, rewrite(&unnamed, 3), &Ask::nobody()).await.unwrap().unwrap();
        assert_eq!(done.product.slug, "lamp");
    }

    #[tokio::test]
    async fn a_rewrite_needs_the_version_that_was_read_a_publication_none() {
        let (fake, app) = Fake::catalog();
        let lamp = draft(&app, "lamp").await;
        let lamp_id = lamp.id;
        let other = move |fake: &Fake| fake.touch(lamp_id);
        fake.meanwhile(1, other);
        let stale = app.change_product(lamp.id, rewrite(&lamp, 1), &Ask::nobody()).await;
        assert!(matches!(stale, Err(Error::Changed)), "{stale:?}");
        fake.meanwhile(1, other);
        let published = app.change_product(lamp.id, ChangeProduct::Publish, &Ask::nobody()).await.unwrap().unwrap();
        assert_eq!((published.product.state, published.product.version), (ProductState::Published, 4));
        fake.meanwhile(ATTEMPTS, other);
        let busy = app.change_product(lamp.id, ChangeProduct::Retire, &Ask::nobody()).await;
        assert!(matches!(busy, Err(Error::Contended)), "{busy:?}");
    }

    #[tokio::test]
    async fn only_its_own_variants_can_be_named() {
        let (_, app) = Fake::catalog();
        let [lamp, torch] = [draft(&app, "lamp").await, draft(&app, "torch").await];
        let mut stolen = lamp.clone();
        stolen.variants[0].id = torch.variants[0].id;
        let flawed = app.change_product(lamp.id, rewrite(&stolen, 1), &Ask::nobody()).await;
        assert!(matches!(flawed, Err(Error::Flawed(Flaw::Unknown(id))) if id == torch.variants[0].id), "{flawed:?}");
        assert!(app.change_product(id(99), ChangeProduct::Publish, &Ask::nobody()).await.unwrap().is_none());
    }
}
