//! The ports in memory: one cart as strict as a store keeps it, and a market that knows two offers.
use super::Baskets;
use crate::{
    Error,
    domain::{Address, Cart, Choice, Delivery, Line, Owner},
    ports::{
        CartChange, Carts, Deliveries, Good, Goods, Priced, PricedLine, Prices, Quoted, Shown, Stock, VendorOptions,
    },
};
use kernel::{CartId, Currency, Id, OfferId, Timestamp};
use platform::store::{Change, Seen, StoreError};
use platform_test::HandClock;
use std::sync::{Arc, Mutex};
use uuid::Uuid;

type Meanwhile = Box<dyn FnMut(&Fake) + Send>;

/// Offers 6 and 7 are sold, 9 is paused, others are none.
pub struct Fake {
    /// Cart 1, of Anna.
    cart: Mutex<Cart>,
    price: Mutex<Option<i64>>,
    quotes: Mutex<Vec<String>>,
    /// What the others do before a write, which is stale therefore; so many times.
    meanwhile: Mutex<Option<(usize, Meanwhile)>>,
}

pub const ANNA: Owner = Owner::Guest([7; 32]);

pub fn id<K>(n: u128) -> Id<K> {
    Id::from_uuid(Uuid::from_u128(n))
}
pub fn delivery() -> Delivery {
    let address = Address { name: "Anna".into(), country: "DE".into(), ..Address::default() };
    Delivery { email: "anna@example.com".into(), address, choices: vec![Choice { vendor: id(1), method: id(2) }] }
}

impl Fake {
    pub fn market() -> (Arc<Fake>, Baskets) {
        let cart = Cart::new(id(1), ANNA, Currency::EUR, None);
        let (cart, price, quotes, meanwhile) =
            (Mutex::new(cart), Mutex::new(Some(500)), Mutex::default(), Mutex::default());
        let fake = Arc::new(Fake { cart, price, quotes, meanwhile });
        let (carts, goods, prices) = (fake.clone(), fake.clone(), fake.clone());
        let (stock, deliveries) = (fake.clone(), fake.clone());
        let clock = Arc::new(HandClock::at(Timestamp(1_000_000)));
        (fake, Baskets { carts, goods, prices, stock, deliveries, clock })
    }
    pub fn cart(&self) -> Cart {
        self.cart.lock().unwrap().clone()
    }
    pub fn put(&self, cart: Cart) {
        *self.cart.lock().unwrap() = cart;
    }
    pub fn costs(&self, price: i64) {
        *self.price.lock().unwrap() = Some(price);
    }
    /// Prices can't be asked from now on.
    pub fn fall_silent(&self) {
        *self.price.lock().unwrap() = None;
    }
    /// The keys of those that were made.
    pub fn quotes(&self) -> Vec<String> {
        self.quotes.lock().unwrap().clone()
    }
    pub fn meanwhile(&self, times: usize, act: impl FnMut(&Fake) + Send + 'static) {
        *self.meanwhile.lock().unwrap() = Some((times, Box::new(act)));
    }
    fn interrupted(&self) -> Result<(), StoreError> {
        let Some((times, mut act)) = self.meanwhile.lock().unwrap().take() else { return Ok(()) };
        act(self);
        if times > 1 {
            *self.meanwhile.lock().unwrap() = Some((times - 1, act));
        }
        Err(StoreError::Stale)
    }
    fn follow(&self, cart: &Cart) -> Result<(), StoreError> {
        if self.cart().version + 1 != cart.version {
            return Err(StoreError::Stale);
        }
        self.put(cart.clone());
        Ok(())
    }
}

#[platform::async_trait]
impl Carts for Fake {
    async fn find(&self, id: CartId) -> Result<Option<Cart>, StoreError> {
        Ok(Some(self.cart()).filter(|cart| cart.id == id))
    }
    async fn save(&self, change: CartChange<'_>, _: Timestamp) -> Result<(), StoreError> {
        self.interrupted()?;
        self.follow(&change.state.cart)
    }
    async fn hear(&self, cart: &Cart, _: Seen, _: Timestamp) -> Result<(), StoreError> {
        self.follow(cart)
    }
    async fn keep(&self, _: Change<'_, Quoted, ()>, _: Timestamp) -> Result<(), StoreError> {
        Ok(())
    }
}

#[platform::async_trait]
impl Goods for Fake {
    async fn look(&self, offers: &[OfferId]) -> Result<Vec<Good>, Error> {
        let known = offers.iter().filter(|offer| [id(6), id(7), id(9)].contains(offer));
        let good = |offer: &OfferId| Good {
            offer: *offer,
            vendor: id(1),
            title: "Lamp".into(),
            variant_title: String::new(),
            sku: "l".into(),
            slug: "lamp".into(),
            sold: *offer != id(9),
            weight_grams: 100,
        };
        Ok(known.map(good).collect())
    }
}

#[platform::async_trait]
impl Prices for Fake {
    async fn price(&self, cart: &Cart) -> Result<Priced, Error> {
        let price = self.price.lock().unwrap().ok_or(Error::Away("pricing"))?;
        let line = |l: &Line| PricedLine {
            offer: l.offer,
            unit_price: price,
            price: price * i64::from(l.quantity),
            why: vec![],
        };
        Ok(Priced { lines: cart.lines.iter().map(line).collect(), ..Priced::default() })
    }
    async fn quote(&self, cart: &Cart, _: &Delivery, key: &str) -> Result<Quoted, Error> {
        self.quotes.lock().unwrap().push(key.to_string());
        let (lines, vendors, taxes, why) = Default::default();
        let (currency, expires) = (cart.currency, Timestamp(0));
        Ok(Quoted { id: id(4), currency, total: 500, lines, vendors, taxes, why, expires })
    }
}

#[platform::async_trait]
impl Stock for Fake {
    async fn free(&self, offers: &[OfferId]) -> Result<Vec<(OfferId, u32)>, Error> {
        Ok(offers.iter().map(|offer| (*offer, 2)).collect())
    }
}

#[platform::async_trait]
impl Deliveries for Fake {
    async fn options(&self, _: &Shown) -> Result<Vec<VendorOptions>, Error> {
        Ok(vec![])
    }
}
