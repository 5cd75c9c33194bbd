//! A whole purchase, as a shopkeeper would tell it.
use journeys::{EVERYWHERE, Guest, Market, Souk, text};
use serde_json::json;

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

        // A guest fills a cart from three vendors and gets a quote that says why.
        let greta = Guest::of(&market).await;
        let cart = greta.puts_in(&[(&lamps, 2), (&rugs, 1), (&teapots, 1)]).await;
        assert_eq!(cart["groups"].as_array().unwrap().len(), 3, "{cart}");
        greta.is_delivered_by(&[&lamps, &rugs, &teapots]).await;
        let quote = greta.quote().await;
        assert_eq!(quote["total"]["amount"], 2 * 1999 + 10_000 + 3001 + 3 * 490, "{quote}");
        assert!(quote["lines"].as_array().unwrap().iter().all(|line| !line["why"].as_array().unwrap().is_empty()));
        souk.clean().await;

        // The first card is declined, the second is good.
        let (status, order) = greta.orders(&quote, "tok_declined").await;
        assert_eq!((status, order["state"].as_str()), (202, Some("awaiting_payment")), "{order}");
        assert_eq!(order["payment"]["problem"], "declined");
        let id = text(&order, "id");
        souk.clean().await;
        let paid =
            greta.person.post(&format!("/store/v1/orders/{id}/payment"), json!({"card_token": "tok_good"})).await;
        let order = paid.expect(200);
        assert_eq!(order["state"], "confirmed", "{order}");
        assert_eq!(order["vendor_orders"].as_array().unwrap().len(), 3);
        souk.clean().await;

        // Two vendors send a parcel each, and they arrive.
        for stall in [&lamps, &rugs] {
            let mine = stall.person.get("/vendor/v1/orders").await.expect(200);
            let mine = &mine["items"][0];
            let mine = stall.person.get(&format!("/vendor/v1/orders/{}", text(mine, "id"))).await.expect(200);
            let mine = &mine;
            let lines: Vec<_> = mine["lines"]
                .as_array()
                .unwrap()
                .iter()
                .map(|l| json!({"line": l["id"], "quantity": l["quantity"]}))
                .collect();
            let path = format!("/vendor/v1/orders/{}/shipments", text(mine, "id"));
            stall.person.post(&path, json!({"lines": lines, "carrier": "simulated"})).await.expect(200);
        }
        souk.clean().await;

        // The third vendor's part is cancelled, and its money goes back.
        let third = order["vendor_orders"].as_array().unwrap().iter().find(|v| v["vendor"] == teapots.vendor.as_str());
        let third = text(third.unwrap(), "id");
        let path = format!("/store/v1/orders/{id}/cancel");
        let got = greta.person.post(&path, json!({"vendor_orders": [third]})).await;
        assert!([200, 202].contains(&got.status.as_u16()), "{got:?}");
        let mut refunded = 0;
        for _ in 0..200 {
            refunded = greta.sees(&id, "confirmed").await["refunded"]["amount"].as_i64().unwrap();
            if refunded == 3001 + 490 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert_eq!(refunded, 3001 + 490);
        souk.clean().await;

        // The vendors see what they are owed: 10 % of the goods is the market's.
        for (stall, owed) in [(&lamps, 2 * 1999 - 400 + 490), (&rugs, 9000 + 490), (&teapots, 0)] {
            let balance = stall.person.get("/vendor/v1/balance").await.expect(200);
            assert!(
                balance.to_string().contains(&format!("\"payable\":{{\"amount\":{owed}")) || owed == 0,
                "{balance}"
            );
        }
    }
}
