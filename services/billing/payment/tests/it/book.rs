//! The payments' port in memory: what the use cases need of a store, and nothing else.
use kernel::{AttemptId, Currency, OrderId, PayoutId, Timestamp, VendorId};
use payment::{
    domain::{Event, Payment, Payout},
    ports::{PaymentChange, Payments, PayoutChange, Payouts, Statements},
    views::{Balance, Posted, Queued},
};
use platform::{
    page::{Page, Slice},
    store::StoreError,
};
use std::{collections::BTreeMap, sync::Mutex};
use uuid::Uuid;

#[derive(Default)]
pub struct Memory {
    payments: Mutex<BTreeMap<OrderId, Payment>>,
    /// What was ever said, in order.
    pub events: Mutex<Vec<(OrderId, Event)>>,
}

#[platform::async_trait]
impl Payments for Memory {
    async fn find(&self, order: OrderId) -> Result<Option<Payment>, StoreError> {
        tokio::task::yield_now().await;
        Ok(self.payments.lock().unwrap().get(&order).cloned())
    }
    async fn order_of(&self, attempt: AttemptId) -> Result<Option<OrderId>, StoreError> {
        let payments = self.payments.lock().unwrap();
        Ok(payments.values().find(|p| p.attempts.iter().any(|a| a.id == attempt)).map(|p| p.order))
    }
    async fn save(&self, change: PaymentChange<'_>, _: Timestamp) -> Result<(), StoreError> {
        let moves = change.events.iter().filter(|e| e.is_move()).count() as i64;
        let before = change.state.version - moves;
        let mut payments = self.payments.lock().unwrap();
        if payments.get(&change.state.order).map_or(0, |p| p.version) != before {
            return Err(StoreError::Stale);
        }
        let live = change.state.attempts.iter().filter(|a| a.is_live()).count();
        assert!(live <= 1, "two attempts at once");
        payments.insert(change.state.order, change.state.clone());
        self.events.lock().unwrap().extend(change.events.into_iter().map(|e| (change.state.order, e)));
        Ok(())
    }
    async fn due(&self, now: Timestamp) -> Result<Vec<OrderId>, StoreError> {
        let payments = self.payments.lock().unwrap();
        Ok(payments.values().filter(|p| p.due.is_some_and(|due| due <= now)).map(|p| p.order).collect())
    }
    async fn claim(&self, order: OrderId, now: Timestamp, until: Timestamp) -> Result<bool, StoreError> {
        let mut payments = self.payments.lock().unwrap();
        let Some(payment) = payments.get_mut(&order).filter(|p| p.due.is_some_and(|due| due <= now)) else {
            return Ok(false);
        };
        payment.due = Some(until);
        Ok(true)
    }
    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.payments.lock().unwrap().values().filter_map(|p| p.due).min())
    }
}

/// For worlds that pay nobody out and show nothing.
pub struct Nothing;

#[platform::async_trait]
impl Payouts for Nothing {
    async fn unclaimed(&self, _: VendorId, _: Currency) -> Result<i64, StoreError> {
        Ok(0)
    }
    async fn find(&self, _: PayoutId) -> Result<Option<Payout>, StoreError> {
        Ok(None)
    }
    async fn named(&self, _: &str) -> Result<Option<Payout>, StoreError> {
        Ok(None)
    }
    async fn save(&self, _: PayoutChange<'_>, _: Timestamp) -> Result<(), StoreError> {
        Err(StoreError::Unavailable)
    }
    async fn due(&self, _: Timestamp) -> Result<Vec<PayoutId>, StoreError> {
        Ok(vec![])
    }
    async fn claim(&self, _: PayoutId, _: Timestamp, _: Timestamp) -> Result<bool, StoreError> {
        Ok(false)
    }
    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(None)
    }
}

#[platform::async_trait]
impl Statements for Nothing {
    async fn balances(&self, _: VendorId) -> Result<Vec<Balance>, StoreError> {
        Ok(vec![])
    }
    async fn entries(&self, _: VendorId, page: &Page<(Uuid, i64)>) -> Result<Slice<Posted, (Uuid, i64)>, StoreError> {
        Ok(page.slice(vec![], |p: &Posted| (p.transaction, p.line)))
    }
    async fn queue(
        &self,
        page: &Page<(Timestamp, String, String)>,
    ) -> Result<Slice<Queued, (Timestamp, String, String)>, StoreError> {
        Ok(page.slice(vec![], |q: &Queued| (q.at, q.subject.clone(), q.kind.clone())))
    }
}
