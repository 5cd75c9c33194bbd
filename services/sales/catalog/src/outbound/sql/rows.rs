//! Rows and what they mean.
use crate::{
    domain::{Category, Condition, Offer, OfferState, Product, ProductState},
    outbound::document::Document,
    ports::{StockWord, fold},
};
use platform_sql::{Row, SqlError, Value, params};

const PRODUCT_STATES: [(ProductState, &str); 3] =
    [(ProductState::Draft, "draft"), (ProductState::Published, "published"), (ProductState::Retired, "retired")];
const OFFER_STATES: [(OfferState, &str); 6] = [
    (OfferState::Draft, "draft"),
    (OfferState::Submitted, "submitted"),
    (OfferState::Active, "active"),
    (OfferState::Paused, "paused"),
    (OfferState::Rejected, "rejected"),
    (OfferState::Retired, "retired"),
];
const CONDITIONS: [(Condition, &str); 3] =
    [(Condition::New, "new"), (Condition::Used, "used"), (Condition::Refurbished, "refurbished")];
pub const WORDS: [(StockWord, &str); 3] =
    [(StockWord::InStock, "in_stock"), (StockWord::Low, "low"), (StockWord::None, "none")];

pub fn text<T: PartialEq + Copy>(table: &[(T, &'static str)], value: T) -> &'static str {
    table.iter().find(|(known, _)| *known == value).map_or("", |(_, text)| text)
}
fn value<T: Copy>(table: &[(T, &'static str)], row: &Row, column: &str) -> Result<T, SqlError> {
    let text: String = row.get(column)?;
    let known = table.iter().find(|(_, known)| *known == text).map(|(value, _)| *value);
    known.ok_or_else(|| SqlError::Broken(format!("{column} is {text}")))
}

pub fn product_state(state: ProductState) -> &'static str {
    text(&PRODUCT_STATES, state)
}
pub fn offer_state(state: OfferState) -> &'static str {
    text(&OFFER_STATES, state)
}

/// So much of a title is looked through: other scripts can become very long in ASCII, and an index holds only so much.
const MOST_WORDS: usize = 400;

/// id, slug, category, state, title, words, document, version.
pub fn of_product(p: &Product) -> Result<Vec<Value>, SqlError> {
    let document = serde_json::to_string(&Document::of(p)).map_err(|e| SqlError::Broken(e.to_string()))?;
    let who = params![p.id, p.slug.clone(), p.category, product_state(p.state), p.title.clone()];
    let words: String = fold(&p.title).chars().take(MOST_WORDS).collect();
    Ok([who, params![words, document, p.version]].concat())
}

pub fn product(row: &Row) -> Result<Product, SqlError> {
    let text: String = row.get("document")?;
    let document: Document = serde_json::from_str(&text).map_err(|e| SqlError::Broken(format!("document: {e}")))?;
    Ok(document.into(Product {
        id: row.get("product_id")?,
        slug: row.get("slug")?,
        title: row.get("title")?,
        description: String::new(),
        category: row.get("category")?,
        options: vec![],
        variants: vec![],
        state: value(&PRODUCT_STATES, row, "product_state")?,
        version: row.get("product_version")?,
    }))
}

/// id, vendor, variant, product, sku, condition, handling_days, state, reason, version.
pub fn of_offer(o: &Offer) -> Vec<Value> {
    let who = params![o.id, o.vendor, o.variant, o.product, o.sku.clone()];
    let how =
        params![text(&CONDITIONS, o.condition), o.handling_days, offer_state(o.state), o.reason.clone(), o.version];
    [who, how].concat()
}

pub fn offer(row: &Row) -> Result<Offer, SqlError> {
    Ok(Offer {
        id: row.get("id")?,
        vendor: row.get("vendor")?,
        variant: row.get("variant")?,
        product: row.get("product")?,
        sku: row.get("sku")?,
        condition: value(&CONDITIONS, row, "condition")?,
        handling_days: row.get("handling_days")?,
        state: value(&OFFER_STATES, row, "state")?,
        reason: row.get("reason")?,
        version: row.get("version")?,
    })
}

/// id, slug, name, parent, place, version.
pub fn of_category(c: &Category) -> Vec<Value> {
    params![c.id, c.slug.clone(), c.name.clone(), c.parent, c.place, c.version]
}

pub fn category(row: &Row) -> Result<Category, SqlError> {
    Ok(Category {
        id: row.get("id")?,
        slug: row.get("slug")?,
        name: row.get("name")?,
        parent: row.get("parent")?,
        place: row.get("place")?,
        version: row.get("version")?,
    })
}
