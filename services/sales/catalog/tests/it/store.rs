//! The duty of the ports, once, on both databases.
use catalog::{
    MIGRATIONS,
    domain::{
        Branch, Category, Choice, Condition, Offer, OfferEvent, OfferMove, OfferState, Product, ProductEvent,
        ProductOption, ProductState, Variant,
    },
    ports::{Filed, Goods, Shelves},
    sql::{SqlShelves, SqlViews},
};
use kernel::{CategoryId, Id, Timestamp, VendorId};
use platform::{
    page::Page,
    store::{Change, Store, StoreError},
};
use platform_sql::{Db, drift};
use platform_test::{BOTH, Engine, facts, store};
use uuid::Uuid;

pub const NOW: Timestamp = Timestamp(1_700_000_000_123_456);

pub struct Bench {
    pub db: Db,
    pub shelves: SqlShelves,
    pub views: SqlViews,
}

pub fn id<K>() -> Id<K> {
    Id::from_uuid(Uuid::now_v7())
}

pub async fn bench(engine: Engine) -> Bench {
    let db = Db::open(&store(engine, "catalog").await, MIGRATIONS).await.unwrap();
    Bench { shelves: SqlShelves(db.clone()), views: SqlViews(db.clone()), db }
}

impl Bench {
    pub async fn category(&self, slug: &str, parent: Option<CategoryId>) -> CategoryId {
        let category = Category { id: id(), slug: slug.into(), name: slug.into(), parent, place: 0, version: 1 };
        let branch = Branch { category, above: vec![] };
        self.shelves.save_category(Change::new(&branch, vec![]), NOW).await.unwrap();
        branch.category.id
    }
    pub async fn published(&self, product: &Product) -> Product {
        self.keep(product, vec![ProductEvent::Drafted]).await.unwrap();
        let (published, events) = product.publish().unwrap();
        self.keep(&published, events).await.unwrap();
        published
    }
    pub async fn keep(&self, product: &Product, events: Vec<ProductEvent>) -> Result<(), StoreError> {
        let filed = Filed { product: product.clone(), category: String::new() };
        self.shelves.save_product(Change::new(&filed, events), NOW).await
    }
    pub async fn sold(&self, product: &Product, vendor: VendorId) -> Offer {
        let mut offer = draft(product, vendor);
        self.shelves.save_offer(Change::new(&offer, vec![OfferEvent::Moved]), NOW).await.unwrap();
        for step in [OfferMove::Submit, OfferMove::Approve] {
            let (moved, events) = offer.go(step).unwrap();
            self.shelves.save_offer(Change::new(&moved, events), NOW).await.unwrap();
            offer = moved;
        }
        offer
    }
    async fn clean(&self) {
        for check in catalog::checks::all() {
            assert_eq!(self.db.check(&check, NOW).await.unwrap().wrong, 0, "{}", check.id);
        }
    }
}

pub fn shirt(slug: &str, title: &str, category: CategoryId) -> Product {
    let variant = |colour: &str| Variant {
        id: id(),
        choices: vec![Choice { option: "colour".into(), value: colour.into() }],
        gtin: Some("2000000000008".into()),
        weight_grams: 180,
    };
    Product {
        id: id(),
        slug: slug.into(),
        title: title.into(),
        description: "cotton".into(),
        category,
        options: vec![ProductOption { name: "colour".into(), values: vec!["blue".into(), "red".into()] }],
        variants: vec![variant("blue"), variant("red")],
        state: ProductState::Draft,
        version: 1,
    }
}

fn draft(product: &Product, vendor: VendorId) -> Offer {
    Offer {
        id: id(),
        vendor,
        variant: product.variants[0].id,
        product: product.id,
        sku: Uuid::now_v7().to_string(),
        condition: Condition::Used,
        handling_days: 2,
        state: OfferState::Draft,
        reason: String::new(),
        version: 1,
    }
}

#[tokio::test]
async fn every_field_comes_back() {
    for engine in BOTH {
        let b = bench(engine).await;
        let top = b.category("clothes", None).await;
        let below = b.category("shirts", Some(top)).await;
        let product = b.published(&shirt("blue-shirt", "Blue Shirt", below)).await;
        assert_eq!(b.shelves.product(product.id).await.unwrap(), Some(product.clone()), "{engine:?}");
        assert_eq!(b.shelves.product_of(product.variants[1].id).await.unwrap(), Some(product.clone()));
        let offer = b.sold(&product, id()).await;
        assert_eq!(b.shelves.offer(offer.id).await.unwrap(), Some(offer.clone()), "{engine:?}");
        let both = b.shelves.offers(&[offer.id, id()]).await.unwrap();
        assert_eq!(both, [(offer, product)]);
        assert_eq!(b.shelves.offers(&[]).await.unwrap(), [], "{engine:?}");
        let tree = b.shelves.categories().await.unwrap();
        assert_eq!(tree.iter().find(|c| c.id == below).unwrap().path(&tree), ["clothes", "shirts"]);
        b.clean().await;
    }
}

/// Two operators who move crosswise at once: one of them reads again.
#[tokio::test]
async fn no_two_moves_make_a_circle() {
    for engine in BOTH {
        let b = bench(engine).await;
        for n in 0..10 {
            let (a, c) = (b.category(&format!("a{n}"), None).await, b.category(&format!("c{n}"), None).await);
            let all = b.shelves.categories().await.unwrap();
            let find = |id| all.iter().find(|category| category.id == id).unwrap();
            let put =
                |what, parent| Category { version: 2, ..find(what).clone() }.below(Some(find(parent)), &all).unwrap();
            let (one, other) = (put(a, c), put(c, a));
            let (one, other) = tokio::join!(
                b.shelves.save_category(Change::new(&one, vec![]), NOW),
                b.shelves.save_category(Change::new(&other, vec![]), NOW),
            );
            assert_ne!(one.is_ok(), other.is_ok(), "{engine:?}: {one:?} {other:?}");
            let lost = if one.is_ok() { other } else { one };
            assert_eq!(lost, Err(StoreError::Stale), "{engine:?}");
        }
    }
}

#[tokio::test]
async fn what_waits_is_listed_in_pages_oldest_first() {
    for engine in BOTH {
        let b = bench(engine).await;
        let category = b.category("shirts", None).await;
        let product = b.published(&shirt("shirt", "Shirt", category)).await;
        let mut waiting = vec![];
        for n in 0..5 {
            let draft = draft(&product, id());
            b.shelves.save_offer(Change::new(&draft, vec![OfferEvent::Moved]), NOW).await.unwrap();
            if n != 2 {
                let (moved, events) = draft.go(OfferMove::Submit).unwrap();
                b.shelves.save_offer(Change::new(&moved, events), NOW).await.unwrap();
                waiting.push(moved);
            }
        }
        let first = b.shelves.submitted(&Page::first(2)).await.unwrap();
        assert_eq!(first, waiting[..3], "{engine:?}: one more than shown");
        let rest = b.shelves.submitted(&Page { limit: 2, after: Some(waiting[1].id) }).await.unwrap();
        assert_eq!(rest, waiting[2..], "{engine:?}");
    }
}

#[tokio::test]
async fn an_old_slug_still_leads_there_and_no_other_product_gets_it() {
    for engine in BOTH {
        let b = bench(engine).await;
        let category = b.category("shirts", None).await;
        let product = b.published(&shirt("shirt", "Shirt", category)).await;
        let renamed = Product { slug: "best-shirt".into(), ..product.clone() };
        let (changed, events) = product.change(renamed).unwrap();
        b.keep(&changed, events.clone()).await.unwrap();
        for slug in ["shirt", "best-shirt"] {
            assert_eq!(b.shelves.product_by_slug(slug).await.unwrap(), Some(changed.clone()), "{engine:?}");
        }
        let stale = b.keep(&changed, events).await;
        assert_eq!(stale, Err(StoreError::Stale));
        let other = shirt("shirt", "Other", category);
        let taken = b.keep(&other, vec![ProductEvent::Drafted]).await;
        assert_eq!(taken, Err(StoreError::Stale), "{engine:?}");
        assert_eq!(b.shelves.product(other.id).await.unwrap(), None, "nothing of it was written");
        b.clean().await;
    }
}

#[tokio::test]
async fn a_sku_is_a_vendors_own() {
    for engine in BOTH {
        let b = bench(engine).await;
        let category = b.category("shirts", None).await;
        let product = b.published(&shirt("shirt", "Shirt", category)).await;
        let offer = draft(&product, id());
        let save = |offer: Offer| {
            let b = &b;
            async move { b.shelves.save_offer(Change::new(&offer, vec![OfferEvent::Moved]), NOW).await }
        };
        save(offer.clone()).await.unwrap();
        assert_eq!(save(Offer { id: id(), ..offer.clone() }).await, Err(StoreError::Stale), "{engine:?}");
        save(Offer { id: id(), vendor: id(), ..offer.clone() }).await.unwrap();
        let page = b.shelves.offers_of(offer.vendor, &Page::first(9)).await.unwrap();
        assert_eq!(page, [offer]);
    }
}

#[tokio::test]
async fn an_import_twice_is_an_import_once() {
    for engine in BOTH {
        let b = bench(engine).await;
        let category = Category { id: id(), slug: "c".into(), name: "c".into(), parent: None, place: 0, version: 1 };
        let product = |n: i32| Product {
            state: ProductState::Published,
            ..shirt(&format!("shirt-{n}"), &format!("Shirt {n}"), category.id)
        };
        let products: Vec<Product> = (0..450).map(product).collect();
        let offer = |p: &Product| Offer { state: OfferState::Active, ..draft(p, id()) };
        let offers: Vec<Offer> = products.iter().map(offer).collect();
        let goods = Goods { categories: vec![category], products: products.clone(), offers: offers.clone() };
        for _ in 0..2 {
            b.shelves.import(&goods, NOW).await.unwrap();
        }
        assert_eq!(b.shelves.product(products[449].id).await.unwrap(), Some(products[449].clone()), "{engine:?}");
        assert_eq!(b.shelves.offer(offers[300].id).await.unwrap(), Some(offers[300].clone()));
        assert_eq!(facts(&b.db, 900).await.len(), 900, "{engine:?}: each is told once");
        b.clean().await;
    }
}

#[tokio::test]
async fn both_schemas_are_one() {
    let sqlite = drift::shape(&bench(Engine::Sqlite).await.db).await.unwrap();
    let postgres = drift::shape(&bench(Engine::Postgres).await.db).await.unwrap();
    let own = |line: &&String| !line.starts_with("feed_base") && !line.starts_with("outbox");
    let differ: Vec<_> = sqlite.symmetric_difference(&postgres).filter(own).collect();
    assert!(differ.is_empty(), "{differ:#?}");
}
