//! Whether the money moves or never will: this answer, and nothing else, decides between undoing and going on (checkout 4).
use super::{ATTEMPTS, Payments};
use crate::{Error, domain::Payment};
use kernel::{OrderId, PaymentId};
use platform::store::{Change, StoreError};

pub struct VoidPayment {
    /// Of the row that is written when there is none.
    pub payment: PaymentId,
    pub order: OrderId,
    pub reason: String,
}

impl Payments {
    /// The payment as it is then: `closed` is yes. What is live at the provider is voided there afterwards, by our own list.
    pub async fn void(&self, command: VoidPayment) -> Result<Payment, Error> {
        let VoidPayment { payment: id, order, reason } = command;
        for _ in 0..ATTEMPTS {
            let moment = self.moment();
            let (payment, events) = match self.book.find(order).await? {
                None => Payment::forestall(id, order, &reason, &moment),
                Some(mut payment) => match payment.void(&reason, &moment) {
                    (_, events) if events.is_empty() => {
                        self.ring(payment.due);
                        return Ok(payment);
                    }
                    (_, events) => (payment, events),
                },
            };
            match self.book.save(Change::new(&payment, events), moment.business).await {
                Err(StoreError::Stale) => continue,
                Err(error) => return Err(error.into()),
                Ok(()) => {
                    self.ring(payment.due);
                    return Ok(payment);
                }
            }
        }
        Err(Error::Contended)
    }
}
