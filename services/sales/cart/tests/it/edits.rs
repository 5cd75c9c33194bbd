//! The use cases, over fakes of catalog, pricing, inventory and shipping.
use super::store::{carts, delivery, id, told};
use cart::{
    Error,
    app::{Baskets, Edit, EditCart, MakeCart, MakeQuote, New, News},
    domain::{Cart, Delivery, Owner},
    ports::{Deliveries, Good, Goods, Priced, PricedLine, Prices, Quoted, Shown, Stock, VendorOptions},
};
use kernel::{CartId, Currency, OfferId, Timestamp, VendorId};
use platform::ask::{Ask, Book, Key, Said};
use platform_test::{BOTH, Engine, HandClock};
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// A market in which every known offer costs 500, and there are two of each.
#[derive(Default)]
struct Market {
    offers: Mutex<Vec<OfferId>>,
    quotes: Mutex<Vec<String>>,
}

#[platform::async_trait]
impl Goods for Market {
    async fn look(&self, offers: &[OfferId]) -> Result<Vec<Good>, Error> {
        let known = self.offers.lock().unwrap();
        let good = |offer: &OfferId| Good {
            offer: *offer,
            vendor: VendorId::from_uuid(Uuid::nil()),
            title: "Lamp".into(),
            variant_title: String::new(),
            sku: "l".into(),
            slug: "lamp".into(),
            sold: true,
            weight_grams: 100,
        };
        Ok(offers.iter().filter(|offer| known.contains(offer)).map(good).collect())
    }
}

#[platform::async_trait]
impl Prices for Market {
    async fn price(&self, cart: &Cart) -> Result<Priced, Error> {
        let line = |l: &cart::domain::Line| PricedLine {
            offer: l.offer,
            unit_price: 500,
            price: 500 * i64::from(l.quantity),
            why: vec![],
        };
        let lines: Vec<PricedLine> = cart.lines.iter().map(line).collect();
        Ok(Priced { total: lines.iter().map(|l| l.price).sum(), lines, ..Priced::default() })
    }
    async fn quote(&self, cart: &Cart, _: &Delivery, key: &str) -> Result<Quoted, Error> {
        self.quotes.lock().unwrap().push(key.to_string());
        let (lines, vendors, taxes, why) = Default::default();
        let (currency, expires) = (cart.currency, Timestamp(0));
        Ok(Quoted { id: id(), currency, total: 500, lines, vendors, taxes, why, expires })
    }
}

#[platform::async_trait]
impl Stock for Market {
    async fn free(&self, offers: &[OfferId]) -> Result<Vec<(OfferId, u32)>, Error> {
        Ok(offers.iter().map(|offer| (*offer, 2)).collect())
    }
}

#[platform::async_trait]
impl Deliveries for Market {
    async fn options(&self, _: &Shown) -> Result<Vec<VendorOptions>, Error> {
        Ok(vec![])
    }
}

const ANNA: Owner = Owner::Guest([7; 32]);

struct Bench {
    app: Baskets,
    market: Arc<Market>,
    cart: CartId,
}

impl Bench {
    async fn on(engine: Engine) -> Bench {
        let market = Arc::new(Market::default());
        let app = Baskets {
            carts: Arc::new(carts(engine).await.1),
            goods: market.clone(),
            prices: market.clone(),
            stock: market.clone(),
            deliveries: market.clone(),
            clock: Arc::new(HandClock::at(Timestamp(1_700_000_000_000_000))),
        };
        let (token, currency, country) = (Some("token".into()), Currency::EUR, None);
        let made = app.make_cart(MakeCart { id: id(), owner: ANNA, token, currency, country }).await.unwrap();
        assert_eq!(made.token.as_deref(), Some("token"));
        Bench { app, market, cart: made.cart.id }
    }
    fn offer(&self) -> OfferId {
        let offer = id();
        self.market.offers.lock().unwrap().push(offer);
        offer
    }
    async fn edit(&self, owner: Owner, expected: Option<i64>, edit: Edit) -> Result<Option<Shown>, Error> {
        self.app.edit_cart(EditCart { cart: self.cart, owner, expected, edit }, &Ask::nobody()).await
    }
    async fn add(&self, offer: OfferId, quantity: u32) -> Result<Option<Shown>, Error> {
        self.edit(ANNA, None, Edit::Add(vec![New { id: id(), offer, quantity }])).await
    }
}

#[tokio::test]
async fn two_tabs_both_add() {
    for engine in BOTH {
        let b = Bench::on(engine).await;
        let (lamp, rug) = (b.offer(), b.offer());
        let (one, other) = tokio::join!(b.add(lamp, 1), b.add(rug, 2));
        one.unwrap().unwrap();
        other.unwrap().unwrap();
        let shown = b.app.view(b.cart, ANNA).await.unwrap().unwrap();
        assert_eq!((shown.cart.lines.len(), shown.priced.total), (2, 1500), "{engine:?}");
        assert_eq!(shown.cart.lines[0].seen_price, Some(500));
    }
}

#[tokio::test]
async fn what_was_read_long_ago_changes_nothing() {
    for engine in BOTH {
        let b = Bench::on(engine).await;
        let shown = b.add(b.offer(), 1).await.unwrap().unwrap();
        let line = shown.cart.lines[0].id;
        let old = b.edit(ANNA, Some(1), Edit::SetQuantity { line, quantity: 2 }).await;
        assert!(matches!(old, Err(Error::Changed)), "{engine:?}");
        let now = b.edit(ANNA, Some(2), Edit::SetQuantity { line, quantity: 2 }).await.unwrap().unwrap();
        assert_eq!(now.cart.lines[0].quantity, 2);
    }
}

#[tokio::test]
async fn anothers_cart_is_none() {
    for engine in BOTH {
        let b = Bench::on(engine).await;
        for other in [Owner::Guest([8; 32]), Owner::User(id())] {
            assert!(b.app.view(b.cart, other).await.unwrap().is_none(), "{engine:?}");
            assert!(b.edit(other, None, Edit::Redeem("x".into())).await.unwrap().is_none());
        }
    }
}

#[tokio::test]
async fn what_nobody_offers_does_not_go_in() {
    for engine in BOTH {
        let b = Bench::on(engine).await;
        assert!(matches!(b.add(id(), 1).await, Err(Error::NoOffer(_))), "{engine:?}");
        assert!(b.app.view(b.cart, ANNA).await.unwrap().unwrap().cart.lines.is_empty());
    }
}

#[tokio::test]
async fn a_cart_in_checkout_names_its_order_and_opens_when_it_is_cancelled() {
    for engine in BOTH {
        let b = Bench::on(engine).await;
        let (lamp, order) = (b.offer(), id());
        b.app.hear(b.cart, order, News::Placed, told(Uuid::now_v7())).await.unwrap();
        assert!(matches!(b.add(lamp, 1).await, Err(Error::InCheckout(by)) if by == order), "{engine:?}");
        b.app.hear(b.cart, order, News::Cancelled, told(Uuid::now_v7())).await.unwrap();
        b.add(lamp, 1).await.unwrap().unwrap();
        b.app.hear(id(), order, News::Confirmed, told(Uuid::now_v7())).await.unwrap();
    }
}

#[tokio::test]
async fn a_quote_needs_a_delivery_and_carries_the_clients_key() {
    for engine in BOTH {
        let b = Bench::on(engine).await;
        b.add(b.offer(), 1).await.unwrap();
        let key = Key { book: Book::Request { scope: "anna".into() }, text: "k1".into(), fingerprint: [0; 32] };
        let said = |_: platform::ask::Outcome<'_, Quoted>| Said { status: 201, head: vec![], body: "q".into() };
        let ask: Ask<Quoted> = Ask::new(Some(key), said);
        let quote = || MakeQuote { cart: b.cart, owner: ANNA };
        assert!(matches!(b.app.make_quote(quote(), &ask).await, Err(Error::NoDelivery)), "{engine:?}");
        b.edit(ANNA, None, Edit::Deliver(delivery())).await.unwrap();
        b.app.make_quote(quote(), &ask).await.unwrap().unwrap();
        assert_eq!(*b.market.quotes.lock().unwrap(), [format!("cart/{}/k1", b.cart)]);
    }
}
