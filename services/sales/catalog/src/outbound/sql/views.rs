//! What lists show, as far as others told it.
use super::rows::{self, WORDS};
use crate::ports::{Item, PriceSeen, Stall, StockSeen, StockWord, VendorSeen, Views, Wanted};
use kernel::{Currency, ProductId, Timestamp, VendorId};
use platform::{
    clock::SystemClock,
    store::{Mark, Seen, StoreError},
};
use platform_sql::{Batch, Db, Row, SqlError, Value, list, params};

const PRICE: &str = "INSERT INTO seen_prices (offer, currency, price) VALUES ($1, $2, $3)
    ON CONFLICT (offer, currency) DO UPDATE SET price = excluded.price";
const STOCK: &str = "INSERT INTO seen_stock (offer, location, word) VALUES ($1, $2, $3)
    ON CONFLICT (offer, location) DO UPDATE SET word = excluded.word";
const VENDOR: &str = "INSERT INTO seen_vendors (vendor, name, slug, active) VALUES ($1, $2, $3, $4)
    ON CONFLICT (vendor) DO UPDATE SET name = excluded.name, slug = excluded.slug, active = excluded.active";
const CLOSE: &str = "UPDATE seen_vendors SET active = $2 WHERE vendor = $1";

/// What is said of the products of a page: nothing outside of it is looked at for its prices.
const SAID: &str = "SELECT p.id, p.slug, p.title,
      (SELECT min(s.price) FROM offers o JOIN seen_vendors v ON v.vendor = o.vendor AND v.active
        JOIN seen_prices s ON s.offer = o.id AND s.currency = $4 WHERE o.product = g.id AND o.state = 'active') AS price_from,
      (SELECT count(*) FROM offers o JOIN seen_vendors v ON v.vendor = o.vendor AND v.active
        WHERE o.product = g.id AND o.state = 'active') AS offers,
      (SELECT min(CASE s.word WHEN 'in_stock' THEN 0 WHEN 'low' THEN 1 ELSE 2 END) FROM offers o
        JOIN seen_vendors v ON v.vendor = o.vendor AND v.active
        JOIN seen_stock s ON s.offer = o.id WHERE o.product = g.id AND o.state = 'active') AS stock
    FROM page g JOIN products p ON p.id = g.id ORDER BY p.title, p.id";
/// Of a vendor: its offers are fewer than all products, so they come first.
const SELLS: &str = "SELECT DISTINCT o.product FROM offers o JOIN seen_vendors v ON v.vendor = o.vendor AND v.active
      WHERE o.state = 'active' AND o.vendor";
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
        let (sql, params) = page(wanted);
        let found = self.0.read(sql, params).await?;
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

/// Only what was asked for stands in the text, so that each kind of list finds its own index.
fn page(wanted: &Wanted) -> (String, Vec<Value>) {
    let (title, id) = wanted.page.after.clone().unwrap_or((String::new(), ProductId::from_uuid(uuid::Uuid::nil())));
    let mut params = params![title, id, wanted.page.rows(), wanted.currency.as_str()];
    let mut take = |value: Value| {
        params.push(value);
        params.len()
    };
    let (mut from, mut only) = (String::from("products p"), String::new());
    if let Some(vendor) = wanted.vendor {
        from = format!("({SELLS} = ${}) s CROSS JOIN products p", take(vendor.into()));
        only += " AND p.id = s.product";
    }
    if let Some(categories) = &wanted.categories {
        only += &format!(" AND p.category = ANY(${})", take(list(categories.clone())));
    }
    if !wanted.words.is_empty() {
        only += &format!(" AND p.words LIKE '%' || ${} || '%'", take(wanted.words.as_str().into()));
    }
    let page = format!(
        "SELECT p.id FROM {from} WHERE p.state = 'published' AND (p.title, p.id) > ($1, $2){only}
      ORDER BY p.title, p.id LIMIT $3"
    );
    (format!("WITH page AS ({page}) {SAID}"), params)
}

fn item(row: &Row) -> Result<Item, SqlError> {
    Ok(Item {
        product: row.get("id")?,
        slug: row.get("slug")?,
        title: row.get("title")?,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MIGRATIONS;
    use platform::page::Page;
    use platform_test::{Engine, id, store};

    async fn plan(db: &Db, wanted: &Wanted) -> String {
        let (sql, params) = page(wanted);
        let steps = db.read(format!("EXPLAIN QUERY PLAN {sql}"), params).await.unwrap();
        steps.iter().map(|step| step.get::<String>("detail").unwrap() + "\n").collect()
    }

    /// A product's row carries its document, so a list that reads rows to find its page reads the whole catalogue.
    #[tokio::test]
    async fn each_list_finds_its_page_in_an_index() {
        let db = Db::open(&store(Engine::Sqlite, "catalog").await, MIGRATIONS).await.unwrap();
        let (vendor, words, currency, page) = (None, String::new(), Currency::EUR, Page::first(24));
        let all = Wanted { categories: None, vendor, words, currency, page };
        let some = Wanted { categories: Some(vec![id(), id()]), ..all.clone() };
        let words = Wanted { words: "lamp".into(), ..all.clone() };
        let both = Wanted { words: "lamp".into(), ..some.clone() };
        for (wanted, index) in [
            (&all, "products_title ((title,id)>(?,?))"),
            (&words, "products_title ((title,id)>(?,?))"),
            (&some, "products_category (category=? AND (title,id)>(?,?))"),
            (&both, "products_category (category=? AND (title,id)>(?,?))"),
            (&Wanted { vendor: Some(id()), ..all.clone() }, "offers_stalls (vendor=? AND state=?)"),
            (&Wanted { vendor: Some(id()), ..both.clone() }, "offers_stalls (vendor=? AND state=?)"),
        ] {
            let plan = plan(&db, wanted).await;
            assert!(plan.contains(&format!("COVERING INDEX {index}")), "{wanted:?}\n{plan}");
            let reads_all = plan.lines().any(|step| ["SCAN p", "SCAN o", "SCAN v"].contains(&step.trim()));
            assert!(!reads_all, "{wanted:?}\n{plan}");
            assert!(plan.contains("COVERING INDEX offers_product (product=? AND state=?)"), "{plan}");
        }
    }
}
