//! Components, refunds and disputes, as events changed them.
use super::{names::word, post::insert_rows};
use crate::domain::{
    Event, Payment,
    ledger::{Charge, Component, Dispute, Parts, Refund},
};
use kernel::{ComponentId, PaymentId};
use platform_sql::{Batch, Value, params};

const COMPONENTS: &str = "components (payment, id, vendor, line, units, price, funded, commission, commission_tax,
    marketplace_tax, measure, back, refunding, disputed, goodwill, units_back,
    given_funded, given_commission, given_commission_tax, given_marketplace_tax)";
/// The cap (ledger 3). No row touched means that not so much is left: the whole batch is undone.
const RESERVE: &str = "UPDATE components SET refunding = refunding + $3, units_back = units_back + $4
    WHERE payment = $1 AND id = $2 AND ($3 = 0 OR back + refunding + disputed + goodwill + $3 <= measure)";
/// Facts: nothing but the payment's version stands in their way (ledger 4).
const COUNT: &str = "UPDATE components SET back = $3, refunding = $4, disputed = $5, goodwill = $6, units_back = $7,
    given_funded = $8, given_commission = $9, given_commission_tax = $10, given_marketplace_tax = $11
    WHERE payment = $1 AND id = $2";

const REFUNDS: &str = "refunds (id, payment, kind, state, key, fingerprint, reason, card, wallet, gift, unplaced,
    asked_at, at)";
const REFUND_PARTS: &str = "refund_parts (refund, n, component, amount, units, moves)";
const SETTLE: &str = "UPDATE refunds SET state = $2, at = $3 WHERE id = $1";
const DISPUTES: &str = "disputes (id, payment, bank_id, state, amount, unplaced, at)";
const DISPUTE_PARTS: &str = "dispute_parts (dispute, n, component, amount, frozen)";
const CLOSE: &str = "UPDATE disputes SET state = $2 WHERE id = $1";

pub fn open(batch: &mut Batch, payment: PaymentId, charge: &Charge) {
    insert_rows(batch, COMPONENTS, charge.components.iter().map(|c| component(payment, c)).collect());
}

/// Statements of one event.
pub fn put(batch: &mut Batch, payment: &Payment, event: &Event) {
    let Some(charge) = payment.terms.as_ref().map(|t| &t.charge) else { return };
    let refund = |id| charge.refunds.iter().find(|r| r.id == id);
    let dispute = |id| charge.disputes.iter().find(|d| d.id == id);
    match event {
        Event::Reserved(id) => refund(*id).into_iter().for_each(|r| reserve(batch, payment.id, r)),
        Event::Settled(id, _) | Event::Released(id) => {
            let Some(r) = refund(*id) else { return };
            batch.push(SETTLE, params![r.id, word(r.state), r.at]).expect_rows(1);
            count(batch, (payment.id, charge), r.parts.iter().map(|p| p.component));
        }
        Event::Reported(id, _) => {
            let Some(r) = refund(*id) else { return };
            insert_refund(batch, payment.id, r);
            count(batch, (payment.id, charge), r.parts.iter().map(|p| p.component));
        }
        Event::DisputeOpened(id, _) => {
            let Some(d) = dispute(*id) else { return };
            insert_dispute(batch, payment.id, d);
            count(batch, (payment.id, charge), d.parts.iter().map(|p| p.component));
        }
        Event::DisputeClosed(id, _) => {
            let Some(d) = dispute(*id) else { return };
            batch.push(CLOSE, params![d.id, word(d.state)]).expect_rows(1);
            count(batch, (payment.id, charge), d.parts.iter().map(|p| p.component));
        }
        _ => {}
    }
}

fn reserve(batch: &mut Batch, payment: PaymentId, refund: &Refund) {
    // In the order of their keys: rows that others wait for are never taken crosswise.
    let mut parts = refund.parts.clone();
    parts.sort_by_key(|p| p.component);
    for p in parts {
        batch.push(RESERVE, params![payment, p.component, p.amount, p.units]).expect_rows(1);
    }
    insert_refund(batch, payment, refund);
}

fn insert_refund(batch: &mut Batch, payment: PaymentId, r: &Refund) {
    let who = params![r.id, payment, word(r.kind), word(r.state), r.key.clone(), r.fingerprint.to_vec()];
    let what = params![r.reason.clone(), r.money.card, r.money.wallet, r.money.gift_card, r.unplaced, r.asked_at, r.at];
    insert_rows(batch, REFUNDS, vec![[who, what].concat()]);
    let part =
        |(n, p): (i64, &crate::domain::ledger::RefundPart)| params![r.id, n, p.component, p.amount, p.units, p.moves];
    insert_rows(batch, REFUND_PARTS, (0..).zip(&r.parts).map(part).collect());
}

fn insert_dispute(batch: &mut Batch, payment: PaymentId, d: &Dispute) {
    let row = params![d.id, payment, d.bank_id.clone(), word(d.state), d.amount, d.unplaced, d.at];
    insert_rows(batch, DISPUTES, vec![row]);
    let part = |(n, p): (i64, &crate::domain::ledger::DisputePart)| params![d.id, n, p.component, p.amount, p.frozen];
    insert_rows(batch, DISPUTE_PARTS, (0..).zip(&d.parts).map(part).collect());
}

fn count(batch: &mut Batch, (payment, charge): (PaymentId, &Charge), touched: impl Iterator<Item = ComponentId>) {
    let mut touched: Vec<ComponentId> = touched.collect();
    touched.sort();
    touched.dedup();
    for c in touched.iter().filter_map(|id| charge.component(*id)) {
        let counters = params![payment, c.id, c.back, c.refunding, c.disputed, c.goodwill, c.units_back];
        batch.push(COUNT, [counters, parts(&c.given)].concat()).expect_rows(1);
    }
}

fn component(payment: PaymentId, c: &Component) -> Vec<Value> {
    let what = params![payment, c.id, c.vendor, c.line, c.units, c.price];
    let counters = params![c.measure(), c.back, c.refunding, c.disputed, c.goodwill, c.units_back];
    [what, parts(&c.frozen), counters, parts(&c.given)].concat()
}

fn parts(p: &Parts) -> Vec<Value> {
    params![p.funded, p.commission, p.commission_tax, p.marketplace_tax]
}
