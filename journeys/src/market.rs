//! A market worth buying at: vendors with a product each, prices, stock, and a way to deliver.
use crate::{Door, Person};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

pub struct Market {
    pub operator: Person,
    door: Door,
    category: String,
}

/// A vendor and what they sell.
pub struct Stall {
    pub vendor: String,
    pub person: Person,
    pub offer: String,
    pub variant: String,
    /// Slug of the product.
    pub slug: String,
    pub location: String,
    pub method: String,
    pub price: i64,
}

pub fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}")).to_string()
}

impl Market {
    pub async fn at(door: &Door) -> Market {
        let operator = Person::operator(door.clone());
        let category = format!("things-{}", Uuid::now_v7());
        let path = format!("/admin/v1/categories/{category}");
        operator.put(&path, "*", json!({"name": "Things"})).await.expect(200);
        Market { operator, door: door.clone(), category }
    }
    pub fn stranger(&self) -> Person {
        Person::stranger(self.door.clone())
    }

    /// An approved vendor who sells one thing at this price (EUR, minor units), so many of it.
    pub async fn stall(&self, name: &str, price: i64, units: i64) -> Stall {
        let (vendor, person) = self.vendor(name).await;
        let (slug, variant) = self.product(name).await;
        let offer = self.offer(&person, &variant).await;
        let path = format!("/vendor/v1/offers/{offer}/prices/EUR");
        person.put(&path, "\"0\"", json!({"amount": price})).await.expect(200);
        let place = person.post("/vendor/v1/locations", json!({"name": "Shop"})).await.expect(201);
        let location = text(&place, "id");
        let path = format!("/vendor/v1/stock/{offer}/{location}");
        person.put(&path, "\"0\"", json!({"on_hand": units})).await.expect(200);
        let method = self.delivery(&person).await;
        Stall { vendor, person, offer, variant, slug, location, method, price }
    }

    async fn vendor(&self, name: &str) -> (String, Person) {
        let email = format!("{}@example.com", Uuid::now_v7());
        let user = text(&self.operator.post("/admin/v1/users", json!({"email": email})).await.expect(201), "id");
        let slug = format!("v-{}", Uuid::now_v7().simple());
        let body = json!({"name": name, "slug": slug, "country": "DE", "owner": user});
        let vendor = text(&self.operator.post("/admin/v1/vendors", body).await.expect(201), "id");
        self.operator.post(&format!("/admin/v1/vendors/{vendor}/approve"), json!({})).await.expect(200);
        // Identity hears of it in its own time.
        for _ in 0..200 {
            let known = self.operator.get(&format!("/admin/v1/users/{user}")).await.expect(200);
            if known["roles"].to_string().contains(&vendor) {
                return (vendor.clone(), self.operator.acting_as(&user, Some(&vendor)).await);
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("the owner of {vendor} never became its administrator")
    }

    async fn product(&self, title: &str) -> (String, String) {
        let slug = format!("p-{}", Uuid::now_v7());
        let body =
            json!({"title": title, "slug": slug, "category": self.category, "variants": [{"weight_grams": 500}]});
        let product = self.operator.post("/admin/v1/products", body).await.expect(201);
        let path = format!("/admin/v1/products/{}/publish", text(&product, "id"));
        self.operator.post(&path, json!({})).await.expect(200);
        (slug, text(&product["variants"][0], "id"))
    }

    async fn offer(&self, vendor: &Person, variant: &str) -> String {
        let body = json!({"variant": variant, "sku": Uuid::now_v7().to_string()});
        let offer = text(&vendor.post("/vendor/v1/offers", body).await.expect(201), "id");
        vendor.post(&format!("/vendor/v1/offers/{offer}/submit"), json!({})).await.expect(200);
        self.operator.post(&format!("/admin/v1/offers/{offer}/approve"), json!({})).await.expect(200);
        offer
    }

    /// Anywhere in Germany for 4.90.
    async fn delivery(&self, vendor: &Person) -> String {
        let zone = json!({"name": "Germany", "places": [{"country": "DE"}]});
        let zone = text(&vendor.post("/vendor/v1/shipping-zones", zone).await.expect(201), "id");
        let method = json!({"zone": zone, "name": "Standard", "carrier": "simulated",
            "rate": {"kind": "flat", "price": {"amount": 490, "currency": "EUR"}},
            "handling_days": 1, "transit_days": 2, "cut_off": "14:00", "time_zone": "Europe/Berlin"});
        text(&vendor.post("/vendor/v1/shipping-methods", method).await.expect(201), "id")
    }
}

/// A guest with a cart.
pub struct Guest {
    pub person: Person,
    pub cart: String,
}

impl Guest {
    pub async fn of(market: &Market) -> Guest {
        let stranger = market.stranger();
        let cart = stranger.post("/store/v1/carts", json!({"currency": "EUR", "country": "DE"})).await.expect(201);
        let person = stranger.showing_cart(&text(&cart, "token"));
        Guest { person, cart: text(&cart, "id") }
    }
    fn path(&self, rest: &str) -> String {
        format!("/store/v1/carts/{}{rest}", self.cart)
    }
    pub async fn puts_in(&self, stalls: &[(&Stall, u32)]) -> Value {
        let lines: Vec<Value> = stalls.iter().map(|(s, n)| json!({"offer": s.offer, "quantity": n})).collect();
        self.person.post(&self.path("/lines"), json!({ "lines": lines })).await.expect(200)
    }
    pub async fn is_delivered_by(&self, stalls: &[&Stall]) -> Value {
        let version = self.person.get(&self.path("")).await.etag.expect("an etag");
        let choices: Vec<Value> = stalls.iter().map(|s| json!({"vendor": s.vendor, "method": s.method})).collect();
        let address = json!({"name": "Greta Gast", "country": "DE", "city": "Berlin", "postcode": "10115", "street": "Torstr. 1"});
        let body = json!({"email": "greta@example.com", "address": address, "choices": choices});
        self.person.put(&self.path("/delivery"), &version, body).await.expect(200)
    }
    pub async fn quote(&self) -> Value {
        self.person.post(&self.path("/quote"), json!({})).await.expect(201)
    }
    /// Places the order: `(status, answer)`.
    pub async fn orders(&self, quote: &Value, card: &str) -> (u16, Value) {
        let body = json!({"quote": text(quote, "id"), "payment": {"card_token": card}});
        let got = self.person.post("/store/v1/orders", body).await;
        (got.status.as_u16(), got.json())
    }
    /// The order once it is in this state.
    pub async fn sees(&self, order: &str, state: &str) -> Value {
        let mut seen = Value::Null;
        for _ in 0..400 {
            seen = self.person.get(&format!("/store/v1/orders/{order}")).await.expect(200);
            if seen["state"] == state {
                return seen;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{order} never became {state}: {seen}")
    }
}
