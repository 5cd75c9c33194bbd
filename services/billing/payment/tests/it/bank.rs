//! A bank in this process, with a book of its own, and every way to lose a message.
use kernel::{AttemptId, Id};
use payment::{
    domain::{
        CardToken, Payout, PayoutState, PayoutTold, Problem, Record, ReportedDispute, ReportedRefund, Status, Told,
        ledger::DisputeState,
    },
    ports::{Asking, PayoutBank, Provider},
};
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Mutex, MutexGuard},
    time::Duration,
};
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// It never arrives.
    Before,
    /// It is done, and nobody hears of it.
    After,
    None,
}

#[derive(Default)]
pub struct Book {
    pub records: BTreeMap<AttemptId, Record>,
    /// Attempts voided before they arrived.
    pub tombstones: BTreeSet<AttemptId>,
    /// What happens to the next calls, one after the other.
    pub losses: VecDeque<Loss>,
    /// While set, nothing arrives.
    pub away: bool,
    /// The key of every act that took effect, once.
    pub acts: Vec<String>,
    /// Every key that was sent, effect or not.
    pub sent: Vec<String>,
    pub refuse_refunds: bool,
    pub payouts: BTreeMap<String, PayoutState>,
    /// What new payouts are told.
    pub payout_state: Option<PayoutState>,
}

#[derive(Default)]
pub struct Bank(Mutex<Book>);

impl Bank {
    pub fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap()
    }
    pub fn lose(&self, losses: &[Loss]) {
        self.book().losses.extend(losses);
    }
    /// The one record there is.
    pub fn only(&self) -> Record {
        let book = self.book();
        assert_eq!(book.records.len(), 1);
        book.records.values().next().unwrap().clone()
    }
    pub fn edit(&self, change: impl FnOnce(&mut Record)) {
        change(self.book().records.values_mut().last().expect("a record"));
    }
    pub fn dispute(&self, bank_id: &str, amount: i64, state: DisputeState) {
        self.edit(|record| {
            record.disputes.retain(|d| d.bank_id != bank_id);
            record.disputes.push(ReportedDispute { id: fresh(), bank_id: bank_id.into(), amount, state });
        });
    }
    pub fn captured(&self) -> i64 {
        self.book().records.values().map(|r| r.captured).sum()
    }
    /// Attempts that could still be captured.
    pub fn live(&self) -> usize {
        let live = |r: &&Record| matches!(r.status, Status::Authorized | Status::NeedsAction | Status::Pending);
        self.book().records.values().filter(live).count()
    }

    /// One message: what the losses leave of it.
    fn message(&self, key: &str, act: impl FnOnce(&mut Book) -> Told) -> Told {
        let mut book = self.book();
        book.sent.push(key.into());
        let loss = if book.away { Loss::Before } else { book.losses.pop_front().unwrap_or(Loss::None) };
        if loss == Loss::Before {
            return Told::Unknown("lost on the way there".into());
        }
        let told = act(&mut book);
        if loss == Loss::After { Told::Unknown("lost on the way back".into()) } else { told }
    }
}

fn fresh<K>() -> Id<K> {
    Id::from_uuid(Uuid::now_v7())
}

fn new_record(asking: &Asking, card: &str) -> Record {
    let (status, problem) = match card {
        "tok_declined" => (Status::Declined, Some(Problem::Declined)),
        "tok_insufficient" => (Status::Declined, Some(Problem::InsufficientFunds)),
        "tok_3ds" => (Status::NeedsAction, None),
        "tok_pending" => (Status::Pending, None),
        _ => (Status::Authorized, None),
    };
    let action_url = (status == Status::NeedsAction).then(|| "https://bank.test/ask".to_string());
    Record {
        bank_id: format!("bp_{}", asking.attempt),
        reference: asking.order.to_string(),
        attempt: asking.attempt.to_string(),
        amount: asking.amount + i64::from(card == "tok_other_amount"),
        currency: asking.currency.to_string(),
        status,
        problem,
        action_url,
        captured: 0,
        refunds: vec![],
        disputes: vec![],
    }
}

impl Book {
    fn act(&mut self, key: &str) -> bool {
        let is_new = !self.acts.iter().any(|k| k == key);
        if is_new {
            self.acts.push(key.into());
        }
        is_new
    }
    fn told(&self, attempt: AttemptId) -> Told {
        match self.records.get(&attempt) {
            Some(record) => Told::Record(Box::new(record.clone())),
            None if self.tombstones.contains(&attempt) => Told::Voided,
            None => Told::Nothing,
        }
    }
}

#[platform::async_trait]
impl Provider for Bank {
    async fn authorize(&self, asking: &Asking, card: &CardToken) -> Told {
        if card.expose() == "tok_slow" {
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        let loss = match card.expose() {
            "tok_timeout_before" => Some(Loss::Before),
            "tok_timeout_after" => Some(Loss::After),
            _ => None,
        };
        let is_first = !self.book().sent.contains(&asking.key);
        self.book().losses.extend(loss.filter(|_| is_first));
        self.message(&asking.key, |book| {
            if book.tombstones.contains(&asking.attempt) {
                return Told::Voided;
            }
            if card.expose() == "tok_unknown" {
                return Told::No("card.unknown".into());
            }
            if book.act(&asking.key) {
                book.records.insert(asking.attempt, new_record(asking, card.expose()));
            }
            book.told(asking.attempt)
        })
    }

    async fn capture(&self, asking: &Asking) -> Told {
        self.message(&asking.key, |book| {
            let status = book.records.get(&asking.attempt).map(|r| r.status);
            match status {
                None => return Told::Unknown("404".into()),
                Some(Status::Authorized) if book.act(&asking.key) => {
                    let record = book.records.get_mut(&asking.attempt).unwrap();
                    (record.status, record.captured) = (Status::Captured, asking.amount);
                }
                Some(Status::Captured) => {}
                _ => return Told::No("not_authorized".into()),
            }
            book.told(asking.attempt)
        })
    }

    async fn void(&self, asking: &Asking) -> Told {
        self.message(&asking.key, |book| {
            book.act(&asking.key);
            match book.records.get_mut(&asking.attempt) {
                None => {
                    book.tombstones.insert(asking.attempt);
                }
                Some(record) if record.status == Status::Captured => return Told::No("captured".into()),
                Some(record) if record.status == Status::Declined => {}
                Some(record) => record.status = Status::Voided,
            }
            book.told(asking.attempt)
        })
    }

    async fn refund(&self, asking: &Asking) -> Told {
        self.message(&asking.key, |book| {
            if book.refuse_refunds {
                return Told::No("refund_refused".into());
            }
            if book.act(&asking.key) {
                let record = book.records.get_mut(&asking.attempt).expect("captured");
                let bank_id = format!("rf_{}", record.refunds.len());
                let (id, key, amount) = (fresh(), asking.key.clone(), asking.amount);
                record.refunds.push(ReportedRefund { id, bank_id, key, amount, done: true });
            }
            book.told(asking.attempt)
        })
    }

    async fn look_up(&self, attempt: AttemptId) -> Told {
        self.message("look_up", |book| book.told(attempt))
    }
}

#[platform::async_trait]
impl PayoutBank for Bank {
    async fn pay_out(&self, payout: &Payout) -> PayoutTold {
        let mut book = self.book();
        let (loss, id) = (book.losses.pop_front().unwrap_or(Loss::None), format!("po_{}", payout.id));
        book.sent.push(id.clone());
        if loss == Loss::Before {
            return PayoutTold::Unknown("lost on the way there".into());
        }
        let state = book.payout_state.unwrap_or(PayoutState::Paid);
        let state = *book.payouts.entry(id.clone()).or_insert(state);
        if loss == Loss::After { PayoutTold::Unknown("lost on the way back".into()) } else { PayoutTold::Is(state, id) }
    }

    async fn look_up(&self, bank_id: &str) -> PayoutTold {
        let book = self.book();
        book.payouts.get(bank_id).map_or(PayoutTold::Unknown("404".into()), |s| PayoutTold::Is(*s, bank_id.into()))
    }
}
