//! Orders and what their participants did for them: O5, O6, the second half of I5, O3.
use super::{
    ALL, Line, NAMED, Tally,
    bank::{BankBook, Record},
    purchases::{Hold, Order, Payment, Purchases, order_name},
    stores::Stores,
};
use kernel::Timestamp;
use std::time::Duration;
use uuid::Uuid;

/// Until whoever placed it must have written what follows.
const GRACE: Duration = Duration::from_secs(60);
/// So long a closed attempt may be worked on (checkout, Clocks).
const WATCH: Duration = Duration::from_secs(86_400);

pub fn check(purchases: &Purchases, bank: &BankBook, now: Timestamp) -> [Line; 3] {
    [nothing_stays(purchases, bank, now), all_is_there(purchases, bank), no_hold_outlives(purchases, now)]
}

/// O5. Everything but the bank was told before `cancelled` was written.
fn nothing_stays(purchases: &Purchases, bank: &BankBook, now: Timestamp) -> Line {
    let mut tally = Tally::default();
    for (id, _) in purchases.orders().filter(|(_, order)| order.state == "cancelled") {
        let is_free = purchases.holds.get(id).is_none_or(|hold| !hold.is_live() && hold.open == 0);
        let is_given_back = purchases.acceptances.get(id).is_none_or(|acceptance| !acceptance.is_done);
        let is_paid_back = purchases.payments.get(id).is_none_or(is_paid_back);
        let is_dead = !is_chargeable(purchases.payments.get(id), bank.of_order(id), now);
        tally.look(order_name(id), is_free && is_given_back && is_paid_back && is_dead);
    }
    tally.line(ALL, "O5", "cancelled: nothing held, net captured 0, no live authorization, quote and coupon given back")
}

/// What was taken went back, by refunds or by the customer's bank. Twice is the platform's loss, and lies in the operator's queue.
fn is_paid_back(payment: &Payment) -> bool {
    if payment.state != "taken" {
        return payment.state == "closed";
    }
    let refunded = payment.refunds.iter().filter(|refund| refund.state == "refunded").map(|refund| refund.total);
    let disputed = payment.disputes.iter().filter(|dispute| dispute.state != "won").map(|dispute| dispute.amount);
    let left = payment.total - refunded.sum::<i64>() - disputed.sum::<i64>();
    left == 0 || (left < 0 && payment.is_double)
}

/// The money could still be taken, and nobody is about to prevent it.
fn is_chargeable(payment: Option<&Payment>, records: &[Record], now: Timestamp) -> bool {
    let is_voiding = payment.is_some_and(|payment| payment.is_due && now < payment.since + WATCH);
    let is_ringing = records.iter().any(|record| record.rings);
    !is_voiding && !is_ringing && records.iter().any(Record::is_live)
}

/// O6.
fn all_is_there(purchases: &Purchases, bank: &BankBook) -> Line {
    let mut tally = Tally::default();
    for (id, order) in purchases.orders() {
        let may_be: &[&str] = match order.state.as_str() {
            "confirmed" | "completed" => &["committed", "ended"],
            "cancelling" => &["committed", "ended", "released"],
            _ => continue,
        };
        let is_held = |hold: &Hold| may_be.contains(&hold.state.as_str()) && hold.allocated == order.ordered;
        let is_held = purchases.holds.get(id).is_some_and(is_held);
        let is_paid = purchases.payments.get(id).is_some_and(|payment| is_paid(order, payment, bank.of_order(id)));
        tally.look(order_name(id), is_held && is_paid);
    }
    tally.line(ALL, "O6", "confirmed: captured = total once, each line allocated in a committed hold")
}

fn is_paid(order: &Order, payment: &Payment, records: &[Record]) -> bool {
    let captures: Vec<i64> = records.iter().flat_map(|record| &record.captures).copied().collect();
    let by_card = if payment.card > 0 { vec![payment.card] } else { vec![] };
    payment.state == "taken" && payment.total == order.total && captures == by_card
}

/// I5: only its order ends a committed hold, and then it does.
fn no_hold_outlives(purchases: &Purchases, now: Timestamp) -> Line {
    let mut tally = Tally::default();
    for (id, hold) in purchases.holds.iter().filter(|(id, _)| purchases.stood_still(id)) {
        let outlives = match purchases.orders.get(id) {
            Some(order) => hold.is_live() && ["cancelled", "completed"].contains(&order.state.as_str()),
            // Uncommitted it ends by itself.
            None => hold.state == "committed" && made(id) + GRACE < now,
        };
        tally.look(order_name(id), !outlives);
    }
    tally.line(ALL, "I5", "no hold outlives its order's end")
}

/// When an id (UUID v7) was made, by machine time. One of another kind is as old as can be.
pub fn made(id: &Uuid) -> Timestamp {
    let millis = if id.get_version_num() == 7 { id.as_u128() >> 80 } else { 0 };
    Timestamp(i64::try_from(millis).unwrap_or_default() * 1000)
}

/// O3 (and O2, as far as SQL can't say it): the rows of an order are what its events make.
pub async fn read_models(stores: &Stores) -> Result<Line, String> {
    let (looked, wrong) = order::checks::read_models(&stores.order.db).await.map_err(|e| format!("order: {e}"))?;
    let which = wrong.iter().take(NAMED).map(ToString::to_string).collect();
    let (wrong, says) = (wrong.len() as i64, "the rows of an order are the fold of its events");
    Ok(Line { service: "order", id: "O3", says, looked, wrong, which })
}
