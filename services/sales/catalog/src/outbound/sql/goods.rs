//! What an import writes, in batches of some hundred statements. What is there already is left alone, and tells nobody.
use super::rows;
use crate::{
    domain::{OfferEvent, ProductEvent},
    outbound::events,
    ports::Goods,
};
use kernel::Timestamp;
use platform_sql::{Batch, SqlError, params};

const CATEGORY: &str = "INSERT INTO categories (id, slug, name, parent, place, version) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT DO NOTHING";
const PRODUCT: &str = "INSERT INTO products (id, slug, category, state, title, words, document, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
const SLUG: &str = "INSERT INTO slugs (slug, product) SELECT $1, id FROM products WHERE id = $2 ON CONFLICT DO NOTHING";
const VARIANT: &str =
    "INSERT INTO variants (id, product) SELECT $1, id FROM products WHERE id = $2 ON CONFLICT DO NOTHING";
const OFFER: &str =
    "INSERT INTO offers (id, vendor, variant, product, sku, condition, handling_days, state, reason, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
const A_BATCH: usize = 200;

pub fn batches(goods: &Goods, now: Timestamp) -> Result<Vec<Batch>, SqlError> {
    let mut batches = vec![];
    for part in goods.categories.chunks(A_BATCH) {
        let mut batch = Batch::new();
        part.iter().for_each(|category| {
            batch.push(CATEGORY, rows::of_category(category));
        });
        batches.push(batch);
    }
    for part in goods.products.chunks(A_BATCH) {
        let mut batch = Batch::new();
        for product in part {
            batch.push(PRODUCT, rows::of_product(product)?);
            batch.push(SLUG, params![product.slug.clone(), product.id]);
            for variant in &product.variants {
                batch.push(VARIANT, params![variant.id, product.id]);
            }
            batch.outbox_once(events::of_product(product, &[ProductEvent::Published], now));
        }
        batches.push(batch);
    }
    for part in goods.offers.chunks(A_BATCH) {
        let mut batch = Batch::new();
        for offer in part {
            batch.push(OFFER, rows::of_offer(offer));
            batch.outbox_once(events::of_offer(offer, &[OfferEvent::Activated], now));
        }
        batches.push(batch);
    }
    Ok(batches)
}
