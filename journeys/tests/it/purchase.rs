//! A whole purchase, as a shopkeeper would tell it.
use journeys::{Carrier, EVERYWHERE, Guest, Market, Souk, Stall, text};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_buys_from_three_vendors() {
    for place in EVERYWHERE {
        let souk = Souk::at(place).await;
        let market = Market::at(&souk.door()).await;
        let (lamps, rugs, teapots) = tokio::join!(
            market.stall("Lamp", 1999, 5),
            market.stall("Rug", 10_000, 5),
            market.stall("Teapot", 3001, 5)
        );
        souk.clean().await;

        let greta = Guest::of(&market).await;
        let quote = fills_a_cart(&greta, [&lamps, &rugs, &teapots]).await;
        souk.clean().await;

        let (id, before) = is_declined_first(&greta, &quote).await;
        souk.clean().await;
        let order = pays_with_another_card(&greta, &id).await;
        souk.clean().await;

        let carrier = Carrier::at(&souk.door());
        for stall in [&lamps, &rugs] {
            let shipment = sends_a_parcel(stall).await;
            carrier.tells(&shipment, "in_transit").await;
            carrier.tells(&shipment, "delivered").await;
        }
        two_parcels_arrived(&greta, &id).await;
        souk.clean().await;

        cancels_the_third(&greta, &order, &teapots).await;
        souk.clean().await;

        // The market takes 10 % of the goods and nothing of the delivery; what went back is owed to nobody.
        is_owed(&lamps, 2 * 1999 - 400 + 490).await;
        is_owed(&rugs, 9000 + 490).await;
        is_owed(&teapots, 0).await;

        // What was is still known: at that moment it waited for another card.
        let then = greta.person.get(&format!("/store/v1/orders/{id}?at={before}")).await.expect(200);
        assert_eq!(then["state"], "awaiting_payment", "{place:?} {then}");
        souk.clean().await;
    }
}

/// A quote says why.
async fn fills_a_cart(greta: &Guest, [lamps, rugs, teapots]: [&Stall; 3]) -> Value {
    let cart = greta.puts_in(&[(lamps, 2), (rugs, 1), (teapots, 1)]).await;
    assert_eq!(cart["groups"].as_array().expect("groups").len(), 3, "{cart}");
    greta.is_delivered_by(&[lamps, rugs, teapots]).await;
    let quote = greta.quote().await;
    assert_eq!(quote["total"]["amount"], 2 * 1999 + 10_000 + 3001 + 3 * 490, "{quote}");
    for part in ["lines", "vendors"] {
        let told = |part: &Value| !part["why"].as_array().expect("why").is_empty();
        assert!(quote[part].as_array().expect(part).iter().all(told), "{quote}");
    }
    quote
}

/// The order and a moment at which it waits for a card.
async fn is_declined_first(greta: &Guest, quote: &Value) -> (String, String) {
    let (status, order) = greta.orders(quote, "tok_declined").await;
    assert_eq!((status, order["state"].as_str()), (202, Some("awaiting_payment")), "{order}");
    assert_eq!(order["payment"]["problem"], "declined");
    let id = text(&order, "id");
    let now = platform::clock::SystemClock;
    (id, kernel::Clock::now(&now).to_string())
}

async fn pays_with_another_card(greta: &Guest, id: &str) -> Value {
    let path = format!("/store/v1/orders/{id}/payment");
    let order = greta.person.post(&path, json!({"card_token": "tok_good"})).await.expect(200);
    assert_eq!(order["state"], "confirmed", "{order}");
    assert_eq!(order["vendor_orders"].as_array().expect("parts").len(), 3);
    order
}

/// The vendor sees their part, and sends all of it.
async fn sends_a_parcel(stall: &Stall) -> String {
    let mine = stall.person.get("/vendor/v1/orders").await.expect(200);
    let mine = text(&mine["items"][0], "id");
    let part = stall.person.get(&format!("/vendor/v1/orders/{mine}")).await.expect(200);
    assert_eq!(part["deliver_to"]["name"], "Greta Gast", "{part}");
    let count = |line: &Value| json!({"line": line["id"], "quantity": line["quantity"]});
    let lines: Vec<Value> = part["lines"].as_array().expect("lines").iter().map(count).collect();
    let body = json!({"lines": lines, "carrier": "simulated"});
    let sent = stall.person.post(&format!("/vendor/v1/orders/{mine}/shipments"), body).await.expect(200);
    text(&sent["parcels"][0], "id")
}

async fn two_parcels_arrived(greta: &Guest, id: &str) {
    let arrived = |order: &Value| {
        let parts = order["vendor_orders"].as_array().expect("parts");
        parts.iter().filter(|part| part["state"] == "delivered").count() == 2
    };
    until(greta, id, arrived).await;
}

async fn cancels_the_third(greta: &Guest, order: &Value, teapots: &Stall) {
    let (id, parts) = (text(order, "id"), order["vendor_orders"].as_array().expect("parts"));
    let third = parts.iter().find(|part| part["vendor"] == teapots.vendor.as_str()).expect("the third");
    let body = json!({"vendor_orders": [text(third, "id")]});
    let got = greta.person.post(&format!("/store/v1/orders/{id}/cancel"), body).await;
    assert!([200, 202].contains(&got.status.as_u16()), "{got:?}");
    let order = until(greta, &id, |order| order["refunded"]["amount"] == 3001 + 490).await;
    assert_eq!(order["state"], "confirmed", "the others' parts go on: {order}");
}

async fn is_owed(stall: &Stall, amount: i64) {
    let balance = stall.person.get("/vendor/v1/balance").await.expect(200);
    assert_eq!(balance["balances"][0]["payable"]["amount"], amount, "{balance}");
}

async fn until(greta: &Guest, id: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    let mut order = Value::Null;
    for _ in 0..400 {
        order = greta.person.get(&format!("/store/v1/orders/{id}")).await.expect(200);
        if is_so(&order) {
            return order;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it never became so: {order}")
}
