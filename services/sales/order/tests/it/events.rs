//! What orders hear of payment and shipping: once, however often, late or crosswise it is told. And what they tell.
use super::{
    door::{Shop, shop},
    made,
};
use contracts::{order as told, payment, shipping};
use platform_test::{BOTH, Engine, until};
use prost::Message;
use serde_json::{Value, json};
use std::time::Duration;

/// A confirmed order of which everything is shipped, in one parcel a vendor order. Its id, and (vendor order, shipment) of each.
async fn shipped(s: &Shop) -> (String, Vec<(String, String)>) {
    let quote = s.quote();
    let placed = s.order(&quote, "tok_good").await.expect(201);
    let mut parcels = vec![];
    for line in 0..2 {
        let part = Shop::part(&placed.json, &quote, line);
        let (id, units) = (part["id"].as_str().unwrap(), &part["lines"][0]);
        let body = json!({"lines": [{"line": units["id"], "quantity": units["quantity"]}], "carrier": "post"});
        let got =
            s.post(&s.vendor_of(&quote, line), &format!("/vendor/v1/orders/{id}/shipments"), body).await.expect(200);
        parcels.push((id.to_string(), got.json["parcels"][0]["id"].as_str().unwrap().to_string()));
    }
    (placed.text("id"), parcels)
}

fn delivered(order: &str, (vendor_order, shipment): &(String, String)) -> shipping::ShipmentDelivered {
    shipping::ShipmentDelivered { order: order.into(), vendor_order: vendor_order.clone(), shipment: shipment.clone() }
}
fn returned(order: &str, (vendor_order, shipment): &(String, String)) -> shipping::ShipmentReturned {
    shipping::ShipmentReturned { order: order.into(), vendor_order: vendor_order.clone(), shipment: shipment.clone() }
}

fn states(order: &Value) -> Vec<String> {
    let parts = order["vendor_orders"].as_array().cloned().unwrap_or_default();
    parts.iter().map(|p| p["state"].as_str().unwrap().to_string()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn parcels_arrive_once_and_the_order_is_completed_when_its_time_is_over() {
    for engine in BOTH {
        let s = shop(engine).await;
        let (id, parcels) = shipped(&s).await;
        let path = format!("/store/v1/orders/{id}");
        let facts: Vec<_> = parcels.iter().map(|p| delivered(&id, p)).collect();
        s.shipping_tells(&[&facts[0], &facts[0], &facts[1], &facts[0]]).await; // in one commit, and again
        s.shipping_tells(&[&facts[1]]).await;
        let order = s.until(&s.customer(), &path, |order| states(order) == ["delivered", "delivered"]).await;
        assert_eq!(order["state"], "confirmed", "{engine:?}");
        s.clock.turn(Duration::from_secs(31 * 86_400));
        s.net.clock_turned();
        s.until(&s.customer(), &path, |order| order["state"] == "completed").await;
        s.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn parcels_come_back_once_and_the_last_one_cancels_the_order() {
    for engine in BOTH {
        let s = shop(engine).await;
        let (id, parcels) = shipped(&s).await;
        let facts: Vec<_> = parcels.iter().map(|p| returned(&id, p)).collect();
        s.shipping_tells(&[&facts[0], &facts[1], &facts[0]]).await;
        s.shipping_tells(&[&facts[1]]).await;
        let path = format!("/store/v1/orders/{id}");
        let order = s.until(&s.customer(), &path, |order| order["state"] == "cancelled").await;
        assert_eq!(
            (order["reason"].as_str(), &order["refunded"]),
            (Some("returned_to_sender"), &order["total"]),
            "{engine:?}"
        );
        assert_eq!(s.payment.lock().unwrap().rows[&id].refunded, 10_500);
        s.clean().await;
    }
}

/// E3: the place in the log is lost, and everything is told again.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_again_has_no_effect() {
    for engine in BOTH {
        let s = shop(engine).await;
        let (id, parcels) = shipped(&s).await;
        let path = format!("/store/v1/orders/{id}");
        s.shipping_tells(&[&delivered(&id, &parcels[0])]).await;
        s.until(&s.customer(), &path, |order| states(order).contains(&"delivered".to_string())).await;
        let version = s.get(&s.customer(), &path).await.json["version"].clone();
        for consumer in ["order.shipping", "order.payment"] {
            s.store().restart(consumer, &[]).await.unwrap();
        }
        let (other, more) = shipped(&s).await;
        s.shipping_tells(&[&delivered(&other, &more[0])]).await;
        let path = format!("/store/v1/orders/{other}");
        s.until(&s.customer(), &path, |order| states(order).contains(&"delivered".to_string())).await;
        assert_eq!(
            s.get(&s.customer(), &format!("/store/v1/orders/{id}")).await.json["version"],
            version,
            "{engine:?}"
        );
        s.clean().await;
    }
}

/// Payment's news in any order, early, late and of nobody: no order moves by them, its saga asks payment itself.
#[tokio::test(flavor = "multi_thread")]
async fn payments_news_in_any_order_changes_no_decided_order() {
    for engine in BOTH {
        let s = shop(engine).await;
        let id = s.order(&s.quote(), "tok_good").await.expect(201).text("id");
        let (order, payment) = (id.clone(), String::new());
        let path = format!("/store/v1/orders/{id}");
        let before = s.get(&s.customer(), &path).await.text;
        let captured = payment::PaymentCaptured { order: order.clone(), amount: 1, ..Default::default() };
        let closed = payment::PaymentClosed { order: order.clone(), reason: "x".into(), ..Default::default() };
        let failed = payment::PaymentFailed { order: order.clone(), problem: "declined".into(), ..Default::default() };
        for _ in 0..2 {
            s.payment_tells(&captured).await;
            s.payment_tells(&closed).await;
            s.payment_tells(&failed).await;
            s.payment_tells(&payment::PaymentAuthorized { order: order.clone(), payment: payment.clone() }).await;
            s.payment_tells(&payment::PaymentAuthorized {
                order: made::id::<kernel::kinds::OrderId>().to_string(),
                payment: payment.clone(),
            })
            .await;
        }
        let inside = s.inside().await;
        let heard = async || {
            let rows =
                inside.read("SELECT count(*) AS n FROM inbox WHERE consumer = 'order.payment'", vec![]).await.unwrap();
            rows[0].get::<i64>("n").unwrap() == 10
        };
        until("all heard", heard).await;
        assert_eq!(s.get(&s.customer(), &path).await.text, before, "{engine:?}");
        s.clean().await;
    }
}

/// E5: what can't be is parked, and holds nobody back.
#[tokio::test(flavor = "multi_thread")]
async fn a_parcel_of_nobody_is_parked() {
    let s = shop(Engine::Sqlite).await;
    let (id, parcels) = shipped(&s).await;
    let nobodys = (parcels[0].0.clone(), made::id::<kernel::kinds::ShipmentId>().to_string());
    s.shipping_tells(&[&delivered(&id, &nobodys), &delivered(&id, &parcels[0])]).await;
    let path = format!("/store/v1/orders/{id}");
    s.until(&s.customer(), &path, |order| states(order).contains(&"delivered".to_string())).await;
    let parked = s.store().parked(Some("order.shipping")).await.unwrap();
    assert_eq!((parked.len(), parked[0].error.contains("no such parcel")), (1, true), "{parked:?}");
}

/// One public event a version of its aggregate, in the order of what happened, with nobody's data in it.
#[tokio::test(flavor = "multi_thread")]
async fn orders_tell_one_fact_a_version() {
    for engine in BOTH {
        let s = shop(engine).await;
        let (id, parcels) = shipped(&s).await;
        s.shipping_tells(&[&returned(&id, &parcels[1])]).await;
        s.shipping_tells(&[&delivered(&id, &parcels[0])]).await;
        let path = format!("/store/v1/orders/{id}");
        let order = s
            .until(&s.customer(), &path, |order| {
                order["refunded"]["amount"] != 0 && states(order).contains(&"delivered".to_string())
            })
            .await;
        let facts = s.store().facts(0, 100).await.unwrap();
        let of = |subject: &str| -> Vec<(i64, String)> {
            let own = facts.iter().filter(|f| f.subject == subject);
            own.map(|f| (f.version, f.kind.rsplit('.').next().unwrap().to_string())).collect()
        };
        let kinds = |names: &[&str]| {
            names.iter().enumerate().map(|(n, name)| (n as i64 + 1, name.to_string())).collect::<Vec<_>>()
        };
        assert_eq!(of(&id), kinds(&["OrderPlaced", "OrderConfirmed", "RefundIssued"]), "{engine:?}");
        let [a, b] = [&parcels[0].0, &parcels[1].0];
        assert_eq!(of(a), kinds(&["VendorOrderConfirmed", "VendorOrderShipped", "VendorOrderDelivered"]), "{engine:?}");
        assert_eq!(of(b), kinds(&["VendorOrderConfirmed", "VendorOrderShipped", "VendorOrderCancelled"]), "{engine:?}");
        let fact = facts.iter().find(|f| f.kind.ends_with("VendorOrderShipped") && f.subject == *a).unwrap();
        let parcel = told::VendorOrderShipped::decode(fact.payload.clone()).unwrap();
        assert_eq!(
            (parcel.shipment.as_str(), parcel.order.as_str(), parcel.lines.len()),
            (parcels[0].1.as_str(), id.as_str(), 1)
        );
        assert!(parcel.party.starts_with("pty_") && order["total"]["amount"] == 10500);
        for fact in &facts {
            let text = String::from_utf8_lossy(&fact.payload).to_string();
            assert!(!text.contains("anna") && !text.contains("Anna"), "{engine:?}: people's data in {}", fact.kind);
        }
    }
}

/// An idle order service asks its store nothing.
#[tokio::test(flavor = "multi_thread")]
async fn an_idle_service_runs_no_sql() {
    let s = shop(Engine::Sqlite).await;
    s.order(&s.quote(), "tok_good").await.expect(201);
    tokio::time::sleep(Duration::from_millis(2500)).await; // its claim of one second is looked at once
    let before = s.store().counts();
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(s.store().counts(), before);
}
