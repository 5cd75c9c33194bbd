//! Payments: one row judges, and whatever an event touched is in its batch.
use super::{
    money,
    names::word,
    post::{Cause, post},
    read,
    tenders::tenders,
};
use crate::{
    domain::{Attempt, Event, Payment, State},
    outbound::events,
    ports::{PaymentChange, Payments},
};
use kernel::{AttemptId, OrderId, Timestamp};
use platform::store::{Change, StoreError};
use platform_sql::{Batch, Db, Value, params};

const FIND: &str = "SELECT id, order_id, state, reason, customer, client_reference, fingerprint, currency, total, card,
    wallet, gift, gift_card, authorized_at, captured_at, since, tries, due, version FROM payments WHERE order_id = $1";
const ATTEMPTS: &str = "SELECT id, number, state, amount, card_token, bank_id, problem, action_url, step, asked_at
    FROM attempts WHERE payment = $1 ORDER BY number";
const COMPONENTS: &str = "SELECT id, vendor, line, units, price, funded, commission, commission_tax, marketplace_tax,
    back, refunding, disputed, goodwill, units_back,
    given_funded, given_commission, given_commission_tax, given_marketplace_tax
    FROM components WHERE payment = $1 ORDER BY line, id";
const REFUNDS: &str =
    "SELECT r.id, r.kind, r.state, r.key, r.fingerprint, r.reason, r.card, r.wallet, r.gift, r.unplaced,
    r.asked_at, r.at, p.component, p.amount, p.units, p.moves
    FROM refunds r LEFT JOIN refund_parts p ON p.refund = r.id WHERE r.payment = $1 ORDER BY r.id, p.n";
const DISPUTES: &str = "SELECT d.id, d.bank_id, d.state, d.amount AS disputed, d.unplaced, d.at,
    p.component, p.amount, p.frozen
    FROM disputes d LEFT JOIN dispute_parts p ON p.dispute = d.id WHERE d.payment = $1 ORDER BY d.id, p.n";
const ORDER_OF: &str = "SELECT p.order_id FROM attempts a JOIN payments p ON p.id = a.payment WHERE a.id = $1";
const DUE: &str = "SELECT order_id FROM payments WHERE due <= $1 ORDER BY due LIMIT 100";
const NEXT: &str = "SELECT min(due) AS at FROM payments WHERE due IS NOT NULL";
const CLAIM: &str = "UPDATE payments SET due = $3 WHERE order_id = $1 AND due <= $2";

const OPEN: &str = "INSERT INTO payments (id, order_id, state, reason, authorized_at, captured_at, since, tries, due,
    version, customer, client_reference, fingerprint, currency, total, card, wallet, gift, gift_card)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";
/// Whoever writes first wins; the other reads again.
const MOVE: &str = "UPDATE payments SET state = $3, reason = $4, authorized_at = $5, captured_at = $6, since = $7,
    tries = $8, due = $9, version = $10 WHERE id = $1 AND version = $2";
const ASK: &str = "INSERT INTO attempts (id, payment, number, state, amount, card_token, step, asked_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const ATTEMPT: &str = "UPDATE attempts SET state = $2, card_token = $3, bank_id = $4, problem = $5, action_url = $6
    WHERE id = $1";
/// Once per subject and concern.
const QUEUE: &str = "INSERT INTO queue (subject, kind, why, at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (subject, kind) DO NOTHING";

pub struct SqlPayments(pub Db);

#[platform::async_trait]
impl Payments for SqlPayments {
    /// The row first: should it change while the rest is read, its version is outdated and the write is refused.
    async fn find(&self, order: OrderId) -> Result<Option<Payment>, StoreError> {
        let rows = self.0.read(FIND, params![order]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let mut payment = read::payment(row)?;
        let Some(terms) = &mut payment.terms else { return Ok(Some(payment)) };
        let id = payment.id;
        terms.charge.components = read::each(&self.0.read(COMPONENTS, params![id]).await?, read::component)?;
        if payment.state == State::Taken {
            terms.charge.refunds = read::refunds(&self.0.read(REFUNDS, params![id]).await?)?;
            terms.charge.disputes = read::disputes(&self.0.read(DISPUTES, params![id]).await?)?;
        }
        payment.attempts = read::each(&self.0.read(ATTEMPTS, params![id]).await?, read::attempt)?;
        Ok(Some(payment))
    }

    async fn order_of(&self, attempt: AttemptId) -> Result<Option<OrderId>, StoreError> {
        let rows = self.0.read(ORDER_OF, params![attempt]).await?;
        Ok(rows.first().map(|row| row.get("order_id")).transpose()?)
    }

    async fn save(&self, change: PaymentChange<'_>, now: Timestamp) -> Result<(), StoreError> {
        let Change { state: payment, events, marks } = change;
        let mut batch = Batch::new();
        batch.marks(marks, now);
        moved(&mut batch, payment, &events);
        for event in &events {
            put(&mut batch, payment, event, now);
        }
        let cause = Cause { cause: payment.order.to_string(), payment: Some(payment.id), at: now };
        post(&mut batch, events.iter().flat_map(Event::booked), &cause);
        batch.outbox(events::facts(payment, &events, now));
        // Last: a wallet is the row that others wait for.
        for event in &events {
            tenders(&mut batch, payment, event);
        }
        self.0.save(batch).await
    }

    async fn due(&self, now: Timestamp) -> Result<Vec<OrderId>, StoreError> {
        Ok(read::each(&self.0.read(DUE, params![now]).await?, |row| row.get("order_id"))?)
    }

    async fn claim(&self, order: OrderId, now: Timestamp, until: Timestamp) -> Result<bool, StoreError> {
        let mut batch = Batch::new();
        batch.push(CLAIM, params![order, now, until]).expect_rows(1);
        match self.0.save(batch).await {
            Err(StoreError::Stale) => Ok(false),
            written => written.map(|()| true),
        }
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let rows = self.0.read(NEXT, params![]).await?;
        Ok(rows.first().map_or(Ok(None), |row| row.get("at"))?)
    }
}

/// The row, if it is as it was read.
fn moved(batch: &mut Batch, p: &Payment, events: &[Event]) {
    let moves = events.iter().filter(|e| e.is_move()).count();
    let before = p.version - i64::try_from(moves).unwrap_or_default();
    let now =
        params![word(p.state), p.reason.clone(), p.authorized_at, p.captured_at, p.since, p.tries, p.due, p.version];
    if before > 0 {
        batch.push(MOVE, [params![p.id, before], now].concat()).expect_rows(1);
    } else {
        batch.push(OPEN, [params![p.id, p.order], now, terms(p)].concat()).expect_rows(1);
    }
}

fn terms(p: &Payment) -> Vec<Value> {
    let none: Option<&str> = None;
    let Some(t) = &p.terms else { return params![none, none, none, none, 0, 0, 0, 0, none] };
    let tenders = t.charge.tenders;
    let who = params![t.charge.customer, t.client_reference.clone(), t.fingerprint.to_vec()];
    let what = params![t.charge.currency.to_string(), tenders.total(), tenders.card, tenders.wallet, tenders.gift_card];
    [who, what, params![t.gift_card]].concat()
}

fn put(batch: &mut Batch, payment: &Payment, event: &Event, now: Timestamp) {
    let attempt = |id: &AttemptId| payment.attempts.iter().find(|a| a.id == *id);
    match event {
        Event::Opened => {
            payment.terms.iter().for_each(|t| money::open(batch, payment.id, &t.charge));
            payment.attempts.iter().for_each(|a| ask(batch, payment, a));
        }
        Event::Asked(id) => attempt(id).into_iter().for_each(|a| ask(batch, payment, a)),
        Event::Attempted(id) => attempt(id).into_iter().for_each(|a| changed(batch, a)),
        Event::Queued(concern, why) => {
            batch.push(QUEUE, params![payment.order.to_string(), concern.as_str(), why.clone(), now]);
        }
        other => money::put(batch, payment, other),
    }
}

fn ask(batch: &mut Batch, payment: &Payment, a: &Attempt) {
    let card = a.card.as_ref().map(|c| c.expose());
    let what = params![a.id, payment.id, a.number, word(a.state), a.amount, card, a.step.clone(), a.asked_at];
    batch.push(ASK, what);
}

fn changed(batch: &mut Batch, a: &Attempt) {
    let card = a.card.as_ref().map(|c| c.expose());
    let told = params![a.bank_id.clone(), a.problem.map(word), a.action_url.clone()];
    batch.push(ATTEMPT, [params![a.id, word(a.state), card], told].concat()).expect_rows(1);
}
