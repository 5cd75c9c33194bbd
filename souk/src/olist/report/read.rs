//! Seven questions to five stores.
use super::{Bought, Ledger, Line, Outcomes, Part, Shelf};
use crate::{
    olist::names::{self, STATUS},
    settings::Settings,
};
use platform_sql::{Db, Migration, Opening, Row, SqlError, StoreAt, params};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

const REFERENCES: &str = "SELECT id, client_reference FROM orders WHERE client_reference IS NOT NULL";
const DELIVERED: &str = "SELECT count(*) AS n FROM vendor_orders WHERE state = 'delivered'";

const ORDERS: &str = "SELECT id, client_reference, state, owner_user, placed_at, attributes FROM orders
    WHERE client_reference IS NOT NULL";
const PARTS: &str = "SELECT id, order_id, vendor, state, shipping FROM vendor_orders";
const LINES: &str =
    "SELECT vendor_order, offer, price - funded AS items, ordered, shipped, delivered, sent_back FROM lines";
/// Only what was taken was ever confirmed.
const PAYMENTS: &str = "SELECT id, order_id, total FROM payments WHERE state = 'taken'";
const REFUNDS: &str = "SELECT payment, CAST(sum(card + wallet + gift) AS bigint) AS back FROM refunds
    WHERE state = 'refunded' GROUP BY payment";
const ENTRIES: &str = "SELECT payment, account, party, kind, CAST(sum(amount) AS bigint) AS amount FROM entries
    GROUP BY payment, account, party, kind";
const STOCK: &str = "SELECT offer, on_hand, held FROM stock";
const RECEIVED: &str = "SELECT offer, CAST(sum(quantity) AS bigint) AS units FROM movements WHERE kind = 'received'
    GROUP BY offer";
const HELD: &str = "SELECT h.order_id, a.offer, a.quantity, a.shipped, a.released, a.returned
    FROM allocations a JOIN holds h ON h.id = a.hold";
const OFFERS: &str = "SELECT id, vendor, sku FROM offers";
const VENDORS: &str = "SELECT id, slug FROM vendors";

pub struct Stores {
    order: Db,
    payment: Db,
    inventory: Db,
    catalog: Db,
    vendor: Db,
}

/// What ids stand for in the files.
struct Names {
    sellers: HashMap<Uuid, String>,
    /// Seller and product.
    offers: HashMap<Uuid, (String, String)>,
}

fn said(error: SqlError) -> String {
    error.to_string()
}

impl Stores {
    /// Beside whoever owns them, without a write.
    pub async fn open(settings: &Settings) -> Result<Stores, String> {
        let open = async |name: &str, migrations: &'static [Migration]| {
            let at = StoreAt { url: settings.store.replace("{service}", name), opening: Opening::ReadOnly };
            Db::open(&at, migrations).await.map_err(|e| format!("{name}: {e}"))
        };
        Ok(Stores {
            order: open("order", order::MIGRATIONS).await?,
            payment: open("payment", payment::MIGRATIONS).await?,
            inventory: open("inventory", inventory::MIGRATIONS).await?,
            catalog: open("catalog", catalog::MIGRATIONS).await?,
            vendor: open("vendor", vendor::MIGRATIONS).await?,
        })
    }

    /// Client reference → order.
    pub async fn placed_before(&self) -> Result<HashMap<String, String>, String> {
        let rows = self.order.read(REFERENCES, params![]).await.map_err(said)?;
        let pair = |row: &Row| Ok((row.get("client_reference")?, row.get::<kernel::OrderId>("id")?.to_string()));
        rows.iter().map(pair).collect::<Result<_, SqlError>>().map_err(said)
    }

    /// Vendor orders that are delivered and not completed.
    pub async fn delivered(&self) -> Result<i64, String> {
        let rows = self.order.read(DELIVERED, params![]).await.map_err(said)?;
        rows.first().map_or(Ok(0), |row| row.get("n")).map_err(said)
    }

    pub async fn outcomes(&self) -> Result<Outcomes, String> {
        self.gather().await.map_err(said)
    }

    async fn gather(&self) -> Result<Outcomes, SqlError> {
        let names = self.names().await?;
        let mut bought = self.bought(&names).await?;
        let payments = self.money(&mut bought).await?;
        let (ledger, payable) = self.ledger(&mut bought, &payments, &names).await?;
        let stock = self.stock(&bought, &names).await?;
        let orders = bought.into_values().collect();
        Ok(Outcomes { orders, stock, ledger, payable })
    }

    async fn names(&self) -> Result<Names, SqlError> {
        let mut names = Names { sellers: HashMap::new(), offers: HashMap::new() };
        for row in self.vendor.read(VENDORS, params![]).await? {
            if let Some(seller) = names::seller(&row.get::<String>("slug")?) {
                names.sellers.insert(row.get("id")?, seller.to_string());
            }
        }
        for row in self.catalog.read(OFFERS, params![]).await? {
            if let Some(seller) = names.sellers.get(&row.get("vendor")?) {
                names.offers.insert(row.get("id")?, (seller.clone(), row.get("sku")?));
            }
        }
        Ok(names)
    }

    /// By order: its reference and what is known of it, without money.
    async fn bought(&self, names: &Names) -> Result<HashMap<Uuid, (String, Bought)>, SqlError> {
        let mut bought = HashMap::new();
        for row in self.order.read(ORDERS, params![]).await? {
            let order = Bought {
                status: status(&row)?,
                user: row.get::<Option<Uuid>>("owner_user")?.map(|user| user.to_string()).unwrap_or_default(),
                state: row.get("state")?,
                placed_at: row.get("placed_at")?,
                captured: 0,
                refunded: 0,
                payable: 0,
                parts: BTreeMap::new(),
            };
            bought.insert(row.get("id")?, (row.get("client_reference")?, order));
        }
        let mut lines = HashMap::<Uuid, Vec<Line>>::new();
        for row in self.order.read(LINES, params![]).await? {
            let product = names.offers.get(&row.get("offer")?).map(|(_, product)| product.clone());
            lines.entry(row.get("vendor_order")?).or_default().push(Line {
                product: product.unwrap_or_default(),
                items: row.get("items")?,
                units: row.get("ordered")?,
                shipped: row.get("shipped")?,
                delivered: row.get("delivered")?,
                sent_back: row.get("sent_back")?,
            });
        }
        for row in self.order.read(PARTS, params![]).await? {
            let Some((_, order)) = bought.get_mut(&row.get("order_id")?) else { continue };
            let seller = names.sellers.get(&row.get("vendor")?).cloned().unwrap_or_default();
            let lines = lines.remove(&row.get("id")?).unwrap_or_default();
            order.parts.insert(seller, Part { state: row.get("state")?, freight: row.get("shipping")?, lines });
        }
        Ok(bought)
    }

    /// Orders whose money was never taken are left out. Answers which payment is whose.
    async fn money(&self, bought: &mut HashMap<Uuid, (String, Bought)>) -> Result<HashMap<Uuid, Uuid>, SqlError> {
        let mut payments = HashMap::new();
        for row in self.payment.read(PAYMENTS, params![]).await? {
            let order = row.get("order_id")?;
            if let Some((_, bought)) = bought.get_mut(&order) {
                bought.captured = row.get("total")?;
                payments.insert(row.get::<Uuid>("id")?, order);
            }
        }
        let taken: std::collections::HashSet<Uuid> = payments.values().copied().collect();
        bought.retain(|order, _| taken.contains(order));
        for row in self.payment.read(REFUNDS, params![]).await? {
            let order = payments.get(&row.get("payment")?).and_then(|order| bought.get_mut(order));
            if let Some((_, bought)) = order {
                bought.refunded = row.get("back")?;
            }
        }
        Ok(payments)
    }

    /// All of it, whosever it is; and of each order what its vendors are owed.
    async fn ledger(
        &self,
        bought: &mut HashMap<Uuid, (String, Bought)>,
        payments: &HashMap<Uuid, Uuid>,
        names: &Names,
    ) -> Result<(Ledger, BTreeMap<String, i64>), SqlError> {
        let (mut ledger, mut payable) = (Ledger::default(), BTreeMap::<String, i64>::new());
        for row in self.payment.read(ENTRIES, params![]).await? {
            let (account, kind): (String, String) = (row.get("account")?, row.get("kind")?);
            let amount: i64 = row.get("amount")?;
            match (account.as_str(), kind.as_str()) {
                ("provider_clearing", _) => ledger.clearing += amount,
                ("commission", "refund") => ledger.commission_reversed += amount,
                ("commission", _) => ledger.commission_charged -= amount,
                ("payable", _) => {
                    let party: Option<Uuid> = row.get("party")?;
                    let seller = party.and_then(|party| names.sellers.get(&party)).cloned().unwrap_or_default();
                    *payable.entry(seller).or_default() -= amount;
                    let payment: Option<Uuid> = row.get("payment")?;
                    let order = payment.and_then(|payment| payments.get(&payment));
                    if let Some((_, bought)) = order.and_then(|order| bought.get_mut(order)) {
                        bought.payable -= amount;
                    }
                }
                _ => {}
            }
        }
        Ok((ledger, payable))
    }

    async fn stock(
        &self,
        bought: &HashMap<Uuid, (String, Bought)>,
        names: &Names,
    ) -> Result<BTreeMap<(String, String), Shelf>, SqlError> {
        let mut shelves = HashMap::<Uuid, Shelf>::new();
        for row in self.inventory.read(STOCK, params![]).await? {
            let shelf = shelves.entry(row.get("offer")?).or_default();
            shelf.on_hand += row.get::<i64>("on_hand")?;
            shelf.held += row.get::<i64>("held")?;
        }
        for row in self.inventory.read(RECEIVED, params![]).await? {
            shelves.entry(row.get("offer")?).or_default().received += row.get::<i64>("units")?;
        }
        for row in self.inventory.read(HELD, params![]).await? {
            if !bought.contains_key(&row.get("order_id")?) {
                continue;
            }
            let shelf = shelves.entry(row.get("offer")?).or_default();
            shelf.committed += row.get::<i64>("quantity")?;
            shelf.shipped += row.get::<i64>("shipped")?;
            shelf.released += row.get::<i64>("released")?;
            shelf.returned += row.get::<i64>("returned")?;
        }
        let named = |(offer, shelf)| (names.offers.get(&offer).cloned().unwrap_or_default(), shelf);
        Ok(shelves.into_iter().map(named).collect())
    }
}

/// Without one it is a status of its own, so that it shows.
fn status(row: &Row) -> Result<String, SqlError> {
    let attributes: serde_json::Value = row.get("attributes")?;
    Ok(attributes[STATUS].as_str().unwrap_or("unknown").to_string())
}
