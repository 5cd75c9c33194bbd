//! A branch of the tree.
use super::Catalog;
use crate::{Error, domain::Category};
use kernel::CategoryId;
use platform::{
    ask::Ask,
    store::{Change, StoreError},
};

pub struct PutCategory {
    /// Of a new one; a slug that is known keeps its own.
    pub id: CategoryId,
    pub slug: String,
    pub name: String,
    /// The parent's slug.
    pub parent: Option<String>,
    pub place: i64,
}

impl Catalog {
    /// Creates the category of this slug, or changes it.
    pub async fn put_category(&self, command: PutCategory, ask: &Ask<Category>) -> Result<Category, Error> {
        let all = self.shelves.categories().await?;
        let find = |slug: &str| all.iter().find(|category| category.slug == slug);
        let parent = match &command.parent {
            Some(slug) => Some(find(slug).ok_or(Error::NoCategory)?),
            None => None,
        };
        let old = find(&command.slug);
        // Below itself it would never be found.
        if parent.is_some_and(|parent| parent.path(&all).contains(&command.slug)) {
            return Err(Error::NoCategory);
        }
        let category = Category {
            id: old.map_or(command.id, |old| old.id),
            slug: command.slug.clone(),
            name: command.name,
            parent: parent.map(|parent| parent.id),
            place: command.place,
            version: old.map_or(1, |old| old.version + 1),
        };
        match self.shelves.save_category(Change::new(&category, vec![]).answering(ask), self.clock.now()).await {
            Err(StoreError::Stale) => Err(Error::Changed),
            written => Ok(written.map(|()| category)?),
        }
    }
}
