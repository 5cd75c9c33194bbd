//! What must be true once everything is decided: for those who were told something, at the bank, on the shelves.
use super::buyer::{Purchase, answer};
use journeys::{BankDesk, Door, Entry, Got, Listed, Market, Person, Stall, orders, text};
use kernel::UserId;
use platform::actor::Actor;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What is not at rest yet, in words.
pub async fn unsettled(market: &Market, bank: &BankDesk) -> Vec<String> {
    let orders = orders(&market.operator).await;
    let book = book(bank).await;
    let mut open: Vec<String> = vec![];
    for order in &orders {
        let entry = book.get(&order.id).cloned().unwrap_or_default();
        let due = if order.state == "cancelled" { 0 } else { order.total - order.refunded };
        if !order.is_decided() {
            open.push(format!("{} is {}", order.id, order.state));
        } else if entry.open > 0 || entry.kept() != due {
            open.push(format!("{} is {} and owes {due}, the bank has {entry:?}", order.id, order.state));
        }
    }
    open
}

async fn book(bank: &BankDesk) -> BTreeMap<String, Entry> {
    bank.book().await.into_iter().map(|entry| (entry.order.clone(), entry)).collect()
}

/// Nothing was charged twice, and nothing that nobody ordered.
pub async fn charged_once(market: &Market, bank: &BankDesk) {
    let orders: BTreeMap<String, Listed> =
        orders(&market.operator).await.into_iter().map(|o| (o.id.clone(), o)).collect();
    for (id, entry) in book(bank).await {
        let order = orders.get(&id).unwrap_or_else(|| panic!("the bank knows an order that we don't: {entry:?}"));
        assert!(entry.captures <= 1 && entry.captured <= order.total, "charged twice: {entry:?} for {order:?}");
    }
}

/// One order a purchase at most, and none that nobody asked for.
pub async fn ordered_once(market: &Market, purchases: &[Purchase]) {
    let asked: BTreeMap<&str, &Purchase> = purchases.iter().map(|p| (p.reference.as_str(), p)).collect();
    let mut seen = BTreeMap::new();
    for order in orders(&market.operator).await {
        let purchase = asked.get(order.reference.as_str()).unwrap_or_else(|| panic!("nobody ordered {order:?}"));
        assert!(purchase.order.is_none() || purchase.order.as_ref() == Some(&order.id), "another order: {order:?}");
        let other = seen.insert(order.reference.clone(), order.clone());
        assert!(other.is_none(), "two orders of one purchase: {order:?} and {other:?}");
    }
}

/// Every answer is still true, and every key still answers: the same, or once the decision that replaced a 202.
pub async fn still_true(purchase: &mut Purchase) {
    for told in &mut purchase.told {
        let now = answer(&purchase.person, &told.write).await;
        let what = format!("{} {}", told.write.method, told.write.path);
        if told.got.status == 202 {
            assert_ne!(now.status, 202, "{what}: it is decided, but a repeat hears {}", now.text);
            told.got = now;
        } else {
            assert_eq!(said(&now), said(&told.got), "{what}: a repeat hears another answer");
        }
    }
    let Some(id) = &purchase.order else { return };
    let order = purchase.sees(id).await;
    let has = |end: &str, status: u16| {
        purchase.told.iter().any(|t| t.write.path.ends_with(end) && t.got.status.as_u16() == status)
    };
    let (was_confirmed, cancels) = (has("/orders", 201) || has("/payment", 200), has("/cancel", 200));
    let state = order["state"].as_str().expect("a state");
    match (was_confirmed, cancels) {
        (true, false) => assert_eq!(state, "confirmed", "was answered as confirmed: {order}"),
        (true, true) => assert!(["confirmed", "cancelled"].contains(&state), "{order}"),
        (false, _) => assert_eq!(state, "cancelled", "was answered as refused: {order}"),
    }
}

/// Byte for byte, as far as it was said to the client.
fn said(got: &Got) -> (u16, Option<&str>, Option<&str>, &str) {
    (got.status.as_u16(), got.location.as_deref(), got.etag.as_deref(), &got.text)
}

/// The shelves have what was not sold.
pub async fn shelves_agree(door: &Door, (stalls, units): (&[Stall], i64), purchases: &[Purchase]) {
    let mut sold: BTreeMap<String, i64> = BTreeMap::new();
    for purchase in purchases {
        let Some(id) = &purchase.order else { continue };
        let order = purchase.sees(id).await;
        let parts = order["vendor_orders"].as_array().expect("parts").iter().filter(|_| order["state"] == "confirmed");
        for line in parts.flat_map(|part| part["lines"].as_array().expect("lines")) {
            let count = |name: &str| line[name].as_i64().expect("a count");
            *sold.entry(text(line, "offer")).or_default() += count("quantity") - count("cancelled");
        }
    }
    for stall in stalls {
        let vendor = Actor::vendor_admin(UserId::from_uuid(Uuid::now_v7()), stall.vendor.parse().expect("a vendor"));
        let path = format!("/vendor/v1/stock/{}/{}", stall.offer, stall.location);
        let shown = Person::of(door.clone(), vendor).get(&path).await.expect(200);
        let left = units - sold.get(&stall.offer).copied().unwrap_or(0);
        assert_eq!(shown["free"].as_i64(), Some(left), "{}", stall.offer);
    }
}
