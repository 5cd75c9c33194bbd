//! A new product, not published yet.
use super::Catalog;
use crate::{
    Error,
    domain::{Product, ProductEvent, slug},
    ports::{Filed, fold},
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

/// So many products may have one title before somebody has to name a slug.
const ALIKE: usize = 20;

impl Catalog {
    pub async fn draft_product(&self, command: DraftProduct, ask: &Ask<Filed>) -> Result<Filed, Error> {
        let DraftProduct { product, category } = command;
        let product = Product { category: self.category_id(&category).await?, ..product };
        for slug in slugs(&product) {
            let filed = Filed { product: Product { slug, ..product.clone() }, category: category.clone() };
            if let Some(flaw) = filed.product.flaw() {
                return Err(Error::Flawed(flaw));
            }
            let change = Change::new(&filed, vec![ProductEvent::Drafted]).answering(ask);
            match self.shelves.save_product(change, self.clock.now()).await {
                Err(StoreError::Stale) => continue,
                written => return Ok(written.map(|()| filed)?),
            }
        }
        Err(Error::SlugTaken)
    }
}

/// The one that was named, else what its title gives: plain, then with a number.
fn slugs(product: &Product) -> Vec<String> {
    if !product.slug.is_empty() {
        return vec![product.slug.clone()];
    }
    let plain = slug(&fold(&product.title));
    let numbered = (2..=ALIKE).map(|n| format!("{plain}-{n}"));
    [plain.clone()].into_iter().chain(numbered).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::fakes::{Fake, product},
        domain::Flaw,
    };

    async fn drafted(app: &Catalog, title: &str, slug: &str) -> Result<Product, Error> {
        let product = Product { title: title.into(), slug: slug.into(), ..product(slug) };
        let command = DraftProduct { product, category: "lamps".into() };
        app.draft_product(command, &Ask::nobody()).await.map(|filed| filed.product)
    }

    #[tokio::test]
    async fn titles_alike_get_slugs_with_numbers() {
        let (_, app) = Fake::catalog();
        for slug in ["reading-lamp", "reading-lamp-2", "reading-lamp-3"] {
            assert_eq!(drafted(&app, "Reading Lamp", "").await.unwrap().slug, slug);
        }
        for _ in 4..=ALIKE {
            drafted(&app, "Reading, lamp!", "").await.unwrap();
        }
        assert!(matches!(drafted(&app, "Reading lamp", "").await, Err(Error::SlugTaken)));
    }

    #[tokio::test]
    async fn a_slug_that_was_named_is_taken_or_not() {
        let (_, app) = Fake::catalog();
        assert_eq!(drafted(&app, "Lamp", "lamp").await.unwrap().slug, "lamp");
        assert!(matches!(drafted(&app, "Other", "lamp").await, Err(Error::SlugTaken)));
        assert!(matches!(drafted(&app, "???", "").await, Err(Error::Flawed(Flaw::Slug))), "nothing to make one of");
        assert_eq!(drafted(&app, "漢字", "").await.unwrap().slug, "han-zi");
    }

    #[tokio::test]
    async fn a_category_that_is_none_holds_nothing() {
        let (_, app) = Fake::catalog();
        let command = DraftProduct { product: product("lamp"), category: "cellar".into() };
        assert!(matches!(app.draft_product(command, &Ask::nobody()).await, Err(Error::NoCategory)));
    }
}
