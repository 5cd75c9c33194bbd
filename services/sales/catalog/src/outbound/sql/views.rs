//! What lists show, as far as others told it.
use super::rows::{self, WORDS};
use crate::ports::{Item, PriceSeen, Stall, StockSeen, StockWord, VendorSeen, Views, Wanted};
use kernel::{Currency, ProductId, Timestamp, VendorId};
use platform::{
    clock::SystemClock,
    store::{Mark, Seen, StoreError},
};
use platform_sql::{Batch, Db, Row, SqlError, Value, params};

const PRICE: &str = "INSERT INTO seen_prices (offer, currency, price) VALUES ($1, $2, $3)
    ON CONFLICT (offer, currency) DO UPDATE SET price = excluded.price";
const STOCK: &str = "INSERT INTO seen_stock (offer, location, word) VALUES ($1, $2, $3)
    ON CONFLICT (offer, location) DO UPDATE SET word = excluded.word";
const VENDOR: &str = "INSERT INTO seen_vendors (vendor, name, slug, active) VALUES ($1, $2, $3, $4)
    ON CONFLICT (vendor) DO UPDATE SET name = excluded.name, slug = excluded.slug, active = excluded.active";
const CLOSE: &str = "UPDATE seen_vendors SET active = $2 WHERE vendor = $1";

/// The page first, then what is said of each: no product outside the page is looked at for its prices.
const LIST: &str = "WITH RECURSIVE family (id) AS (
      SELECT id FROM categories WHERE id = $1 UNION SELECT c.id FROM categories c JOIN family f ON c.parent = f.id),
    page AS (SELECT p.id, p.slug, p.title, p.category FROM products p
      WHERE p.state = 'published' AND (p.title, p.id) > ($2, $3)
        AND ($1 IS NULL OR p.category IN (SELECT id FROM family))
        AND ($4 = '' OR p.words LIKE '%' || $4 || '%')
        AND (EXISTS (SELECT 1 FROM offers o WHERE o.product = p.id AND o.vendor = $5 AND o.state = 'active') OR $5 IS NULL)
      ORDER BY p.title, p.id LIMIT $6)
    SELECT g.id, g.slug, g.title, g.category,
      (SELECT min(s.price) FROM offers o JOIN seen_vendors v ON v.vendor = o.vendor AND v.active
        JOIN seen_prices s ON s.offer = o.id AND s.currency = $7 WHERE o.product = g.id AND o.state = 'active') AS price_from,
      (SELECT count(*) FROM offers o JOIN seen_vendors v ON v.vendor = o.vendor AND v.active
        WHERE o.product = g.id AND o.state = 'active') AS offers,
      (SELECT min(CASE s.word WHEN 'in_stock' THEN 0 WHEN 'low' THEN 1 ELSE 2 END) FROM offers o
        JOIN seen_vendors v ON v.vendor = o.vendor AND v.active
        JOIN seen_stock s ON s.offer = o.id WHERE o.product = g.id AND o.state = 'active') AS stock
    FROM page g ORDER BY g.title, g.id";
const STALLS: &str =
    "SELECT o.id, o.vendor, o.variant, o.product, o.sku, o.condition, o.handling_days, o.state, o.reason,
      o.version, v.name AS vendor_name, v.slug AS vendor_slug,
      (SELECT s.price FROM seen_prices s WHERE s.offer = o.id AND s.currency = $2) AS price,
      (SELECT min(CASE s.word WHEN 'in_stock' THEN 0 WHEN 'low' THEN 1 ELSE 2 END) FROM seen_stock s
        WHERE s.offer = o.id) AS stock
    FROM offers o JOIN seen_vendors v ON v.vendor = o.vendor AND v.active
    WHERE o.product = $1 AND o.state = 'active'";

pub struct SqlViews(pub Db);

impl SqlViews {
    /// A view has no time of its own: the inbox row carries the machine's.
    async fn put(&self, sql: &'static str, row: Vec<Value>, message: Seen) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        batch.marks(vec![Mark::Seen(message)], now());
        batch.push(sql, row);
        self.0.save(batch).await
    }
}

fn now() -> Timestamp {
    kernel::Clock::now(&SystemClock)
}

#[platform::async_trait]
impl Views for SqlViews {
    async fn price(&self, seen: PriceSeen, message: Seen) -> Result<(), StoreError> {
        self.put(PRICE, params![seen.offer, seen.currency.as_str(), seen.price], message).await
    }

    async fn stock(&self, seen: StockSeen, message: Seen) -> Result<(), StoreError> {
        self.put(STOCK, params![seen.offer, seen.location, rows::text(&WORDS, seen.word)], message).await
    }

    async fn vendor(&self, seen: VendorSeen, message: Seen) -> Result<(), StoreError> {
        self.put(VENDOR, params![seen.vendor, seen.name, seen.slug, seen.active], message).await
    }

    async fn close(&self, vendor: VendorId, message: Seen) -> Result<(), StoreError> {
        self.put(CLOSE, params![vendor, false], message).await
    }

    async fn list(&self, wanted: &Wanted) -> Result<Vec<Item>, StoreError> {
        let (title, id) = wanted.page.after.clone().unwrap_or((String::new(), ProductId::from_uuid(uuid::Uuid::nil())));
        let which = params![wanted.category, title, id, wanted.words.clone(), wanted.vendor];
        let rest = params![wanted.page.rows(), wanted.currency.as_str()];
        let found = self.0.read(LIST, [which, rest].concat()).await?;
        Ok(found.iter().map(item).collect::<Result<_, _>>()?)
    }

    async fn stalls(&self, product: ProductId, currency: Currency) -> Result<Vec<Stall>, StoreError> {
        let found = self.0.read(STALLS, params![product, currency.as_str()]).await?;
        let mut stalls = found.iter().map(stall).collect::<Result<Vec<_>, SqlError>>()?;
        // Those without a price last, whatever a database thinks of NULL.
        stalls.sort_by_key(|stall| (stall.price.is_none(), stall.price, stall.offer.id));
        Ok(stalls)
    }
}

fn item(row: &Row) -> Result<Item, SqlError> {
    Ok(Item {
        product: row.get("id")?,
        slug: row.get("slug")?,
        title: row.get("title")?,
        category: row.get("category")?,
        price_from: row.get("price_from")?,
        offers: row.get("offers")?,
        stock: word(row)?,
    })
}

fn stall(row: &Row) -> Result<Stall, SqlError> {
    Ok(Stall {
        offer: rows::offer(row)?,
        price: row.get("price")?,
        stock: word(row)?,
        vendor_name: row.get("vendor_name")?,
        vendor_slug: row.get("vendor_slug")?,
    })
}

/// Nothing heard of is nothing there.
fn word(row: &Row) -> Result<StockWord, SqlError> {
    let known = row.get::<Option<i64>>("stock")?.and_then(|at| WORDS.get(usize::try_from(at).ok()?));
    Ok(known.map_or(StockWord::None, |(word, _)| *word))
}
