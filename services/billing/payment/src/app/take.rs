//! The pivot: from its write on, the order can't be cancelled any more, only refunded.
use super::{ATTEMPTS, Payments};
use crate::{
    Error,
    domain::{Errand, Payment, State},
};
use kernel::OrderId;
use platform::store::{Change, StoreError};

impl Payments {
    /// `taken`, or `taking` when the provider has not answered: ask again.
    pub async fn take(&self, order: OrderId) -> Result<Payment, Error> {
        for _ in 0..ATTEMPTS {
            let mut payment = self.book.find(order).await?.ok_or(Error::NotAuthorized)?;
            let moment = self.moment();
            let events = payment.take(&moment)?;
            if events.is_empty() {
                self.ring(payment.due);
                return Ok(payment);
            }
            match self.book.save(Change::new(&payment, events), moment.business).await {
                Err(StoreError::Stale) => continue,
                Err(error) => return Err(error.into()),
                Ok(()) => return self.capture(payment).await,
            }
        }
        Err(Error::Contended)
    }

    async fn capture(&self, payment: Payment) -> Result<Payment, Error> {
        let payment = match (payment.state, payment.authorized().map(|a| a.id)) {
            (State::Taking, Some(attempt)) => self.run(payment, Errand::Capture(attempt)).await?,
            _ => payment,
        };
        match payment.state {
            State::Closed => Err(Error::Closed(payment.reason.unwrap_or_default())),
            _ => Ok(payment),
        }
    }
}
