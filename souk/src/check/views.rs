//! O3 for views that events of others feed: what catalog shows is the fold of what it was told.
use super::{
    Line, Tally,
    stores::{Store, Stores},
};
use contracts::{inventory, pricing, vendor};
use kernel::{OfferId, VendorId};
use platform_sql::{Row, SqlError, Value, params};
use prost::{Message, Name};
use std::collections::{BTreeMap, HashSet};
use uuid::Uuid;

const PLACE: &str = "SELECT position FROM feed WHERE consumer = $1 AND source = $2";
const PARKED: &str = "SELECT message FROM parked WHERE consumer = $1";
const DROPPED: &str = "SELECT position FROM feed WHERE consumer = 'outbox' AND source = 'dropped'";
const TOLD: &str = "SELECT position, id, type, payload FROM outbox ORDER BY position, version";

const PRICES: &str = "SELECT offer, currency, price FROM seen_prices";
const STOCK: &str = "SELECT offer, location, word FROM seen_stock";
const VENDORS: &str = "SELECT vendor, name, slug, active FROM seen_vendors";

/// Offer and currency, offer and location, or a vendor.
type Key = [String; 2];

/// What is shown of it, and whether it sells.
#[derive(Clone, PartialEq, Eq)]
struct Shown {
    what: String,
    sells: bool,
}

enum Change {
    Is(Shown),
    /// Only that it sells no more.
    Closes,
}

struct Fact {
    position: i64,
    id: Uuid,
    kind: String,
    payload: Vec<u8>,
}

/// A view, and its two readings: of its rows, and of the facts that feed it.
struct View {
    consumer: &'static str,
    rows: &'static str,
    row: fn(&Row) -> Result<(Key, Shown), SqlError>,
    told: fn(&Fact) -> Option<(Key, Change)>,
}

const VIEWS: [View; 3] = [
    View { consumer: "catalog.prices", rows: PRICES, row: price_row, told: price_told },
    View { consumer: "catalog.stock", rows: STOCK, row: stock_row, told: stock_told },
    View { consumer: "catalog.vendors", rows: VENDORS, row: vendor_row, told: vendor_told },
];

pub async fn check(stores: &Stores) -> Result<Line, String> {
    let (catalog, mut tally) = (&stores.catalog, Tally::default());
    for (view, source) in VIEWS.iter().zip([&stores.pricing, &stores.inventory, &stores.vendor]) {
        let (reached, aside) = so_far(catalog, view.consumer, source.name).await?;
        let shown: BTreeMap<Key, Shown> = catalog.each(view.rows, view.row).await?.into_iter().collect();
        let facts = source.each(TOLD, fact).await?;
        // Where the first facts are no longer kept, nothing can be folded.
        if source.each(DROPPED, |row| row.get::<i64>("position")).await?.is_empty() {
            let is_open = |fact: &Fact| fact.position > reached || aside.contains(&fact.id);
            let (folded, open) = fold(&facts, view.told, is_open);
            let keys: HashSet<&Key> = folded.keys().chain(shown.keys()).filter(|key| !open.contains(*key)).collect();
            keys.into_iter().for_each(|key| tally.look(key.join(" "), folded.get(key) == shown.get(key)));
        }
    }
    Ok(tally.line(catalog.name, "O3", "what lists show is the fold of the events"))
}

/// The view, and the keys of which something was not read yet or put aside.
fn fold(
    facts: &[Fact],
    told: fn(&Fact) -> Option<(Key, Change)>,
    is_open: impl Fn(&Fact) -> bool,
) -> (BTreeMap<Key, Shown>, HashSet<Key>) {
    let (mut view, mut open) = (BTreeMap::<Key, Shown>::new(), HashSet::new());
    for fact in facts {
        match told(fact) {
            None => {}
            Some((key, _)) if is_open(fact) => {
                open.insert(key);
            }
            Some((key, Change::Is(shown))) => {
                view.insert(key, shown);
            }
            Some((key, Change::Closes)) => {
                view.entry(key).and_modify(|shown| shown.sells = false);
            }
        }
    }
    (view, open)
}

/// How far a consumer has read, and what it put aside.
async fn so_far(store: &Store, consumer: &str, source: &str) -> Result<(i64, HashSet<Uuid>), String> {
    let read = async |sql, of: Vec<Value>| store.db.read(sql, of).await.map_err(|e| format!("{}: {e}", store.name));
    let (place, parked) = (read(PLACE, params![consumer, source]).await?, read(PARKED, params![consumer]).await?);
    let reached = place.first().map_or(Ok(0), |row| row.get("position"));
    let aside = parked.iter().map(|row| row.get("message")).collect::<Result<_, SqlError>>();
    reached.and_then(|reached| Ok((reached, aside?))).map_err(|e| format!("{}: {e}", store.name))
}

fn fact(row: &Row) -> Result<Fact, SqlError> {
    let (position, id) = (row.get("position")?, row.get("id")?);
    Ok(Fact { position, id, kind: row.get("type")?, payload: row.get("payload")? })
}

impl Fact {
    /// Nothing where it is another event, or none at all.
    fn of<M: Message + Name + Default>(&self) -> Option<M> {
        (self.kind == M::full_name()).then(|| M::decode(self.payload.as_slice()).ok()).flatten()
    }
}

fn sells(what: impl ToString) -> Shown {
    Shown { what: what.to_string(), sells: true }
}

fn price_row(row: &Row) -> Result<(Key, Shown), SqlError> {
    let (offer, currency, price): (OfferId, String, i64) = (row.get("offer")?, row.get("currency")?, row.get("price")?);
    Ok(([offer.to_string(), currency], sells(price)))
}

fn price_told(fact: &Fact) -> Option<(Key, Change)> {
    let told = fact.of::<pricing::PriceChanged>()?;
    Some(([told.offer, told.currency], Change::Is(sells(told.price))))
}

fn stock_row(row: &Row) -> Result<(Key, Shown), SqlError> {
    let (offer, word): (OfferId, String) = (row.get("offer")?, row.get("word")?);
    Ok(([offer.to_string(), row.get("location")?], sells(word)))
}

fn stock_told(fact: &Fact) -> Option<(Key, Change)> {
    let (offer, location, word) = if let Some(told) = fact.of::<inventory::StockRestocked>() {
        (told.offer, told.location, if told.low { "low" } else { "in_stock" })
    } else if let Some(told) = fact.of::<inventory::StockLow>() {
        (told.offer, told.location, "low")
    } else {
        let told = fact.of::<inventory::StockDepleted>()?;
        (told.offer, told.location, "none")
    };
    Some(([offer, location], Change::Is(sells(word))))
}

fn vendor_row(row: &Row) -> Result<(Key, Shown), SqlError> {
    let (vendor, name, slug): (VendorId, String, String) = (row.get("vendor")?, row.get("name")?, row.get("slug")?);
    Ok(([vendor.to_string(), String::new()], Shown { what: format!("{name} {slug}"), sells: row.get("active")? }))
}

fn vendor_told(fact: &Fact) -> Option<(Key, Change)> {
    let is = |vendor, (name, slug): (String, String), sells| {
        Some(([vendor, String::new()], Change::Is(Shown { what: format!("{name} {slug}"), sells })))
    };
    if let Some(told) = fact.of::<vendor::VendorApproved>() {
        return is(told.vendor, (told.name, told.slug), true);
    }
    if let Some(told) = fact.of::<vendor::VendorChanged>() {
        return is(told.vendor, (told.name, told.slug), told.status == "active");
    }
    let told = fact.of::<vendor::VendorSuspended>()?;
    Some(([told.vendor, String::new()], Change::Closes))
}
