//! The duty of the ports that no door shows, on both databases.
use super::world::{NOW, id};
use kernel::{Currency, Timestamp};
use platform::{
    page::Page,
    store::{Change, Fact, Store, StoreError},
};
use platform_sql::{Batch, Db, drift, params};
use platform_test::{BOTH, Engine, store};
use pricing::{
    MIGRATIONS,
    app::{OfferPrices, import_prices},
    domain::{
        Basket, Buyer, Figures, Goods, Inclusion, Known, Offer, OwedBy, Party, Plan, Price, PriceEvent, PriceList,
        Quote, Rate, Reckoning, Rounding, Rule, TaxRate, TaxZone, Terms, VendorTax, Want,
    },
    ports::{Prices, Quotes, TaxZones},
    sql::{SqlPrices, SqlQuotes, SqlTaxZones},
};
use std::time::Duration;

async fn open(engine: Engine) -> Db {
    Db::open(&store(engine, "pricing").await, MIGRATIONS).await.unwrap()
}

fn eur(from: Timestamp, amount: i64) -> Price {
    Price { currency: Currency::EUR, from, amount }
}

fn priced(amount: i64) -> (PriceList, Vec<PriceEvent>) {
    PriceList::empty(id(), id()).set(eur(NOW, amount), NOW).unwrap()
}

/// Facts are shown once nothing older runs anywhere in the cluster.
async fn told_in(db: &Db, count: usize) -> Vec<Fact> {
    let facts = async {
        loop {
            match db.facts(0, 1000).await.unwrap() {
                facts if facts.len() >= count => return facts,
                _ => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), facts).await.expect("told")
}

#[tokio::test]
async fn both_schemas_are_one() {
    let sqlite = drift::shape(&open(Engine::Sqlite).await).await.unwrap();
    let postgres = drift::shape(&open(Engine::Postgres).await).await.unwrap();
    let known = |line: &&String| !line.starts_with("feed_base") && !line.starts_with("outbox");
    let differ: Vec<_> = sqlite.symmetric_difference(&postgres).filter(known).collect();
    assert!(differ.is_empty(), "{differ:#?}");
}

#[tokio::test]
async fn a_price_list_comes_back_and_an_outdated_one_is_stale() {
    for engine in BOTH {
        let prices = SqlPrices(open(engine).await);
        let (list, events) = priced(500);
        prices.save(Change::new(&list, events), NOW).await.unwrap();
        let later = NOW + Duration::from_secs(60);
        let (second, events) = list.set(eur(later, 700), NOW).unwrap();
        prices.save(Change::new(&second, events.clone()), NOW).await.unwrap();
        assert_eq!(prices.find(list.offer).await.unwrap(), Some(second.clone()), "{engine:?}");
        assert_eq!(prices.save(Change::new(&second, events), NOW).await, Err(StoreError::Stale));
        let at = |time| prices.at(std::slice::from_ref(&list.offer), Currency::EUR, time);
        assert_eq!(at(later - Duration::from_micros(1)).await.unwrap(), [(list.offer, eur(NOW, 500))]);
        assert_eq!(at(later).await.unwrap(), [(list.offer, eur(later, 700))]);
        assert!(at(NOW - Duration::from_micros(1)).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn of_two_who_price_an_offer_first_one_is_too_late() {
    for engine in BOTH {
        let prices = SqlPrices(open(engine).await);
        let offer = id();
        let [one, other] = [1, 2].map(|amount| PriceList::empty(offer, id()).set(eur(NOW, amount), NOW).unwrap());
        let save = |(list, events): (PriceList, Vec<PriceEvent>)| {
            let prices = prices.clone();
            async move { prices.save(Change::new(&list, events), NOW).await }
        };
        let (a, b) = tokio::join!(save(one), save(other));
        assert_ne!(a.is_ok(), b.is_ok(), "{engine:?}: {a:?} {b:?}");
    }
}

#[tokio::test]
async fn dated_prices_are_due_when_they_begin_and_told_once() {
    for engine in BOTH {
        let db = open(engine).await;
        let prices = SqlPrices(db.clone());
        let (list, _) = priced(500);
        let later = NOW + Duration::from_secs(60);
        let (list, _) = list.set(eur(later, 700), NOW).unwrap();
        let (list, events) = PriceList::imported(list.offer, list.vendor, &list.prices, NOW);
        prices.import(&[(list.clone(), events)], NOW).await.unwrap();
        assert_eq!(prices.find(list.offer).await.unwrap(), Some(list.clone()), "{engine:?}");
        assert_eq!(prices.begun(NOW).await.unwrap(), []);
        assert_eq!(prices.next_beginning().await.unwrap(), Some(later));
        assert_eq!(prices.begun(later).await.unwrap(), [list.offer]);
        let mut begun = list.clone();
        let events = begun.begin(later);
        prices.save(Change::new(&begun, events.clone()), later).await.unwrap();
        assert_eq!(prices.save(Change::new(&begun, events), later).await, Err(StoreError::Stale), "twice");
        assert_eq!((prices.begun(later).await.unwrap(), prices.next_beginning().await.unwrap()), (vec![], None));
        let facts = told_in(&db, 2).await;
        let told: Vec<_> = facts.iter().map(|f| (f.kind.as_str(), f.subject.clone(), f.version)).collect();
        let fact = |version| ("souk.pricing.v1.PriceChanged", list.offer.to_string(), version);
        assert_eq!(told, [fact(1), fact(2)], "{engine:?}");
    }
}

fn zone() -> TaxZone {
    let rate = |class: &str, rate, categories| TaxRate { class: class.into(), rate, categories };
    TaxZone {
        region: "US-NY".parse().unwrap(),
        name: "sales tax".into(),
        inclusion: Inclusion::Added,
        owed_by: OwedBy::MarketplaceIfForeign,
        rounding: Rounding::HalfEven,
        rates: vec![rate("food", 0, vec!["food".into()]), rate("standard", 88_750, vec![])],
        version: 1,
    }
}

/// With a number in every field.
fn quote() -> Quote {
    let (want, vendor) = (Want { offer: id(), quantity: 1 }, id());
    let (title, sku, goods) = ("Lamp".into(), "L-1".into(), Goods::default());
    let offer = Offer { id: want.offer, vendor, active: true, title, sku, goods };
    let plan = Plan { version: 1, rules: vec![], rest: Rule::default(), on_shipping: 0, tax: 0 };
    let tax = VendorTax { country: "DE".into(), exempt: false };
    let terms = vec![Terms { vendor, name: "Anna".into(), sells: true, tax, plan }];
    let (offers, prices) = (vec![offer], vec![(want.offer, eur(NOW, 1999))]);
    let known = Known { offers, prices, terms, zone: Some(zone()), coupon: None };
    let reckoning = Reckoning::of(&[want], Currency::EUR, &known).unwrap();
    let (name, method, why) = ("By post".into(), "standard".into(), vec!["4.90 EUR up to 2000 g".into()]);
    let rates = vec![Rate { vendor, method, name, price: 490, promised: Some(NOW), why }];
    let (party, deliveries) = (Party { name: "Anna".into(), ..Party::default() }, vec![]);
    let (cart, buyer, currency) = (id(), Buyer::User(id()), Currency::EUR);
    let basket = Basket { cart, buyer, currency, lines: vec![want], coupon: None, party, deliveries };
    let quote = Quote::make(id(), basket, Figures { reckoning, rates, known }, NOW + Duration::from_secs(600)).unwrap();
    let charged = (quote.lines[0].price, quote.lines[0].marketplace_tax, quote.vendors[0].shipping, quote.total);
    assert_eq!(charged, (2176, 177, 533, 2709));
    assert_eq!(quote.taxes.iter().map(|t| (t.base, t.amount)).collect::<Vec<_>>(), [(2489, 220)]);
    quote
}

#[tokio::test]
async fn a_tax_zone_comes_back_and_an_outdated_one_is_stale() {
    for engine in BOTH {
        let zones = SqlTaxZones(open(engine).await);
        let first = zone();
        zones.save(Change::new(&first, vec![]), NOW).await.unwrap();
        assert_eq!(zones.find(&first.region).await.unwrap(), Some(first.clone()), "{engine:?}");
        assert_eq!(zones.save(Change::new(&first, vec![]), NOW).await, Err(StoreError::Stale));
        let second = TaxZone { inclusion: Inclusion::Included, rounding: Rounding::HalfUp, version: 2, ..first };
        zones.save(Change::new(&second, vec![]), NOW).await.unwrap();
        assert_eq!(zones.list(&Page::first(5)).await.unwrap(), [second]);
    }
}

/// Run again it changes nothing, and what a vendor changed since stays.
#[tokio::test]
async fn an_import_of_prices_is_told_once_and_leaves_alone_what_is_there() {
    for engine in BOTH {
        let db = open(engine).await;
        let prices = SqlPrices(db.clone());
        let day = |n: u64| NOW + Duration::from_secs(n * 86_400);
        let dated = || vec![eur(NOW - Duration::from_secs(9), 100), eur(day(1), 200), eur(day(2), 300)];
        let offers: Vec<_> = (0..600).map(|_| OfferPrices { offer: id(), vendor: id(), prices: dated() }).collect();
        import_prices(&prices, &offers, NOW).await.unwrap();
        let first = prices.find(offers[0].offer).await.unwrap().unwrap();
        assert_eq!((first.prices.clone(), first.due, first.version), (dated(), Some(day(1)), 0), "{engine:?}");
        let (edited, events) = first.set(eur(day(3), 7), NOW).unwrap();
        prices.save(Change::new(&edited, events), NOW).await.unwrap();
        let again = prices.save(Change::new(&first, vec![]), NOW).await;
        assert_eq!(again, Err(StoreError::Stale), "{engine:?}: an edit outdates what was imported");
        import_prices(&prices, &offers, day(2)).await.unwrap();
        assert_eq!(prices.find(edited.offer).await.unwrap(), Some(edited));
        assert_eq!(told_in(&db, 600).await.len(), 600, "{engine:?}");
    }
}

/// A quote is honoured, so nobody may write one but us, and none is read with another key than it was written with.
#[tokio::test]
async fn a_quote_that_was_tampered_with_is_not_honoured() {
    for engine in BOTH {
        let db = open(engine).await;
        let (quotes, quote) = (SqlQuotes::new(db.clone(), b"key"), quote());
        quotes.save(Change::new(&quote, vec![]), NOW).await.unwrap();
        assert!(quotes.find(quote.id).await.unwrap() == Some(quote.clone()), "{engine:?}");
        assert!(matches!(SqlQuotes::new(db.clone(), b"").find(quote.id).await, Err(StoreError::Broken(_))));
        let mut batch = Batch::new();
        batch.push("UPDATE quotes SET content = replace(content, $1, $2)", params!["1999", "1"]);
        db.batch(batch).await.unwrap();
        assert!(matches!(quotes.find(quote.id).await, Err(StoreError::Broken(_))), "{engine:?}");
    }
}

#[tokio::test]
async fn whom_a_quote_was_for_is_forgotten_and_the_quote_stays() {
    for engine in BOTH {
        let (quotes, quote) = (SqlQuotes::new(open(engine).await, b"key"), quote());
        quotes.save(Change::new(&quote, vec![]), NOW).await.unwrap();
        let before = quote.expires - Duration::from_micros(1);
        assert_eq!(quotes.forget_parties(before).await.unwrap(), Some(quote.expires), "{engine:?}");
        assert_eq!(quotes.forget_parties(quote.expires).await.unwrap(), None);
        let read = quotes.find(quote.id).await.unwrap().unwrap();
        assert!(read == Quote { party: Party::default(), ..quote });
    }
}

/// A check that finds nothing wrong proves nothing if it can't.
#[tokio::test]
async fn the_checks_find_what_they_are_for() {
    for engine in BOTH {
        let db = open(engine).await;
        let (quotes, quote) = (SqlQuotes::new(db.clone(), b"key"), quote());
        quotes.save(Change::new(&quote, vec![]), NOW).await.unwrap();
        let mut batch = Batch::new();
        let coupon = "INSERT INTO coupons (code, kind, value, uses, used, at) VALUES ('X', 'percent', 1, 2, 1, $1)";
        batch.push(coupon, params![NOW]);
        let accepted =
            "INSERT INTO acceptances (order_id, quote, state, currency, at) VALUES ($1, $2, 'done', 'EUR', $3)";
        batch.push(accepted, params![id::<kernel::kinds::OrderId>(), quote.id, NOW]);
        db.batch(batch).await.unwrap();
        for check in pricing::checks::all() {
            let found = db.check(&check, NOW).await.unwrap();
            assert_eq!((found.looked, found.wrong), (1, 1), "{engine:?}: {}", check.id);
        }
    }
}
