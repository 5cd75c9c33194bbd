//! A buyer who insists: what was not answered is sent again with its key until it is, and every answer is remembered.
use journeys::{Got, Keyed, Market, Person, Stall, text};
use rand::{Rng, rngs::StdRng};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};
use uuid::Uuid;

/// Before what was not answered is tried again; doubled each time, up to `MOST`.
const AGAIN: Duration = Duration::from_millis(100);
const MOST: Duration = Duration::from_secs(1);
/// Between two looks at an order that is not decided.
const LOOK: Duration = Duration::from_millis(200);

/// The cards an order is tried with, one after the other, and how often they come up in 20.
const CARDS: [(&[&str], u32); 11] = [
    (&["tok_good"], 7),
    (&["tok_declined", "tok_good"], 2),
    (&["tok_timeout_before"], 2),
    (&["tok_timeout_after"], 2),
    (&["tok_slow"], 1),
    (&["tok_dropped"], 1),
    (&["tok_capture_timeout_before"], 1),
    (&["tok_capture_timeout_after"], 1),
    (&["tok_insufficient", "tok_timeout_after"], 1),
    (&["tok_late"], 1),
    (&["tok_void_timeout_after"], 1),
];

/// What else a buyer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    Keeps,
    CancelsAll,
    CancelsOneVendor,
    /// While it is not decided, if it comes to that.
    CancelsEarly,
}

/// A write and the last answer to it.
#[derive(Clone, Debug)]
pub struct Told {
    pub write: Keyed,
    pub got: Got,
}

/// From cart to decided, with everything that was answered on the way.
#[derive(Clone)]
pub struct Purchase {
    pub person: Person,
    /// The client's own name for it; the order bears it.
    pub reference: String,
    pub told: Vec<Told>,
    pub order: Option<String>,
}

pub struct Buyer {
    pub market: Arc<Market>,
    pub stalls: Arc<Vec<Stall>>,
    pub dice: StdRng,
    pub crowd: Arc<Crowd>,
}

/// What the buyers of one strike have in common.
#[derive(Default)]
pub struct Crowd {
    /// Who has not ordered yet goes home.
    pub is_over: AtomicBool,
    /// How many orders were sent off.
    pub ordered: AtomicUsize,
}

/// Nobody was told yet what came of it: no answer, or one that says to ask again.
fn is_answer(got: &Got) -> bool {
    match got.status.as_u16() {
        200..=202 => true,
        409 | 412 | 422 => got.retry_after.is_none(),
        429 | 503 => false,
        other => panic!("nobody should hear {other}: {}", got.text),
    }
}

impl Purchase {
    /// Sends it until it is answered, and remembers the answer.
    async fn insists(&mut self, method: &'static str, path: String, body: Value, version: Option<String>) -> Got {
        let write = Keyed { method, path, key: Uuid::now_v7().to_string(), version, body };
        let got = answer(&self.person, &write).await;
        self.told.push(Told { write, got: got.clone() });
        got
    }
    async fn posts(&mut self, path: String, body: Value) -> Got {
        self.insists("POST", path, body, None).await
    }

    pub async fn sees(&self, order: &str) -> Value {
        let path = format!("/store/v1/orders/{order}");
        until_answered(|| self.person.try_get(&path)).await.expect(200)
    }
}

/// Sends it again until it is answered.
pub async fn answer(person: &Person, write: &Keyed) -> Got {
    until_answered(|| person.send_keyed(write)).await
}

async fn until_answered<F: Future<Output = Option<Got>>>(ask: impl Fn() -> F) -> Got {
    let mut pause = AGAIN;
    loop {
        let got = ask().await;
        match got {
            Some(got) if is_answer(&got) => return got,
            _ => tokio::time::sleep(pause).await,
        }
        pause = (pause * 2).min(MOST);
    }
}

impl Buyer {
    /// One purchase, to its end; `None` when it was over before there was a cart.
    pub async fn buys(&mut self) -> Option<Purchase> {
        let cards = self.cards();
        let then = match self.dice.random_range(0..10) {
            0 => Then::CancelsAll,
            1 => Then::CancelsOneVendor,
            2 | 3 => Then::CancelsEarly,
            _ => Then::Keeps,
        };
        let (mut purchase, cart) = self.enters().await?;
        let Some(quote) = self.fills(&mut purchase, &cart).await else { return Some(purchase) };
        self.crowd.ordered.fetch_add(1, Ordering::Relaxed);
        let body = json!({"quote": quote, "payment": {"card_token": cards[0]}, "client_reference": purchase.reference});
        let got = purchase.posts("/store/v1/orders".into(), body).await;
        if got.status == 201 || got.status == 202 {
            purchase.order = Some(text(&got.json(), "id"));
            let order = decided(&mut purchase, cards, then).await;
            finish(&mut purchase, &order, then).await;
        }
        Some(purchase)
    }

    fn is_over(&self) -> bool {
        self.crowd.is_over.load(Ordering::Relaxed)
    }

    fn cards(&mut self) -> &'static [&'static str] {
        let mut thrown = self.dice.random_range(0..CARDS.iter().map(|(_, share)| share).sum());
        for (cards, share) in CARDS {
            if thrown < share {
                return cards;
            }
            thrown -= share;
        }
        unreachable!("the shares are {thrown} short")
    }

    /// A cart of one's own. Its making bears no key: if the answer is lost, another one is made.
    async fn enters(&self) -> Option<(Purchase, String)> {
        let stranger = self.market.stranger();
        let body = json!({"currency": "EUR", "country": "DE"});
        let mut pause = AGAIN;
        while !self.is_over() {
            match stranger.try_post("/store/v1/carts", body.clone()).await {
                Some(got) if is_answer(&got) => {
                    let cart = got.expect(201);
                    let person = stranger.showing_cart(&text(&cart, "token"));
                    let reference = Uuid::now_v7().to_string();
                    return Some((Purchase { person, reference, told: vec![], order: None }, text(&cart, "id")));
                }
                _ => tokio::time::sleep(pause).await,
            }
            pause = (pause * 2).min(MOST);
        }
        None
    }

    /// One to three lines of as many vendors, where they go, and what it costs: the quote's id.
    async fn fills(&mut self, purchase: &mut Purchase, cart: &str) -> Option<String> {
        let first = self.dice.random_range(0..self.stalls.len());
        let many = self.dice.random_range(1..=3);
        let stalls: Vec<&Stall> = (0..many).map(|n| &self.stalls[(first + n) % self.stalls.len()]).collect();
        let mut line = |s: &&Stall| json!({"offer": s.offer, "quantity": self.dice.random_range(1..=2)});
        let lines: Vec<Value> = stalls.iter().map(&mut line).collect();
        let path = |rest: &str| format!("/store/v1/carts/{cart}{rest}");
        let filled = purchase.posts(path("/lines"), json!({"lines": lines})).await;
        assert_eq!(filled.status, 200, "{}", filled.text);
        if self.is_over() {
            return None;
        }
        let choices: Vec<Value> = stalls.iter().map(|s| json!({"vendor": s.vendor, "method": s.method})).collect();
        let address =
            json!({"name": "B", "country": "DE", "city": "Berlin", "postcode": "10115", "street": "Torstr. 1"});
        let body = json!({"email": "b@example.com", "address": address, "choices": choices});
        let there = purchase.insists("PUT", path("/delivery"), body, filled.etag.clone()).await;
        assert_eq!(there.status, 200, "{}", there.text);
        if self.is_over() {
            return None;
        }
        let quote = purchase.posts(path("/quote"), json!({})).await;
        assert_eq!(quote.status, 201, "{}", quote.text);
        (!self.is_over()).then(|| text(&quote.json(), "id"))
    }
}

/// Pays with the next card while there is one, cancels where it may, and looks until the order is decided.
async fn decided(purchase: &mut Purchase, cards: &[&str], then: Then) -> Value {
    let id = purchase.order.clone().expect("an order");
    let mut left = cards[1..].iter();
    if then == Then::CancelsEarly && purchase.told.last().is_some_and(|told| told.got.status == 202) {
        purchase.posts(format!("/store/v1/orders/{id}/cancel"), json!({})).await;
    }
    loop {
        let order = purchase.sees(&id).await;
        match order["state"].as_str().expect("a state") {
            "placed" | "cancelling" => tokio::time::sleep(LOOK).await,
            "awaiting_payment" => match left.next() {
                Some(card) => {
                    let body = json!({"card_token": card});
                    purchase.posts(format!("/store/v1/orders/{id}/payment"), body).await;
                }
                None => {
                    purchase.posts(format!("/store/v1/orders/{id}/cancel"), json!({})).await;
                }
            },
            _ => return order,
        }
    }
}

/// What a buyer does to a confirmed order, and the order as it is then.
async fn finish(purchase: &mut Purchase, order: &Value, then: Then) {
    let id = text(order, "id");
    let body = match then {
        Then::CancelsAll => json!({}),
        Then::CancelsOneVendor => json!({"vendor_orders": [order["vendor_orders"][0]["id"]]}),
        Then::Keeps | Then::CancelsEarly => return,
    };
    if order["state"] == "confirmed" {
        purchase.posts(format!("/store/v1/orders/{id}/cancel"), body).await;
        while purchase.sees(&id).await["state"] == "cancelling" {
            tokio::time::sleep(LOOK).await;
        }
    }
}
