//! More buyers than units, all at once, each with money: as many are sold as there are, and only they are paid.
use contracts::pricing::{Delivery, MakeQuoteRequest, Party, Quote, Want, pricing_client::PricingClient};
use futures::{StreamExt, future::join_all, stream};
use journeys::{EVERYWHERE, Entry, Got, Keyed, Listed, Market, Person, Souk, Stall, orders};
use kernel::CartId;
use platform::{
    context::Context,
    grpc::{Transport, step},
};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::time::{Duration, Instant};
use uuid::Uuid;

const PRICE: i64 = 1999;
const SHIPPING: i64 = 490;
/// Quotes are made so many at a time: what is to be proved comes after them.
const AT_ONCE: usize = 32;
/// Before what was not answered is sent again.
const AGAIN: Duration = Duration::from_millis(500);
const DECIDED: Duration = Duration::from_secs(120);

/// A guest with a quote. Straight from pricing: two thousand carts would prove nothing more.
struct Buyer {
    person: Person,
    quote: String,
}

async fn buyer(market: &Market, pricing: PricingClient<Transport>, stall: &Stall) -> Buyer {
    let (cart, token) = (CartId::from_uuid(Uuid::now_v7()).to_string(), Uuid::now_v7().to_string());
    let party = Party { email: "c@example.com".into(), name: "C".into(), country: "DE".into(), ..Party::default() };
    let request = MakeQuoteRequest {
        cart: cart.clone(),
        guest: Sha256::digest(&token).to_vec(),
        currency: "EUR".into(),
        lines: vec![Want { offer: stall.offer.clone(), quantity: 1 }],
        party: Some(Party { city: "Berlin".into(), postcode: "10115".into(), street: "Torstr. 1".into(), ..party }),
        deliveries: vec![Delivery { vendor: stall.vendor.clone(), method: stall.method.clone() }],
        ..MakeQuoteRequest::default()
    };
    let quote = quote(pricing, &format!("{cart}/quote"), request).await;
    assert_eq!(quote.total, PRICE + SHIPPING);
    Buyer { person: market.stranger().showing_cart(&token), quote: quote.id }
}

async fn quote(mut pricing: PricingClient<Transport>, key: &str, request: MakeQuoteRequest) -> Quote {
    let call = step(key, request);
    Context::background("order").scope(pricing.make_quote(call)).await.expect("a quote").into_inner()
}

impl Buyer {
    /// Sends the order again until it is answered.
    async fn orders(self) -> Got {
        let (path, key) = ("/store/v1/orders".to_string(), Uuid::now_v7().to_string());
        let body = json!({"quote": self.quote, "payment": {"card_token": "tok_good"}});
        let write = Keyed { method: "POST", path, key, version: None, body };
        loop {
            match self.person.send_keyed(&write).await {
                Some(got) if got.retry_after.is_none() && got.status.as_u16() < 500 => return got,
                _ => tokio::time::sleep(AGAIN).await,
            }
        }
    }
}

async fn all_decided(market: &Market) -> Vec<Listed> {
    let since = Instant::now();
    loop {
        let orders = orders(&market.operator).await;
        let open = orders.iter().filter(|order| !order.is_decided()).count();
        if open == 0 {
            return orders;
        }
        assert!(since.elapsed() < DECIDED, "{open} orders are not decided");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

async fn rush(souk: &Souk, many: usize, units: i64) {
    let market = Market::at(&souk.door()).await;
    let stall = market.stall("Lamp", PRICE, units).await;
    let (before, paid_before) = (orders(&market.operator).await.len(), paid(&souk.bank().book().await));
    let pricing = PricingClient::new(souk.transport("pricing").await);
    let quotes = stream::iter(0..many).map(|_| buyer(&market, pricing.clone(), &stall));
    let buyers: Vec<Buyer> = quotes.buffer_unordered(AT_ONCE).collect().await;

    let began = Instant::now();
    let answers = join_all(buyers.into_iter().map(|buyer| tokio::spawn(buyer.orders()))).await;
    let answers: Vec<Got> = answers.into_iter().map(|got| got.expect("no panic")).collect();
    let count = |status: u16| answers.iter().filter(|got| got.status == status).count();
    let refused: Vec<&Got> = answers.iter().filter(|got| got.status.as_u16() >= 400).collect();
    assert!(refused.iter().all(|got| got.code() == "inventory.short"), "{refused:#?}");
    let all = all_decided(&market).await;
    let took = began.elapsed().as_secs_f32();
    println!(
        "  {many} buyers, {units} units: {} were told yes at once, {} no, {} later; decided in {took:.1} s",
        count(201),
        refused.len(),
        count(202)
    );

    let mine = &all[..all.len() - before];
    let sold = mine.iter().filter(|order| order.state == "confirmed").count();
    assert_eq!((mine.len(), sold as i64), (many, units));
    let (captures, captured) = paid(&souk.bank().book().await);
    assert_eq!((captures - paid_before.0, captured - paid_before.1), (units, units * (PRICE + SHIPPING)));
    souk.clean().await;
}

/// How often the bank captured, and how much.
fn paid(book: &[Entry]) -> (i64, i64) {
    assert!(book.iter().all(|entry| entry.refunded == 0), "nobody gave anything back");
    (book.iter().map(|entry| entry.captures).sum(), book.iter().map(|entry| entry.captured).sum())
}

/// I4 through the whole purchase.
#[tokio::test(flavor = "multi_thread")]
async fn as_many_are_paid_as_there_are() {
    for place in EVERYWHERE {
        println!("{place:?}");
        let souk = Souk::at(place).await;
        rush(&souk, 200, 1).await;
        rush(&souk, 2000, 100).await;
    }
}
