//! Categories, products, offers.
use super::{goods, rows};
use crate::{
    domain::{Branch, Category, Offer, Product, ProductEvent},
    outbound::events,
    ports::{CategoryChange, Goods, OfferChange, ProductChange, Shelves},
};
use kernel::{OfferId, ProductId, Timestamp, VariantId, VendorId};
use platform::{
    page::Page,
    store::{Change, StoreError},
};
use platform_sql::{Batch, Db, SqlError, Value, list, params};

const CATEGORIES: &str = "SELECT id, slug, name, parent, place, version FROM categories ORDER BY place, name, id";
const PUT_CATEGORY: &str =
    "INSERT INTO categories (id, slug, name, parent, place, version) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, parent = excluded.parent, place = excluded.place,
    version = excluded.version WHERE categories.version = excluded.version - 1";
/// Changes nothing, but holds the row as it was read: whoever moves it elsewhere waits, or was first and the batch is undone.
const STAYS: &str = "UPDATE categories SET version = version WHERE id = $1 AND version = $2";

const PRODUCT: &str = "SELECT id AS product_id, slug, category, state AS product_state, title, document,
    version AS product_version FROM products WHERE id = $1";
const BY_SLUG: &str = "SELECT p.id AS product_id, p.slug, p.category, p.state AS product_state, p.title, p.document,
    p.version AS product_version FROM slugs s JOIN products p ON p.id = s.product WHERE s.slug = $1";
const BY_VARIANT: &str = "SELECT p.id AS product_id, p.slug, p.category, p.state AS product_state, p.title, p.document,
    p.version AS product_version FROM variants v JOIN products p ON p.id = v.product WHERE v.id = $1";
const DRAFT: &str = "INSERT INTO products (id, slug, category, state, title, words, document, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const CHANGE: &str = "UPDATE products SET slug = $2, category = $3, state = $4, title = $5, words = $6, document = $7,
    version = $8 WHERE id = $1 AND version = $8 - 1";
/// A slug that belongs to another product stays there: the batch is undone.
const SLUG: &str = "INSERT INTO slugs (slug, product) VALUES ($1, $2)
    ON CONFLICT (slug) DO UPDATE SET product = excluded.product WHERE slugs.product = excluded.product";
/// A variant never moves to another product.
const VARIANT: &str = "INSERT INTO variants (id, product) VALUES ($1, $2)
    ON CONFLICT (id) DO UPDATE SET product = excluded.product WHERE variants.product = excluded.product";

const OFFER: &str = "SELECT id, vendor, variant, product, sku, condition, handling_days, state, reason, version
    FROM offers WHERE id = $1";
const OFFERED: &str =
    "SELECT o.id, o.vendor, o.variant, o.product, o.sku, o.condition, o.handling_days, o.state, o.reason,
    o.version, p.id AS product_id, p.slug, p.category, p.state AS product_state, p.title, p.document,
    p.version AS product_version FROM offers o JOIN products p ON p.id = o.product WHERE o.id = ANY($1)";
const OFFERS_OF: &str = "SELECT id, vendor, variant, product, sku, condition, handling_days, state, reason, version
    FROM offers WHERE vendor = $1 AND id > $2 ORDER BY id LIMIT $3";
const SUBMITTED: &str = "SELECT id, vendor, variant, product, sku, condition, handling_days, state, reason, version
    FROM offers WHERE state = 'submitted' AND id > $1 ORDER BY id LIMIT $2";
const OPEN: &str =
    "INSERT INTO offers (id, vendor, variant, product, sku, condition, handling_days, state, reason, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const MOVE: &str = "UPDATE offers SET state = $2, reason = $3, version = $4 WHERE id = $1 AND version = $4 - 1";

pub struct SqlShelves(pub Db);

impl SqlShelves {
    async fn one_product(&self, sql: &'static str, by: Vec<Value>) -> Result<Option<Product>, StoreError> {
        Ok(self.0.read(sql, by).await?.first().map(rows::product).transpose()?)
    }
    async fn some_offers(&self, sql: &'static str, by: Vec<Value>) -> Result<Vec<Offer>, StoreError> {
        let found = self.0.read(sql, by).await?;
        Ok(found.iter().map(rows::offer).collect::<Result<_, _>>()?)
    }
}

#[platform::async_trait]
impl Shelves for SqlShelves {
    async fn categories(&self) -> Result<Vec<Category>, StoreError> {
        let found = self.0.read(CATEGORIES, params![]).await?;
        Ok(found.iter().map(rows::category).collect::<Result<_, _>>()?)
    }

    async fn save_category(&self, change: CategoryChange<'_>, now: Timestamp) -> Result<(), StoreError> {
        let Branch { category, above } = change.state;
        let mut batch = Batch::new();
        batch.marks(change.marks, now);
        // In the order of their ids, so that two who move crosswise wait for each other and don't lock each other out.
        let mut steps: Vec<_> = above.iter().map(|c| (c.id, STAYS, params![c.id, c.version])).collect();
        steps.push((category.id, PUT_CATEGORY, rows::of_category(category)));
        steps.sort_by_key(|(id, ..)| *id);
        for (_, sql, row) in steps {
            batch.push(sql, row).expect_rows(1);
        }
        self.0.save(batch).await
    }

    async fn product(&self, id: ProductId) -> Result<Option<Product>, StoreError> {
        self.one_product(PRODUCT, params![id]).await
    }

    async fn product_by_slug(&self, slug: &str) -> Result<Option<Product>, StoreError> {
        self.one_product(BY_SLUG, params![slug]).await
    }

    async fn product_of(&self, variant: VariantId) -> Result<Option<Product>, StoreError> {
        self.one_product(BY_VARIANT, params![variant]).await
    }

    async fn save_product(&self, change: ProductChange<'_>, now: Timestamp) -> Result<(), StoreError> {
        let Change { state, events, marks } = change;
        let product = &state.product;
        let mut batch = Batch::new();
        batch.marks(marks, now);
        if !events.is_empty() {
            let sql = if events.contains(&ProductEvent::Drafted) { DRAFT } else { CHANGE };
            batch.push(sql, rows::of_product(product)?).expect_rows(1);
            batch.push(SLUG, params![product.slug.clone(), product.id]).expect_rows(1);
            for variant in &product.variants {
                batch.push(VARIANT, params![variant.id, product.id]).expect_rows(1);
            }
        }
        batch.outbox(events::of_product(product, &events, now));
        self.0.save(batch).await
    }

    async fn offer(&self, id: OfferId) -> Result<Option<Offer>, StoreError> {
        Ok(self.some_offers(OFFER, params![id]).await?.pop())
    }

    async fn offers(&self, ids: &[OfferId]) -> Result<Vec<(Offer, Product)>, StoreError> {
        let found = self.0.read(OFFERED, params![list(ids.to_vec())]).await?;
        Ok(found.iter().map(|row| Ok((rows::offer(row)?, rows::product(row)?))).collect::<Result<_, SqlError>>()?)
    }

    async fn offers_of(&self, vendor: VendorId, page: &Page<OfferId>) -> Result<Vec<Offer>, StoreError> {
        self.some_offers(OFFERS_OF, params![vendor, first(page), page.rows()]).await
    }

    async fn submitted(&self, page: &Page<OfferId>) -> Result<Vec<Offer>, StoreError> {
        self.some_offers(SUBMITTED, params![first(page), page.rows()]).await
    }

    async fn save_offer(&self, change: OfferChange<'_>, now: Timestamp) -> Result<(), StoreError> {
        let Change { state: offer, events, marks } = change;
        let mut batch = Batch::new();
        batch.marks(marks, now);
        if offer.version == 1 {
            batch.push(OPEN, rows::of_offer(offer)).expect_rows(1);
        } else {
            let moved = params![offer.id, rows::offer_state(offer.state), offer.reason.clone(), offer.version];
            batch.push(MOVE, moved).expect_rows(1);
        }
        batch.outbox(events::of_offer(offer, &events, now));
        self.0.save(batch).await
    }

    async fn import(&self, goods: &Goods, now: Timestamp) -> Result<(), StoreError> {
        for batch in goods::batches(goods, now)? {
            self.0.save(batch).await?;
        }
        Ok(())
    }
}

/// Ids are bigger than the smallest.
fn first(page: &Page<OfferId>) -> OfferId {
    page.after.unwrap_or(OfferId::from_uuid(uuid::Uuid::nil()))
}
