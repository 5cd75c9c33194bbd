//! The duty of the port, once, on both databases.
use kernel::{Currency, Id, Money, Timestamp, VendorId};
use platform::{
    page::Page,
    store::{Change, Store, StoreError},
};
use platform_sql::{Db, drift};
use platform_test::{BOTH, Engine, store};
use std::time::Duration;
use uuid::Uuid;
use vendor::{
    MIGRATIONS,
    domain::{Move, NewVendor, Plan, Profile, Rule, Slug, Status, TaxData, Vendor},
    ports::{ReadAt, Vendors},
    sql::SqlVendors,
};

const NOW: Timestamp = Timestamp(1_700_000_000_123_456);
const FIRST: ReadAt = ReadAt { version: 1, plan: 1 };

fn id<K>() -> Id<K> {
    Id::from_uuid(Uuid::now_v7())
}

async fn open(engine: Engine) -> Db {
    Db::open(&store(engine, "vendor").await, MIGRATIONS).await.unwrap()
}

fn named(name: &str) -> NewVendor {
    let id: VendorId = id();
    let tax = TaxData { country: "DE".into(), tax_id: Some("DE123".into()), exempt: true };
    let profile = Profile { name: name.into(), slug: Slug::of(name, id), bio: "lamps".into(), tax };
    NewVendor { id, owner: Some(self::id()), profile, plan: Plan::flat(1000) }
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
async fn every_field_comes_back_and_an_outdated_write_is_stale() {
    for engine in BOTH {
        let vendors = SqlVendors(open(engine).await);
        let mut vendor = Vendor::apply(named("Lampen Anna"));
        vendors.open(Change::new(&vendor, vec![]), NOW).await.unwrap();
        assert_eq!(vendors.find(vendor.id).await.unwrap(), Some(vendor.clone()), "{engine:?}");
        let bound = Money::new(50, Currency::EUR);
        let rule =
            Rule { category: Some("lamps".into()), condition: Some("used".into()), rate: 500, ..Rule::default() };
        let rule = Rule { product: Some(id()), offer: Some(id()), floor: bound, cap: bound, ..rule };
        let plan =
            Plan { rules: vec![rule, Rule { rate: 1, ..Rule::default() }], on_shipping: 7, tax: 1900, version: 0 };
        vendor.put_on(plan);
        vendor.step(Move::Approve, NOW).unwrap();
        let events = vendor.step(Move::Suspend("fakes".into()), NOW).unwrap();
        vendors.save(Change::new(&vendor, events), FIRST, NOW).await.unwrap();
        assert_eq!(vendors.by_slug(&vendor.profile.slug).await.unwrap(), Some(vendor.clone()), "{engine:?}");
        let again = vendors.save(Change::new(&vendor, vec![]), FIRST, NOW).await;
        assert_eq!(again, Err(StoreError::Stale));
    }
}

#[tokio::test]
async fn a_slug_is_one_vendors() {
    for engine in BOTH {
        let vendors = SqlVendors(open(engine).await);
        let (one, mut other) = (Vendor::apply(named("Lampen")), Vendor::apply(named("Rugs")));
        vendors.open(Change::new(&one, vec![]), NOW).await.unwrap();
        vendors.open(Change::new(&other, vec![]), NOW).await.unwrap();
        let events = other.describe(Profile { slug: one.profile.slug.clone(), ..other.profile.clone() });
        assert_eq!(vendors.save(Change::new(&other, events), FIRST, NOW).await, Err(StoreError::Stale), "{engine:?}");
        let third = Vendor::apply(named("Lampen"));
        assert_eq!(vendors.open(Change::new(&third, vec![]), NOW).await, Err(StoreError::Stale));
    }
}

#[tokio::test]
async fn an_import_runs_twice_and_is_told_once() {
    for engine in BOTH {
        let db = open(engine).await;
        let vendors = SqlVendors(db.clone());
        let many: Vec<_> = (0..450).map(|n| Vendor::imported(named(&format!("vendor {n}")), NOW)).collect();
        for _ in 0..2 {
            vendors.import(&many, NOW).await.unwrap();
        }
        let told = async {
            while db.facts(0, 1000).await.unwrap().len() < many.len() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), told).await.expect("told");
        assert_eq!(db.facts(0, 1000).await.unwrap().len(), many.len(), "{engine:?}");
        let mut seen = vec![];
        let mut page = Page::first(100);
        loop {
            let slice = page.slice(vendors.list(Some(Status::Active), &page).await.unwrap(), |v| v.id);
            seen.extend(slice.items.into_iter().map(|v| v.id));
            match slice.next {
                Some(next) => page = Page { after: Some(next), ..page },
                None => break,
            }
        }
        let mut all: Vec<_> = many.iter().map(|(v, _)| v.id).collect();
        all.sort();
        assert!(seen == all, "{engine:?}: {} of {}", seen.len(), all.len());
        assert!(vendors.list(Some(Status::Pending), &Page::first(9)).await.unwrap().is_empty());
    }
}
