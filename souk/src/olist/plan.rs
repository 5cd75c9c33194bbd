//! What is imported and which orders are placed: out of the rows alone, without a store or a clock.
mod goods;
mod orders;

use super::{
    dated::{History, Sighting, histories},
    order::Order,
    read::Only,
    row::{Fault, Source},
    time::Moment,
};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Units of each offer on top of those that were sold (rule 8).
pub const EXTRA_STOCK: u32 = 10;
/// What the platform takes of a line's items, in hundredths of a percent (rule 9).
pub const COMMISSION_BP: i64 = 1500;
/// From the import to the first purchase (rule 9).
const BEFORE: Duration = Duration::from_secs(86_400);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    pub sellers: Vec<Seller>,
    pub categories: Vec<Category>,
    pub products: Vec<Product>,
    pub offers: Vec<Offer>,
    pub rates: Vec<Rate>,
    /// `customer_unique_id`.
    pub people: BTreeSet<String>,
    /// Those that are placed, by purchase and id.
    pub orders: Vec<Order>,
    pub not_placed: NotPlaced,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seller {
    pub id: String,
    pub zip: String,
    /// Free text.
    pub city: String,
    pub state: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Category {
    pub slug: String,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    pub id: String,
    pub category: Category,
    /// 0 where it is unknown.
    pub weight_grams: u32,
}

/// What a seller sold of a product at least once (rule 5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub seller: String,
    pub product: String,
    pub sold: u32,
    pub prices: History,
}

/// What delivery of one unit cost to a place, dated (rule 7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    pub seller: String,
    pub product: String,
    pub zip: String,
    pub prices: History,
}

/// Orders that can't be told (rule 2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotPlaced {
    /// By status.
    pub no_items: BTreeMap<&'static str, u64>,
    pub never_paid: u64,
    pub payment_cents: i64,
}

impl Plan {
    /// Whatever hangs on a row that is at fault is left out whole. `Err`: the run ends before anything is written.
    pub fn of(source: &Source, only: &Only) -> Result<(Plan, Vec<Fault>), String> {
        let mut faults = source.faults.clone();
        let goods = goods::read(source, &mut faults);
        let mut read = orders::read(source, only, &goods, &mut faults)?;
        let (offers, rates) = loop {
            let placed: Vec<&Order> = read.orders.iter().filter(|order| order.is_placed()).collect();
            let (prices, one) = histories(&sightings(&placed, |_, l| (l.0.clone(), l.1.clone()), |l| l.price));
            let by_place = |order: &Order, l: (&String, &String)| (l.0.clone(), l.1.clone(), order.address.zip.clone());
            let (freights, other) = histories(&sightings(&placed, by_place, |l| l.freight));
            if one.is_empty() && other.is_empty() {
                break (self::offers(&placed, prices), self::rates(freights));
            }
            faults.extend(read.contradict(&one, &other));
        };
        faults.sort();
        faults.dedup();
        let (placed, rest): (Vec<Order>, Vec<Order>) = read.orders.into_iter().partition(Order::is_placed);
        let people = placed.iter().chain(&rest).map(|order| order.person.clone()).collect();
        let named = only.is_some().then(|| named(&placed));
        let (sellers, products, categories) = goods.into_plan(named);
        let plan =
            Plan { sellers, categories, products, offers, rates, people, orders: placed, not_placed: count(&rest) };
        Ok((plan, faults))
    }

    /// The day before the first purchase; none without an order.
    pub fn opening(&self) -> Option<kernel::Timestamp> {
        self.orders.first().map(|first| first.purchase.at - BEFORE)
    }

    /// Rows that an import of it writes.
    pub fn rows(&self) -> usize {
        let dated = |histories: &mut dyn Iterator<Item = usize>| histories.sum::<usize>();
        let prices = dated(&mut self.offers.iter().map(|offer| offer.prices.len()));
        let rates = dated(&mut self.rates.iter().map(|rate| rate.prices.len()));
        // A vendor has an account and a location, an offer its stock.
        let goods = 3 * self.sellers.len() + self.categories.len() + self.products.len() + 2 * self.offers.len();
        goods + prices + rates + self.people.len()
    }
}

type Named<'a> = (&'a String, &'a String);

/// In the order of the sales.
fn sightings<K>(
    orders: &[&Order],
    key: impl Fn(&Order, Named<'_>) -> K,
    amount: impl Fn(&super::order::Line) -> i64,
) -> Vec<Sighting<K>> {
    let lines = orders.iter().flat_map(|order| order.lines.iter().map(move |line| (order, line)));
    let seen = |(order, line): (&&Order, &super::order::Line)| Sighting {
        key: key(order, (&line.seller, &line.product)),
        at: order.purchase,
        amount: amount(line),
    };
    lines.map(seen).collect()
}

fn offers(placed: &[&Order], prices: BTreeMap<(String, String), History>) -> Vec<Offer> {
    let mut sold = BTreeMap::<(&str, &str), u32>::new();
    for line in placed.iter().flat_map(|order| &order.lines) {
        *sold.entry((&line.seller, &line.product)).or_default() += line.quantity;
    }
    let offer = |((seller, product), prices): ((String, String), History)| {
        let sold = sold.get(&(seller.as_str(), product.as_str())).copied().unwrap_or_default();
        Offer { sold, seller, product, prices }
    };
    prices.into_iter().map(offer).collect()
}

fn rates(freights: BTreeMap<(String, String, String), History>) -> Vec<Rate> {
    freights.into_iter().map(|((seller, product, zip), prices)| Rate { seller, product, zip, prices }).collect()
}

/// The sellers and products that orders name (rule 3).
fn named(placed: &[Order]) -> (BTreeSet<String>, BTreeSet<String>) {
    let lines = || placed.iter().flat_map(|order| &order.lines);
    (lines().map(|line| line.seller.clone()).collect(), lines().map(|line| line.product.clone()).collect())
}

fn count(rest: &[Order]) -> NotPlaced {
    let mut not_placed = NotPlaced::default();
    for order in rest {
        match order.lines.is_empty() {
            true => *not_placed.no_items.entry(order.status.as_str()).or_default() += 1,
            false => not_placed.never_paid += 1,
        }
        not_placed.payment_cents += order.paid();
    }
    not_placed
}

/// A price or a rate as its store wants it: what holds from the start holds since ever.
pub fn begins(from: Option<Moment>) -> kernel::Timestamp {
    from.map_or(kernel::Timestamp(0), |from| from.at)
}

#[cfg(test)]
#[path = "plan/tests.rs"]
mod tests;
