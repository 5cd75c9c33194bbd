//! A branch of the tree.
use super::{ATTEMPTS, Catalog};
use crate::{
    Error,
    domain::{Branch, Category},
};
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
    pub async fn put_category(&self, command: PutCategory, ask: &Ask<Branch>) -> Result<Branch, Error> {
        for _ in 0..ATTEMPTS {
            let branch = command.placed(&self.shelves.categories().await?)?;
            match self.shelves.save_category(Change::new(&branch, vec![]).answering(ask), self.clock.now()).await {
                Err(StoreError::Stale) => continue,
                written => return Ok(written.map(|()| branch)?),
            }
        }
        Err(Error::Contended)
    }
}

impl PutCategory {
    fn placed(&self, all: &[Category]) -> Result<Branch, Error> {
        let find = |slug: &str| all.iter().find(|category| category.slug == slug);
        let parent = self.parent.as_deref().map(|slug| find(slug).ok_or(Error::NoCategory)).transpose()?;
        let old = find(&self.slug);
        let category = Category {
            id: old.map_or(self.id, |old| old.id),
            slug: self.slug.clone(),
            name: self.name.clone(),
            parent: None,
            place: self.place,
            version: old.map_or(1, |old| old.version + 1),
        };
        category.below(parent, all).ok_or(Error::BelowItself)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fakes::Fake;

    fn put(slug: &str, parent: Option<&str>) -> PutCategory {
        let id = CategoryId::from_uuid(uuid::Uuid::now_v7());
        PutCategory { id, slug: slug.into(), name: slug.to_uppercase(), parent: parent.map(str::to_string), place: 0 }
    }

    /// home > lamps > desk, and kitchen.
    async fn tree() -> (std::sync::Arc<Fake>, Catalog) {
        let (fake, app) = Fake::catalog();
        for (slug, parent) in [("home", None), ("lamps", Some("home")), ("desk", Some("lamps")), ("kitchen", None)] {
            app.put_category(put(slug, parent), &Ask::nobody()).await.unwrap();
        }
        (fake, app)
    }

    #[tokio::test]
    async fn a_slug_keeps_its_id_and_says_where_it_stands() {
        let (fake, app) = tree().await;
        let before = fake.category("desk");
        let moved = app.put_category(put("desk", Some("kitchen")), &Ask::nobody()).await.unwrap();
        assert_eq!((moved.category.id, moved.category.version), (before.id, 2));
        assert_eq!(moved.path(), ["kitchen", "desk"]);
    }

    #[tokio::test]
    async fn it_stands_neither_below_itself_nor_below_what_is_below_it() {
        let (fake, app) = tree().await;
        for (slug, parent) in
            [("home", "home"), ("home", "lamps"), ("home", "desk"), ("lamps", "desk"), ("desk", "desk")]
        {
            let put = app.put_category(put(slug, Some(parent)), &Ask::nobody()).await;
            assert!(matches!(put, Err(Error::BelowItself)), "{slug} below {parent}: {put:?}");
        }
        assert_eq!(fake.category("home").version, 1, "nothing was written");
        let unknown = app.put_category(put("home", Some("cellar")), &Ask::nobody()).await;
        assert!(matches!(unknown, Err(Error::NoCategory)));
        // What nobody has yet can't be above itself either.
        assert!(matches!(app.put_category(put("new", Some("new")), &Ask::nobody()).await, Err(Error::NoCategory)));
    }

    #[tokio::test]
    async fn the_circle_is_seen_although_another_move_came_between() {
        let (fake, app) = tree().await;
        let kitchen = fake.category("kitchen");
        let home = fake.category("home").id;
        fake.meanwhile(1, move |fake| fake.put(Category { parent: Some(home), version: 2, ..kitchen.clone() }));
        let crosswise = app.put_category(put("home", Some("kitchen")), &Ask::nobody()).await;
        assert!(matches!(crosswise, Err(Error::BelowItself)), "{crosswise:?}");
    }

    #[tokio::test]
    async fn who_is_always_slower_is_told_to_ask_again() {
        let (fake, app) = tree().await;
        fake.meanwhile(ATTEMPTS, |_| {});
        assert!(matches!(app.put_category(put("home", None), &Ask::nobody()).await, Err(Error::Contended)));
        assert_eq!(app.put_category(put("home", None), &Ask::nobody()).await.unwrap().category.version, 2);
    }
}
