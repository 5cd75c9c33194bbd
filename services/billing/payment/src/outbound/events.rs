//! Domain event → public event, one a version. What only moves money inside has none.
use crate::domain::{AttemptState, Event, Payment, Payout, PayoutEvent, Problem, State};
use contracts::payment as pb;
use kernel::{AttemptId, DisputeId, RefundId, Timestamp};
use platform::store::Fact;

pub fn facts(payment: &Payment, events: &[Event], now: Timestamp) -> Vec<Fact> {
    let moves = events.iter().filter(|e| e.is_move());
    let before = payment.version - i64::try_from(moves.clone().count()).unwrap_or_default();
    let versions = before + 1..;
    moves.zip(versions).filter_map(|(event, version)| Told { payment, version, now }.fact(event)).collect()
}

pub fn payout_facts(payout: &Payout, events: &[PayoutEvent], now: Timestamp) -> Vec<Fact> {
    let paid = |event: &&PayoutEvent| matches!(event, PayoutEvent::Paid(_));
    let fact = |_: &PayoutEvent| {
        let Payout { id, vendor, currency, amount, version, .. } = payout;
        let (payout, vendor, currency) = (id.to_string(), vendor.to_string(), currency.to_string());
        Fact::of(("payout", id, *version), &pb::PayoutPaid { payout, vendor, currency, amount: *amount }, now)
    };
    events.iter().filter(paid).map(fact).collect()
}

struct Told<'a> {
    payment: &'a Payment,
    version: i64,
    now: Timestamp,
}

impl Told<'_> {
    fn fact(&self, event: &Event) -> Option<Fact> {
        match event {
            Event::Opened if self.payment.attempts.is_empty() => self.authorized(),
            Event::Attempted(id) => self.attempted(*id),
            Event::Taken(_) => self.captured(),
            Event::Closed => self.closed(),
            Event::Settled(id, _) | Event::Reported(id, _) => self.refunded(*id),
            Event::DisputeOpened(id, _) => self.disputed(*id),
            Event::Opened
            | Event::Asked(_)
            | Event::Taking
            | Event::Reserved(_)
            | Event::Released(_)
            | Event::DisputeClosed(..)
            | Event::Queued(..) => None,
        }
    }

    fn say<M: prost::Message + prost::Name>(&self, message: &M) -> Option<Fact> {
        Some(Fact::of(("payment", self.payment.id, self.version), message, self.now))
    }
    fn ids(&self) -> (String, String) {
        (self.payment.id.to_string(), self.payment.order.to_string())
    }

    /// Nobody waits for the attempts of a payment that closed.
    fn attempted(&self, id: AttemptId) -> Option<Fact> {
        let attempt = self.payment.attempts.iter().find(|a| a.id == id)?;
        if self.payment.state == State::Closed {
            return None;
        }
        let problem = match (attempt.state, attempt.problem) {
            (AttemptState::Asked, _) => return None,
            (AttemptState::Authorized, _) => return self.authorized(),
            (AttemptState::Waiting, _) => "needs_customer",
            (AttemptState::Voided, _) => "voided",
            (AttemptState::Declined, Some(Problem::InsufficientFunds)) => "insufficient_funds",
            (AttemptState::Declined, _) => "declined",
        };
        let ((payment, order), problem) = (self.ids(), problem.to_string());
        self.say(&pb::PaymentFailed { payment, order, problem })
    }
    fn authorized(&self) -> Option<Fact> {
        let (payment, order) = self.ids();
        self.say(&pb::PaymentAuthorized { payment, order })
    }
    fn captured(&self) -> Option<Fact> {
        let ((payment, order), charge) = (self.ids(), &self.payment.terms.as_ref()?.charge);
        let (currency, amount) = (charge.currency.to_string(), charge.total());
        self.say(&pb::PaymentCaptured { payment, order, currency, amount })
    }
    fn closed(&self) -> Option<Fact> {
        let ((payment, order), reason) = (self.ids(), self.payment.reason.clone().unwrap_or_default());
        self.say(&pb::PaymentClosed { payment, order, reason })
    }
    fn refunded(&self, id: RefundId) -> Option<Fact> {
        let ((payment, order), charge) = (self.ids(), &self.payment.terms.as_ref()?.charge);
        let amount = charge.refunds.iter().find(|r| r.id == id)?.money.total();
        let (refund, currency) = (id.to_string(), charge.currency.to_string());
        self.say(&pb::PaymentRefunded { payment, order, refund, currency, amount })
    }
    fn disputed(&self, id: DisputeId) -> Option<Fact> {
        let ((payment, order), charge) = (self.ids(), &self.payment.terms.as_ref()?.charge);
        let amount = charge.disputes.iter().find(|d| d.id == id)?.amount;
        self.say(&pb::DisputeOpened { payment, order, dispute: id.to_string(), amount })
    }
}
