//! Lists, as far as others told what is in them.
use super::store::{Bench, bench, id, shirt};
use catalog::ports::{PriceSeen, StockSeen, StockWord, VendorSeen, Views, Wanted, fold};
use kernel::{CategoryId, Currency, ProductId, VendorId};
use platform::{
    page::Page,
    store::{Seen, StoreError},
};
use platform_test::BOTH;
use uuid::Uuid;

fn told() -> Seen {
    told_as(Uuid::now_v7())
}

fn told_as(message: Uuid) -> Seen {
    Seen::told_by("catalog.test", "test", message)
}

fn wanted(categories: Option<&[CategoryId]>) -> Wanted {
    let (vendor, words, currency, page) = (None, String::new(), Currency::EUR, Page::first(24));
    Wanted { categories: categories.map(<[_]>::to_vec), vendor, words, currency, page }
}

impl Bench {
    async fn stall(&self, slug: &str, category: CategoryId, price: i64) -> (ProductId, VendorId) {
        let vendor: VendorId = id();
        let product = self.published(&shirt(slug, slug, category)).await;
        let offer = self.sold(&product, vendor).await.id;
        let seen = VendorSeen { vendor, name: "V".into(), slug: vendor.to_string(), active: true };
        self.views.vendor(seen, told()).await.unwrap();
        self.views.price(PriceSeen { offer, currency: Currency::EUR, price }, told()).await.unwrap();
        let location = "a".to_string();
        self.views.stock(StockSeen { offer, location, word: StockWord::Low }, told()).await.unwrap();
        (product.id, vendor)
    }
}

#[tokio::test]
async fn a_list_shows_what_was_told() {
    for engine in BOTH {
        let b = bench(engine).await;
        let top = b.category("top", None).await;
        let below = b.category("below", Some(top)).await;
        let (lamp, vendor) = b.stall("lamp", below, 1999).await;
        b.stall("rug", top, 500).await;
        let all = b.views.list(&wanted(Some(&[top, below]))).await.unwrap();
        assert_eq!(all.iter().map(|i| i.slug.as_str()).collect::<Vec<_>>(), ["lamp", "rug"], "{engine:?}");
        assert_eq!((all[0].price_from, all[0].offers, all[0].stock), (Some(1999), 1, StockWord::Low));
        let one = b.views.list(&wanted(Some(&[below]))).await.unwrap();
        assert_eq!(one.iter().map(|i| i.product).collect::<Vec<_>>(), [lamp]);
        let theirs = b.views.list(&Wanted { vendor: Some(vendor), ..wanted(None) }).await.unwrap();
        assert_eq!(theirs, one);
        let theirs_there = Wanted { vendor: Some(vendor), words: "lam".into(), ..wanted(Some(&[top])) };
        assert_eq!(b.views.list(&theirs_there).await.unwrap(), [], "{engine:?}: all of it must be so");
        let words = b.views.list(&Wanted { words: fold("RÜG"), ..wanted(None) }).await.unwrap();
        assert_eq!(words.len(), 1, "{engine:?}");
        let dollars =
            b.views.list(&Wanted { currency: "USD".parse().unwrap(), ..wanted(Some(&[below])) }).await.unwrap();
        assert_eq!(dollars[0].price_from, None);
    }
}

#[tokio::test]
async fn pages_follow_each_other() {
    for engine in BOTH {
        let b = bench(engine).await;
        let category = b.category("c", None).await;
        for slug in ["e", "a", "d", "b", "c"] {
            b.stall(slug, category, 1).await;
        }
        let (mut slugs, mut after) = (vec![], None);
        loop {
            let page = Page { limit: 2, after };
            let found = b.views.list(&Wanted { page: page.clone(), ..wanted(None) }).await.unwrap();
            let slice = page.slice(found, |item| (item.title.clone(), item.product));
            slugs.extend(slice.items.into_iter().map(|item| item.slug));
            after = slice.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(slugs, ["a", "b", "c", "d", "e"], "{engine:?}");
    }
}

#[tokio::test]
async fn a_vendor_who_is_away_has_no_stalls() {
    for engine in BOTH {
        let b = bench(engine).await;
        let category = b.category("c", None).await;
        let (lamp, vendor) = b.stall("lamp", category, 7).await;
        assert_eq!(b.views.stalls(lamp, Currency::EUR).await.unwrap()[0].price, Some(7), "{engine:?}");
        let seen = VendorSeen { vendor, name: "V".into(), slug: "v".into(), active: false };
        b.views.vendor(seen, told()).await.unwrap();
        assert!(b.views.stalls(lamp, Currency::EUR).await.unwrap().is_empty());
        assert_eq!(b.views.list(&wanted(None)).await.unwrap()[0].offers, 0);
        let (rug, other) = b.stall("rug", category, 7).await;
        b.views.close(other, told()).await.unwrap();
        assert!(b.views.stalls(rug, Currency::EUR).await.unwrap().is_empty(), "{engine:?}");
    }
}

#[tokio::test]
async fn what_is_told_twice_is_heard_once() {
    for engine in BOTH {
        let b = bench(engine).await;
        let message = Uuid::now_v7();
        let seen = |price| PriceSeen { offer: id(), currency: Currency::EUR, price };
        b.views.price(seen(1), told_as(message)).await.unwrap();
        assert_eq!(b.views.price(seen(2), told_as(message)).await, Err(StoreError::Handled), "{engine:?}");
    }
}
