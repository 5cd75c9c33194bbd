//! Reserve, ask, settle or release. Unknown stays reserved and is asked again.
use super::{ATTEMPTS, Payments};
use crate::{
    Error,
    domain::{
        AskedBack, Errand, Payment,
        ledger::{Refund, RefundState},
    },
};
use kernel::OrderId;
use platform::store::{Change, StoreError};

pub struct AskRefund {
    pub order: OrderId,
    pub asked: AskedBack,
}

/// A refund, and the payment it belongs to.
pub struct Refunded {
    pub payment: Payment,
    pub refund: Refund,
}

impl Payments {
    pub async fn refund(&self, command: AskRefund) -> Result<Refunded, Error> {
        let AskRefund { order, asked } = command;
        let key = asked.key.clone();
        for _ in 0..ATTEMPTS {
            let mut payment = self.book.find(order).await?.ok_or(Error::NotTaken)?;
            let moment = self.moment();
            let events = payment.refund(asked.clone(), &moment)?;
            if events.is_empty() {
                self.ring(payment.due);
                return refunded(payment, &key);
            }
            match self.book.save(Change::new(&payment, events), moment.business).await {
                Err(StoreError::Stale) => continue,
                Err(error) => return Err(error.into()),
                Ok(()) => return refunded(self.give_back(payment, &key).await?, &key),
            }
        }
        Err(Error::Contended)
    }

    async fn give_back(&self, payment: Payment, key: &str) -> Result<Payment, Error> {
        let open = payment.refund_by_key(key).filter(|r| r.state == RefundState::Refunding).map(|r| r.id);
        match (open, payment.authorized().map(|a| a.id)) {
            (Some(refund), Some(attempt)) => self.run(payment, Errand::Refund(attempt, refund)).await,
            _ => Ok(payment),
        }
    }
}

fn refunded(payment: Payment, key: &str) -> Result<Refunded, Error> {
    match payment.refund_by_key(key).cloned() {
        Some(refund) if refund.state == RefundState::Refused => Err(Error::RefundRefused),
        Some(refund) => Ok(Refunded { payment, refund }),
        None => Err(Error::Contended),
    }
}
