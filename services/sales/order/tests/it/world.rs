//! A small world: participants that obey `checkout.md`, the net between, and order processes that live and die.
use super::{
    made::{self, NOW},
    payment::{self, Payment},
    pricing::{self, Pricing},
    stock::{self, Shelves, Stock},
    wire::{Life, Net},
};
use contracts::{
    inventory::inventory_server::InventoryServer, payment::payments_server::PaymentsServer,
    pricing::pricing_server::PricingServer,
};
use kernel::{Clock, OrderId};
use order::{
    Config, Error, MIGRATIONS,
    app::{Asker, CancelOrder, Orders, PayOrder, PlaceOrder},
    checks,
    domain::{CardToken, Order, Owner, Quote, State},
    ports::{Desk, OrderBook, Shown},
    says,
    sql::{SqlDesk, SqlLists, SqlOrders},
};
use platform::{
    ask::{Ask, Book, Key, Outcome, Said},
    store::Store,
    task::Alarm,
};
use platform_sql::Db;
use platform_test::{Engine, HandClock, store};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::sync::Semaphore;
use tonic::service::Routes;
use uuid::Uuid;

pub struct World {
    pub db: Db,
    pub clock: Arc<HandClock>,
    pub machine: Arc<HandClock>,
    pub net: Arc<Net>,
    pub pricing: Arc<Mutex<pricing::Book>>,
    pub stock: Arc<Mutex<Shelves>>,
    pub payment: Arc<Mutex<payment::Book>>,
    pub quote: Quote,
}

/// A running order service.
#[derive(Clone)]
pub struct Process {
    pub app: Orders,
    pub life: Arc<Life>,
}

pub async fn db() -> Db {
    Db::open(&store(Engine::Sqlite, "order").await, MIGRATIONS).await.unwrap()
}

pub async fn world() -> World {
    over(db().await)
}

/// Participants of their own over a store that others use too.
pub fn over(db: Db) -> World {
    let clock = Arc::new(HandClock::at(NOW));
    // Another day than the business clock's, so that who mixes them up is found out.
    let machine = Arc::new(HandClock::at(kernel::Timestamp(NOW.0 + 900 * 86_400_000_000)));
    let pricing =
        Pricing { book: Arc::new(Mutex::new(pricing::Book { limit: 1, ..Default::default() })), clock: clock.clone() };
    let stock = Stock { shelves: Arc::default(), clock: clock.clone() };
    let payment = Payment::default();
    let net = Arc::new(Net::default());
    net.connect(
        Routes::new(PricingServer::new(pricing.clone()))
            .add_service(InventoryServer::new(stock.clone()))
            .add_service(PaymentsServer::new(payment.clone())),
    );
    let quote = made::lamps_and_rug();
    let w = World {
        db,
        clock,
        machine,
        net,
        pricing: pricing.book,
        stock: stock.shelves,
        payment: payment.book,
        quote: quote.clone(),
    };
    w.offer(&quote, 0);
    w
}

impl World {
    /// Pricing knows the quote, and the shelves have what it needs and `more` of each.
    pub fn offer(&self, quote: &Quote, more: i64) {
        self.pricing.lock().unwrap().quotes.insert(quote.id.to_string(), quote.clone());
        let mut stock = self.stock.lock().unwrap();
        for line in &quote.lines {
            stock.stock.insert(line.offer.to_string(), [i64::from(line.quantity) + more, 0]);
        }
    }

    pub fn process(&self) -> Process {
        let config =
            Config { patience: Duration::from_millis(400), pause: Duration::from_millis(1), ..Config::default() };
        self.process_with(config)
    }

    pub fn process_with(&self, config: Config) -> Process {
        let life = Arc::new(Life::default());
        let transport = || self.net.transport(&life);
        let app = Orders {
            book: Arc::new(SqlOrders(self.db.clone())),
            desk: Arc::new(SqlDesk(self.db.clone())),
            lists: Arc::new(SqlLists(self.db.clone())),
            pricing: Arc::new(order::Pricing::over(transport())),
            stock: Arc::new(order::Inventory::over(transport())),
            payments: Arc::new(order::Payment::over(transport())),
            clock: self.clock.clone(),
            machine: self.machine.clone(),
            due: Alarm::default(),
            completion: Alarm::default(),
            says: says(),
            fresh: Uuid::now_v7,
            hands: Arc::new(Semaphore::new(8)),
            config,
        };
        Process { app, life }
    }

    pub fn asker(&self) -> Asker {
        asker(&self.quote)
    }

    pub async fn find(&self, id: OrderId) -> Order {
        SqlOrders(self.db.clone()).find(id).await.unwrap().expect("an order")
    }

    pub async fn state(&self, id: OrderId) -> State {
        self.find(id).await.state
    }

    /// The net heals, the provider answers, and processes come and go until nothing is due any more.
    pub async fn settle(&self, id: OrderId) {
        self.net.heal();
        for _ in 0..6 {
            self.machine.turn(Duration::from_secs(16));
            self.payment.lock().unwrap().capture(&id.to_string());
            let heir = self.process();
            self.take_over(&heir, id).await;
            if self.find(id).await.waiting.is_none()
                && !matches!(self.state(id).await, State::Placed | State::Cancelling)
            {
                return;
            }
            if self.find(id).await.waiting.is_some() {
                self.machine.turn(Duration::from_secs(700)); // nobody comes back
            }
        }
    }

    /// What is due is claimed and worked on, as the worker does it.
    pub async fn take_over(&self, heir: &Process, id: OrderId) {
        let now = self.machine.now();
        if SqlDesk(self.db.clone()).claim(id, now, now + Duration::from_secs(15)).await.unwrap() {
            let _ = heir.app.work_on(id).await;
        }
    }

    /// O5, O6, and that every effect took place at most once. `settled`: nothing is under way any more.
    pub async fn sound(&self, id: OrderId) -> Result<(), String> {
        let order = self.find(id).await;
        let key = id.to_string();
        let (pricing, stock, payment) =
            (self.pricing.lock().unwrap(), self.stock.lock().unwrap(), self.payment.lock().unwrap());
        let row = payment.rows.get(&key);
        let (captures, captured) = row.map_or((0, 0), |r| (r.captures, i64::from(r.captures) * r.total));
        let refunded = row.map_or(0, |r| r.refunded);
        let hold = stock.holds.get(&key);
        let accepted = pricing.accepted.get(&key).is_some_and(Option::is_some);
        let wrong =
            |why: &str| Err(format!("{why}: {:?}, hold {:?}, payment {row:?}", order.story, hold.map(|h| h.state)));
        if captures > 1
            || pricing.effects.get(&key).copied().unwrap_or(0) > 1
            || stock.effects.get(&key).copied().unwrap_or(0) > 1
        {
            return wrong("an effect took place twice");
        }
        match order.state {
            State::Cancelled => {
                if hold.is_some_and(|h| matches!(h.state, stock::State::Held | stock::State::Committed))
                    || stock.held() != 0
                {
                    return wrong("O5: something is held");
                }
                if captured != refunded || payment.live(&key) != 0 {
                    return wrong("O5: money");
                }
                if accepted || pricing.redeemed != 0 {
                    return wrong("O5: the coupon was not given back");
                }
            }
            State::Confirmed | State::Completed => {
                if captures != 1 || captured != order.total || payment.live(&key) != 0 {
                    return wrong("O6: captured once, all of it");
                }
                if !hold.is_some_and(|h| matches!(h.state, stock::State::Committed | stock::State::Ended)) || !accepted
                {
                    return wrong("O6: each line is held, and the quote taken");
                }
            }
            State::Placed | State::Cancelling => return wrong("not decided"),
        }
        Ok(())
    }

    /// Every check of the store, and that its rows are what its streams make.
    pub async fn clean(&self) {
        clean(&self.db, self.machine.now()).await
    }
}

pub async fn clean(db: &Db, now: kernel::Timestamp) {
    for check in checks::all() {
        assert_eq!(db.check(&check, now).await.unwrap().wrong, 0, "{} {}", check.id, check.says);
    }
    let (looked, wrong) = checks::read_models(db).await.unwrap();
    assert!(looked > 0 && wrong.is_empty(), "O3: {wrong:?}");
}

pub fn asker(quote: &Quote) -> Asker {
    match quote.owner {
        Some(Owner::User(user)) => Asker { user: Some(user), guest: None },
        Some(Owner::Guest(hash)) => Asker { user: None, guest: Some(hash) },
        None => Asker { user: None, guest: None },
    }
}

/// A request with a key of its own, whose kept answer can be looked at.
pub fn ask(text: &str) -> Ask<Shown> {
    let key = Key { book: Book::Request { scope: "test".into() }, text: text.into(), fingerprint: [7; 32] };
    let says = says().place;
    Ask::new(Some(key), move |outcome: Outcome<'_, Shown>| says(outcome))
}

impl Process {
    pub async fn place(&self, w: &World, card: &str) -> (OrderId, Result<Shown, Error>) {
        self.place_on(&w.quote, card, &ask(&Uuid::now_v7().to_string())).await
    }
    pub async fn place_on(&self, quote: &Quote, card: &str, ask: &Ask<Shown>) -> (OrderId, Result<Shown, Error>) {
        let id = made::id();
        let command = PlaceOrder {
            id,
            asker: asker(quote),
            quote: quote.id,
            card: CardToken::new(card.into()),
            client_reference: None,
            attributes: Default::default(),
        };
        (id, self.app.place_order(command, ask).await)
    }
    pub async fn pay(&self, w: &World, order: OrderId, card: &str) -> Result<Shown, Error> {
        let command = PayOrder { order, asker: w.asker(), card: CardToken::new(card.into()) };
        self.app.pay_order(command, &ask(&Uuid::now_v7().to_string())).await
    }
    pub async fn cancel(&self, w: &World, order: OrderId) -> Result<Shown, Error> {
        let command = CancelOrder { order, asker: w.asker(), vendor_orders: None };
        self.app.cancel_order(command, &ask(&Uuid::now_v7().to_string())).await
    }
}

/// The status and body a repeat of this request hears.
pub async fn kept(db: &Db, ask: &Ask<Shown>) -> Option<(Said, bool)> {
    match db.known(ask.key()?).await.unwrap()? {
        platform::ask::Known::Answered(kept) => Some((kept.said, kept.for_now)),
        platform::ask::Known::Undone => None,
    }
}
