//! The duty of the port, once, on both databases.
use cart::{
    MIGRATIONS,
    domain::{Added, Address, Cart, Choice, Delivery, Owner, State},
    ports::{Carts, Shown},
    sql::SqlCarts,
};
use kernel::{Currency, Id, Timestamp};
use platform::store::{Change, Seen, Store, StoreError};
use platform_sql::{Db, drift};
use platform_test::{BOTH, Engine, store};
use uuid::Uuid;

pub const NOW: Timestamp = Timestamp(1_700_000_000_123_456);

pub fn id<K>() -> Id<K> {
    Id::from_uuid(Uuid::now_v7())
}

pub async fn carts(engine: Engine) -> (Db, SqlCarts) {
    let db = Db::open(&store(engine, "cart").await, MIGRATIONS).await.unwrap();
    (db.clone(), SqlCarts(db))
}

pub fn told(message: Uuid) -> Seen {
    Seen::told_by("cart.order", "order", message)
}

fn shown(cart: &Cart) -> Shown {
    let (goods, priced, free) = Default::default();
    Shown { cart: cart.clone(), goods, priced, free, token: None }
}

pub fn delivery() -> Delivery {
    let address = Address {
        name: "Anna".into(),
        country: "DE".into(),
        state: "BE".into(),
        city: "Berlin".into(),
        postcode: "10115".into(),
        street: "Torstraße 1".into(),
        phone: "+49 30 1".into(),
    };
    Delivery { email: "anna@example.com".into(), address, choices: vec![Choice { vendor: id(), method: id() }] }
}

#[tokio::test]
async fn every_field_comes_back() {
    for engine in BOTH {
        let (_, carts) = carts(engine).await;
        for owner in [Owner::User(id()), Owner::Guest([9; 32])] {
            let cart = Cart::new(id(), owner, "USD".parse().unwrap(), Some("US".into()));
            carts.save(Change::new(&shown(&cart), vec![]), NOW).await.unwrap();
            assert_eq!(carts.find(cart.id).await.unwrap(), Some(cart.clone()), "{engine:?}");
            let added = Added { id: id(), offer: id(), quantity: 3, price: Some(1999) };
            let cart = cart.add(&[added]).unwrap();
            carts.save(Change::new(&shown(&cart), vec![]), NOW).await.unwrap();
            let cart = cart.deliver(delivery()).unwrap();
            carts.save(Change::new(&shown(&cart), vec![]), NOW).await.unwrap();
            let cart = cart.redeem(" ONCE ").unwrap();
            carts.save(Change::new(&shown(&cart), vec![]), NOW).await.unwrap();
            assert_eq!(carts.find(cart.id).await.unwrap(), Some(cart.clone()), "{engine:?}");
            let held = cart.placed(id()).unwrap();
            carts.hear(&held, told(Uuid::now_v7()), NOW).await.unwrap();
            assert_eq!(carts.find(cart.id).await.unwrap(), Some(held), "{engine:?}");
        }
        assert_eq!(carts.find(id()).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_version_is_written_once() {
    for engine in BOTH {
        let (_, carts) = carts(engine).await;
        let cart = Cart::new(id(), Owner::Guest([1; 32]), Currency::EUR, None);
        carts.save(Change::new(&shown(&cart), vec![]), NOW).await.unwrap();
        let (one, other) = (cart.redeem("a").unwrap(), cart.redeem("b").unwrap());
        let (one, other) = (shown(&one), shown(&other));
        let (a, b) =
            tokio::join!(carts.save(Change::new(&one, vec![]), NOW), carts.save(Change::new(&other, vec![]), NOW));
        assert_ne!(a.is_ok(), b.is_ok(), "{engine:?}: {a:?} {b:?}");
    }
}

#[tokio::test]
async fn news_is_heard_once() {
    for engine in BOTH {
        let (db, carts) = carts(engine).await;
        let cart = Cart::new(id(), Owner::Guest([1; 32]), Currency::EUR, None);
        carts.save(Change::new(&shown(&cart), vec![]), NOW).await.unwrap();
        let (message, order) = (Uuid::now_v7(), id());
        let held = cart.placed(order).unwrap();
        carts.hear(&held, told(message), NOW).await.unwrap();
        let open = held.cancelled(order).unwrap();
        assert_eq!(carts.hear(&open, told(message), NOW).await, Err(StoreError::Handled), "{engine:?}");
        assert_eq!(carts.find(cart.id).await.unwrap().unwrap().state, State::InCheckout(order));
        for check in cart::checks::all() {
            assert_eq!(db.check(&check, NOW).await.unwrap().wrong, 0, "{}", check.id);
        }
    }
}

#[tokio::test]
async fn both_schemas_are_one() {
    let sqlite = drift::shape(&carts(Engine::Sqlite).await.0).await.unwrap();
    let postgres = drift::shape(&carts(Engine::Postgres).await.0).await.unwrap();
    let own = |line: &&String| line.starts_with("carts");
    let differ: Vec<_> = sqlite.symmetric_difference(&postgres).filter(own).collect();
    assert!(differ.is_empty(), "{differ:#?}");
}
