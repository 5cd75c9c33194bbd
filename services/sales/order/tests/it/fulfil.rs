//! The order table of `checkout.md` after the decision: parcels, cancels, refunds, and the end.
use super::{
    made,
    stock::State as Hold,
    wire::Fate,
    world::{self, World, ask, kept, world},
};
use kernel::{Clock, Coded, Currency, Money, OrderId, ShipmentId};
use order::{
    Error,
    app::{CancelOrder, CancelUnits, Fate as Parcel, RecordParcel, RefundOrder, ShipUnits},
    domain::{Count, Outcome, State, VendorState},
    ports::{Desk, Lists, Shown},
    sql::{SqlDesk, SqlLists},
};
use platform::{feed::Seen, intents::Intents, page::Page};
use std::time::Duration;
use uuid::Uuid;

async fn bought(w: &World) -> OrderId {
    let (id, placed) = w.process().place(w, "tok_good").await;
    assert_eq!(placed.unwrap().state, State::Confirmed);
    id
}

fn key() -> String {
    Uuid::now_v7().to_string()
}

async fn ship(w: &World, id: OrderId, part: usize) -> ShipmentId {
    let order = w.find(id).await;
    let part = &order.vendor_orders[part];
    let (shipment, lines) = (made::id(), part.open());
    let command = ShipUnits {
        vendor: part.vendor,
        vendor_order: part.id,
        shipment,
        lines: lines.clone(),
        carrier: "post".into(),
        tracking: None,
    };
    w.process().app.ship_units(command, &ask(&key())).await.unwrap();
    let units = part.units(&lines).into_iter().map(|u| (u.offer.to_string(), i64::from(u.quantity)));
    w.stock.lock().unwrap().ship(&id.to_string(), &units.collect::<Vec<_>>());
    shipment
}

async fn told(w: &World, order: OrderId, shipment: ShipmentId, fate: Parcel) -> Result<(), Error> {
    let seen = Seen::told_by("order.shipping", "shipping", Uuid::now_v7());
    w.process().app.record_parcel(RecordParcel { order, shipment, fate }, seen).await
}

async fn cancel_part(w: &World, id: OrderId, part: usize) -> Result<Shown, Error> {
    let named = w.find(id).await.vendor_orders[part].id;
    let command = CancelOrder { order: id, asker: w.asker(), vendor_orders: Some(vec![named]) };
    w.process().app.cancel_order(command, &ask(&key())).await
}

/// What the vendor of the first part can't send.
async fn unsendable(w: &World, id: OrderId, part: usize, units: Option<u32>) -> Result<Shown, Error> {
    let order = w.find(id).await;
    let part = &order.vendor_orders[part];
    let lines = units.map(|quantity| vec![Count { line: part.lines[0].id, quantity }]);
    let command = CancelUnits { vendor: part.vendor, vendor_order: part.id, lines, reason: "out_of_stock".into() };
    w.process().app.cancel_units(command, &ask(&key())).await
}

fn money(w: &World, id: OrderId) -> (i64, u32) {
    let book = w.payment.lock().unwrap();
    (book.rows[&id.to_string()].refunded, book.rows[&id.to_string()].refunds)
}

async fn owed(w: &World) -> usize {
    w.db.intents().await.unwrap().len()
}

fn at_of(order: &order::domain::Order, lamps: bool) -> usize {
    order.vendor_orders.iter().position(|v| (v.lines[0].ordered == 3) == lamps).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_all_gives_back_money_stock_and_quote() {
    let w = world().await;
    let id = bought(&w).await;
    let request = ask("cancel");
    let command = CancelOrder { order: id, asker: w.asker(), vendor_orders: None };
    let cancelled = w.process().app.cancel_order(command, &request).await.unwrap();
    assert_eq!((cancelled.state, cancelled.reason.as_deref()), (State::Cancelled, Some("customer")));
    assert_eq!((money(&w, id), owed(&w).await), ((10_500, 1), 0));
    assert_eq!(kept(&w.db, &request).await.map(|(said, for_now)| (said.status, for_now)), Some((200, false)));
    assert!(cancelled.vendor_orders.iter().all(|v| v.state == VendorState::Cancelled));
    w.sound(id).await.unwrap();
    w.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_that_takes_longer_is_202_and_another_process_ends_it() {
    let w = world().await;
    let id = bought(&w).await;
    let request = ask("cancel");
    w.net.rule("Refund", Fate::CrashAfter, 1);
    let command = CancelOrder { order: id, asker: w.asker(), vendor_orders: None };
    let undoing = w.process().app.cancel_order(command, &request).await.unwrap();
    assert_eq!(undoing.state, State::Cancelling);
    assert_eq!(kept(&w.db, &request).await.map(|(said, for_now)| (said.status, for_now)), Some((202, true)));
    w.settle(id).await;
    assert_eq!(kept(&w.db, &request).await.map(|(said, for_now)| (said.status, for_now)), Some((200, false)));
    assert_eq!(money(&w, id), (10_500, 1), "refunded once, by its key");
    w.sound(id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_vendor_order_goes_and_the_other_stays_and_then_nothing_stays() {
    let w = world().await;
    let id = bought(&w).await;
    let rug = at_of(&w.find(id).await, false);
    let left = cancel_part(&w, id, rug).await.unwrap();
    assert_eq!((left.state, left.vendor_orders[rug].state), (State::Confirmed, VendorState::Cancelled));
    assert_eq!((money(&w, id), owed(&w).await), ((0, 0), 1), "the money follows");
    w.process().app.pay_back(id).await.unwrap();
    assert_eq!((money(&w, id), owed(&w).await), ((4000, 1), 0));
    assert_eq!(w.stock.lock().unwrap().held(), 3);
    w.sound(id).await.unwrap();
    let gone = cancel_part(&w, id, 1 - rug).await.unwrap();
    assert_eq!(gone.state, State::Cancelled, "the last open part takes the order along, in the same batch");
    assert_eq!((money(&w, id).0, owed(&w).await), (10_500, 0));
    w.sound(id).await.unwrap();
    w.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn units_that_cannot_be_sent_are_paid_back_and_released_once() {
    let w = world().await;
    let id = bought(&w).await;
    let lamps = at_of(&w.find(id).await, true);
    for method in ["Refund", "ReleaseUnits"] {
        unsendable(&w, id, lamps, Some(1)).await.unwrap();
        w.net.rule(method, Fate::LoseAnswer, 1);
        assert!(w.process().app.pay_back(id).await.is_err(), "{method} did not answer, so the intent stays");
        assert_eq!(owed(&w).await, 1);
        w.process().app.pay_back(id).await.unwrap();
    }
    let order = w.find(id).await;
    assert_eq!((money(&w, id), owed(&w).await, order.back()), ((4000, 2), 0, 4000), "2 of 3 for 60.00");
    assert_eq!(w.stock.lock().unwrap().held(), 2);
    assert_eq!(unsendable(&w, id, lamps, Some(2)).await.unwrap_err().code().text, "order.already_cancelled");
    w.process().app.pay_back(id).await.unwrap();
    assert_eq!(money(&w, id).1, 2, "nothing is owed, nothing is paid");
    w.clean().await;
}

/// Refund against refund and two workers at once: each by its key, one after the other, to the cent.
#[tokio::test(flavor = "multi_thread")]
async fn many_partial_refunds_are_one_full_refund() {
    let w = world().await;
    let id = bought(&w).await;
    let lamps = at_of(&w.find(id).await, true);
    for _ in 0..3 {
        unsendable(&w, id, lamps, Some(1)).await.unwrap();
    }
    unsendable(&w, id, 1 - lamps, None).await.unwrap();
    let (one, two) = (w.process(), w.process());
    let (a, b) = tokio::join!(one.app.pay_back(id), two.app.work_on(id));
    assert!(a.is_ok() || b.is_ok(), "{a:?} {b:?}");
    w.settle(id).await;
    assert_eq!((w.state(id).await, money(&w, id).0), (State::Cancelled, 10_500));
    w.sound(id).await.unwrap();
    w.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parcel_that_came_back_is_refunded_and_restocked() {
    let w = world().await;
    let id = bought(&w).await;
    let lamps = at_of(&w.find(id).await, true);
    let shipment = ship(&w, id, lamps).await;
    for _ in 0..2 {
        told(&w, id, shipment, Parcel::SentBack).await.unwrap();
    }
    let order = w.find(id).await;
    assert_eq!((order.state, order.vendor_orders[lamps].state), (State::Confirmed, VendorState::Cancelled));
    assert_eq!(owed(&w).await, 1, "told twice, owed once");
    w.process().app.pay_back(id).await.unwrap();
    assert_eq!(money(&w, id), (6500, 1), "its shipping too");
    let offer = order.vendor_orders[lamps].lines[0].offer.to_string();
    assert_eq!(w.stock.lock().unwrap().stock[&offer], [3, 0], "on hand − then +");
    let rug = ship(&w, id, 1 - lamps).await;
    told(&w, id, rug, Parcel::SentBack).await.unwrap();
    let order = w.find(id).await;
    assert_eq!((order.state, order.reason.as_deref()), (State::Cancelling, Some("returned_to_sender")));
    assert_eq!(SqlDesk(w.db.clone()).due(w.machine.now()).await.unwrap(), [id], "its saga is due at once");
    w.settle(id).await;
    assert_eq!((w.state(id).await, money(&w, id).0), (State::Cancelled, 10_500));
    let hold = w.stock.lock().unwrap().holds[&id.to_string()].state;
    assert_eq!((hold, owed(&w).await), (Hold::Ended, 0));
    w.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn support_gives_back_amounts_of_components() {
    let w = world().await;
    let id = bought(&w).await;
    let app = w.process().app;
    let refund = async |minor: i64, currency: Currency| {
        let component = w.find(id).await.components[0].id;
        let parts = vec![(component, Money::new(minor, currency).unwrap())];
        app.refund_order(RefundOrder { order: id, parts, reason: "late".into() }, &ask(&key())).await
    };
    let asked = refund(1500, Currency::EUR).await.unwrap();
    assert_eq!(asked.refunds[0].outcome, Outcome::Open);
    app.pay_back(id).await.unwrap();
    let order = w.find(id).await;
    assert_eq!((order.back(), order.state, order.components[0].back), (1500, State::Confirmed, 1500));
    assert_eq!(refund(order.components[0].charge(), Currency::EUR).await.unwrap_err().code().text, "refund.too_much");
    assert_eq!(refund(5, "USD".parse().unwrap()).await.unwrap_err().code().text, "order.other_currency");
    let nobodys = RefundOrder { order: made::id(), parts: vec![], reason: "x".into() };
    assert_eq!(app.refund_order(nobodys, &ask(&key())).await.unwrap_err(), Error::NoOrder);
    w.clean().await;
}

/// The provider's definite no: an operator pays another way. What follows goes on; the last one keeps the order `cancelling`.
#[tokio::test(flavor = "multi_thread")]
async fn a_refund_refused_for_good_is_the_operators() {
    let w = world().await;
    let id = bought(&w).await;
    let rug = at_of(&w.find(id).await, false);
    w.payment.lock().unwrap().refuses_refunds = true;
    unsendable(&w, id, rug, None).await.unwrap();
    w.process().app.pay_back(id).await.unwrap();
    assert_eq!((owed(&w).await, w.stock.lock().unwrap().held()), (0, 3), "released all the same");
    let still = cancel_part(&w, id, 1 - rug).await.unwrap();
    assert_eq!(still.state, State::Cancelling);
    w.settle(id).await;
    let order = w.find(id).await;
    assert_eq!((order.state, order.back(), w.stock.lock().unwrap().held()), (State::Cancelling, 0, 0), "undo goes on");
    assert!(w.pricing.lock().unwrap().accepted[&id.to_string()].is_none());
    let queue = SqlLists(w.db.clone()).troubles(&Page::first(10)).await.unwrap().items;
    assert_eq!(
        queue.iter().map(|t| (t.kind.as_str(), t.detail.as_str())).collect::<Vec<_>>(),
        [("refund_refused", "refund.refused"); 3]
    );
    let before = w.net.heard("Refund");
    w.settle(id).await;
    assert_eq!(w.net.heard("Refund"), before, "nobody asks again");
    w.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_is_not_answered_yet_is_asked_again_by_its_key() {
    let w = world().await;
    let id = bought(&w).await;
    w.payment.lock().unwrap().refunds_pending = true;
    let undoing = w.process().cancel(&w, id).await.unwrap();
    assert_eq!(undoing.state, State::Cancelling);
    w.payment.lock().unwrap().refunds_pending = false;
    w.settle(id).await;
    assert_eq!((w.state(id).await, money(&w, id)), (State::Cancelled, (10_500, 1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn delivered_orders_are_completed_when_the_time_to_return_is_over() {
    let w = world().await;
    let id = bought(&w).await;
    let app = w.process().app;
    for part in 0..2 {
        let shipment = ship(&w, id, part).await;
        told(&w, id, shipment, Parcel::Delivered).await.unwrap();
        assert_eq!(told(&w, id, shipment, Parcel::SentBack).await.unwrap_err().code().text, "order.already_delivered");
        w.clock.turn(Duration::from_secs(86_400));
    }
    assert_eq!(w.process().cancel(&w, id).await.unwrap_err().code().text, "order.already_shipped");
    let window = Duration::from_secs(30 * 86_400);
    let order = w.find(id).await;
    let [first, second] = [0, 1].map(|at| order.vendor_orders[at].delivered_at.unwrap());
    assert_eq!(app.complete_orders(w.clock.now()).await.unwrap(), Some(first + window));
    w.clock.turn(window - Duration::from_secs(2 * 86_400) + Duration::from_secs(5));
    let next = app.complete_orders(w.clock.now()).await.unwrap();
    assert_eq!((w.state(id).await, next), (State::Confirmed, Some(second + window)));
    w.clock.turn(Duration::from_secs(86_400));
    assert_eq!(app.complete_orders(w.clock.now()).await.unwrap(), None);
    assert_eq!(w.state(id).await, State::Completed);
    w.sound(id).await.unwrap();
    w.clean().await;
}

/// Cancel against ship: the stream's version decides, and who loses is told by name.
#[tokio::test(flavor = "multi_thread")]
async fn of_ship_and_cancel_one_wins() {
    let db = world::db().await;
    let mut won = [0, 0];
    for _ in 0..12 {
        let w = world::over(db.clone());
        let id = bought(&w).await;
        let order = w.find(id).await;
        let part = &order.vendor_orders[at_of(&order, false)];
        let command = ShipUnits {
            vendor: part.vendor,
            vendor_order: part.id,
            shipment: made::id(),
            lines: part.open(),
            carrier: "post".into(),
            tracking: None,
        };
        let (vendor, customer) = (w.process(), ask(&key()));
        let (shipped, cancelled) =
            tokio::join!(vendor.app.ship_units(command, &customer), unsendable(&w, id, at_of(&order, false), None));
        assert_ne!(shipped.is_ok(), cancelled.is_ok(), "{shipped:?} {cancelled:?}");
        won[usize::from(shipped.is_ok())] += 1;
        let lost = shipped.err().or(cancelled.err()).unwrap();
        assert!(["order.already_shipped", "order.already_cancelled"].contains(&lost.code().text), "{lost:?}");
    }
    println!("cancelled {}, shipped {}", won[0], won[1]);
}
