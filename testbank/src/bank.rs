//! What a request does: look the key up, decide, write effect and answer together; try again when somebody was faster.
use crate::{
    Bank,
    answer::{Answer, Failure, No, record},
    book::{Change, Due, Kept},
    call::{Call, NewPayment, NewPayout},
    card::{Card, Fault},
    now,
    payment::{DROPPED, Payment, Refund, RefundStatus, Verdict},
    payout::{Payout, PayoutStatus},
    webhook::Notify,
};
use kernel::Timestamp;
use platform_sql::SqlError;
use serde_json::json;
use std::time::Duration;
use uuid::Uuid;

/// How long a key is remembered (api: a provider's memory). Effects know their keys for ever.
const MEMORY: Duration = Duration::from_secs(24 * 3600);
/// How often a change is planned anew when somebody was faster.
const ATTEMPTS: usize = 16;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Arrival {
    Now,
    /// It was parked, and nobody waits for its answer any more.
    Late,
}

/// What was decided: what to say, what is new in the book, what follows by itself.
pub(crate) struct Done {
    pub answer: Answer,
    pub payment: Option<Payment>,
    pub payout: Option<Payout>,
    pub due: Option<(Due, Duration)>,
    /// Whether a repeat hears the same. A refund under way is no answer yet: who asks again hears how it stands by then.
    pub is_final: bool,
}

/// Who hears of a change without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// The answer says it.
    ByAnswer,
    ByWebhook,
}

pub(crate) fn id(prefix: &str) -> String {
    format!("{prefix}_{}", Uuid::now_v7().simple())
}

pub(crate) fn forgotten(now: Timestamp) -> Timestamp {
    now - MEMORY
}

/// A payout, and what is new in the book of it.
pub(crate) fn told(payout: &Payout, changed: Option<Payout>) -> Done {
    Done { answer: Answer::ok(payout), payment: None, payout: changed, due: None, is_final: true }
}

impl Bank {
    pub(crate) async fn perform(&self, key: &str, call: &Call) -> Result<Answer, Failure> {
        let outcome = self.again(key, call, Arrival::Now).await;
        if matches!(outcome, Err(Failure::Lost)) {
            tokio::time::sleep(self.config.hang).await;
        }
        outcome
    }

    /// A parked request comes in.
    pub(crate) async fn arrive(&self, key: &str, call: &Call) -> Result<(), SqlError> {
        match self.again(key, call, Arrival::Late).await {
            Err(Failure::Book(error)) => Err(error),
            Ok(_) | Err(Failure::Lost) => Ok(()),
            Err(Failure::No(_)) => {
                let mut change = Change::default();
                change.ended(&Due::Arrive { key: key.to_string(), call: call.clone() });
                self.book.write(change).await
            }
        }
    }

    async fn again(&self, key: &str, call: &Call, arrival: Arrival) -> Result<Answer, Failure> {
        for _ in 0..ATTEMPTS {
            match self.once(key, call, arrival).await {
                Err(Failure::Book(SqlError::Stale { .. } | SqlError::Conflict { .. })) => continue,
                outcome => return outcome,
            }
        }
        Err(No::conflict("contended", "somebody was faster, every time").into())
    }

    async fn once(&self, key: &str, call: &Call, arrival: Arrival) -> Result<Answer, Failure> {
        let (now, fingerprint) = (now(), call.fingerprint()?);
        if let Some(kept) = self.book.answer(key, forgotten(now)).await? {
            let same = kept.fingerprint == fingerprint;
            return if same { Ok(kept.answer) } else { Err(No::key_reused().into()) };
        }
        let payment = self.named(call).await?;
        let fault = call.act().and_then(|act| match (call, &payment) {
            (Call::Authorize(new), _) => Card::of(&new.card_token)?.fault(act),
            (_, payment) => payment.as_ref()?.fault(act),
        });
        if arrival == Arrival::Now && self.lose(key, call, fault).await? {
            return Err(Failure::Lost);
        }
        let done = self.decide(key, call, payment).await?;
        let is_answered = arrival == Arrival::Now && fault != Some(Fault::After);
        let heard = if is_answered { Told::ByAnswer } else { Told::ByWebhook };
        let mut change = Change::default();
        if done.is_final {
            let kept = Kept { fingerprint, answer: done.answer.clone() };
            change.answer(key, kept, (now, forgotten(now)));
        }
        if arrival == Arrival::Late {
            change.ended(&Due::Arrive { key: key.to_string(), call: call.clone() });
        }
        let answer = done.answer.clone();
        self.put(change, done, heard).await?;
        if is_answered || arrival == Arrival::Late { Ok(answer) } else { Err(Failure::Lost) }
    }

    /// Whether this request gets lost on its way; what has to be remembered of it is written down.
    async fn lose(&self, key: &str, call: &Call, fault: Option<Fault>) -> Result<bool, Failure> {
        let mut change = Change::default();
        match fault {
            Some(Fault::Before) if !self.book.was_swallowed(key).await? => change.swallowed(key),
            Some(Fault::Late) => {
                change.later(&Due::Arrive { key: key.to_string(), call: call.clone() }, now() + self.config.late)?;
            }
            _ => return Ok(false),
        }
        self.book.write(change).await?;
        self.due.notify_one();
        Ok(true)
    }

    async fn named(&self, call: &Call) -> Result<Option<Payment>, Failure> {
        Ok(match call {
            Call::Authorize(NewPayment { attempt, .. }) | Call::VoidAttempt { attempt } => {
                self.book.attempt(attempt).await?
            }
            Call::Capture { payment, .. } | Call::Void { payment } | Call::Refund { payment, .. } => {
                Some(self.book.payment(payment).await?.filter(|p| p.arrived).ok_or(No::not_found())?)
            }
            Call::PayOut(_) => None,
        })
    }

    async fn decide(&self, key: &str, call: &Call, payment: Option<Payment>) -> Result<Done, Failure> {
        match (call, payment) {
            (Call::Authorize(new), payment) => Ok(self.authorize(new, payment)?),
            (Call::Capture { amount, .. }, Some(mut p)) => {
                let outcome = p.capture(key, *amount);
                Ok(self.changed(p, outcome))
            }
            (Call::Void { .. } | Call::VoidAttempt { .. }, Some(mut p)) => {
                let outcome = p.void();
                Ok(self.changed(p, outcome))
            }
            (Call::VoidAttempt { attempt }, None) => Ok(self.changed(Payment::tombstone(id("bp"), attempt), Ok(true))),
            (Call::Refund { amount, .. }, Some(p)) => Ok(self.refund(p, key, *amount)),
            (Call::PayOut(new), _) => self.pay_out(key, new).await,
            (Call::Capture { .. } | Call::Void { .. } | Call::Refund { .. }, None) => Err(No::not_found().into()),
        }
    }

    fn authorize(&self, new: &NewPayment, payment: Option<Payment>) -> Result<Done, No> {
        let card = Card::of(&new.card_token).ok_or(No::invalid("this bank knows no such card"))?;
        match payment {
            None => {
                let payment = Payment::new(id("bp"), new, card);
                let decide = |verdict| Due::Decide { payment: payment.id.clone(), verdict };
                let due = match card {
                    Card::Slow => Some((decide(Verdict::Yes), self.config.slow)),
                    Card::SlowDeclined => Some((decide(Verdict::No), self.config.slow)),
                    _ => None,
                };
                Ok(Done { due, ..self.changed(payment, Ok(true)) })
            }
            Some(p) if !p.arrived => Ok(self.changed(p.arrive(new), Ok(true))),
            Some(p) if p.is(new) => Ok(self.changed(p, Ok(false))),
            Some(_) => Err(No::conflict("attempt_reused", "this attempt was made with other contents")),
        }
    }

    fn refund(&self, mut p: Payment, key: &str, amount: i64) -> Done {
        let refund = |status| Refund { id: id("br"), key: key.to_string(), amount, status };
        let (refund, verdict) = match p.card() {
            Some(Card::RefundFails) => (refund(RefundStatus::Failed), None),
            Some(Card::RefundSlow) => (refund(RefundStatus::Pending), Some(Verdict::Yes)),
            Some(Card::RefundSlowFails) => (refund(RefundStatus::Pending), Some(Verdict::No)),
            _ => (refund(RefundStatus::Done), None),
        };
        let (payment, id) = (p.id.clone(), refund.id.clone());
        let settle = |verdict| (Due::SettleRefund { payment, refund: id, verdict }, self.config.slow);
        let outcome = p.refund(refund);
        let due = if outcome == Ok(true) { verdict.map(settle) } else { None };
        let is_under_way = p.refunds.iter().any(|r| r.key == key && r.status == RefundStatus::Pending);
        let done = self.changed(p, outcome);
        Done { due, is_final: done.is_final && !is_under_way, ..done }
    }

    async fn pay_out(&self, key: &str, new: &NewPayout) -> Result<Done, Failure> {
        if let Some(paid) = self.book.payout_by_key(key).await? {
            return match (&paid.vendor, paid.amount) == (&new.vendor, new.amount) {
                true => Ok(told(&paid, None)),
                false => Err(No::key_reused().into()),
            };
        }
        let NewPayout { vendor, amount, currency } = new.clone();
        let (id, key, currency, status) = (id("bo"), key.to_string(), currency.to_string(), PayoutStatus::Pending);
        let payout = Payout { id, key, vendor, amount, currency, status, version: 1 };
        let due = (Due::PayOut { payout: payout.id.clone() }, self.config.slow);
        Ok(Done { due: Some(due), ..told(&payout, Some(payout.clone())) })
    }

    /// A no may change the payment too: that is what a dropped authorization does.
    pub(crate) fn changed(&self, mut p: Payment, outcome: Result<bool, No>) -> Done {
        let is_changed = match &outcome {
            Ok(is_changed) => *is_changed,
            Err(no) => no.code == DROPPED,
        };
        p.version += i64::from(is_changed);
        let answer = match outcome {
            Ok(_) => record(&p, &self.url),
            Err(no) => Answer::from(no),
        };
        let is_final = matches!(answer.status, 200 | 422);
        Done { answer, payment: is_changed.then_some(p), payout: None, due: None, is_final }
    }

    /// Writes it all, in one batch.
    pub(crate) async fn put(&self, mut change: Change, done: Done, told: Told) -> Result<(), Failure> {
        let (now, manner, event) = (now(), self.manner(), id("evt"));
        let mut news = None;
        if let Some(p) = &done.payment {
            change.payment(p, now);
            news = Some(
                json!({"id": event, "type": "payment.changed", "payment": p.id, "attempt": p.attempt, "payout": ""}),
            );
        }
        if let Some(p) = &done.payout {
            change.payout(p, now);
            news = Some(json!({"id": event, "type": "payout.changed", "payment": "", "attempt": "", "payout": p.id}));
        }
        let rings = manner.url.is_some() && (told == Told::ByWebhook || manner.notify == Notify::Every);
        let news = news.filter(|_| rings);
        if let Some(body) = &news {
            change.webhook(&event, body.to_string(), manner.due(now));
        }
        if let Some((due, after)) = &done.due {
            change.later(due, now + *after)?;
        }
        self.book.write(change).await?;
        if news.is_some() {
            self.bell.notify_one();
        }
        if done.due.is_some() {
            self.due.notify_one();
        }
        Ok(())
    }
}
