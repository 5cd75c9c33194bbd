//! Another card, while the payment is open and the last one is definitely declined or voided.
use super::{ATTEMPTS, Payments};
use crate::{
    Error,
    domain::{CardToken, Errand, Payment, Refused},
};
use kernel::{AttemptId, OrderId};
use platform::store::{Change, StoreError};

pub struct AddAttempt {
    pub attempt: AttemptId,
    pub order: OrderId,
    pub card: CardToken,
    /// A repeat of this step is the same attempt.
    pub step: Option<String>,
}

impl Payments {
    /// An attempt left in 3-D Secure is voided first.
    pub async fn add_attempt(&self, command: AddAttempt) -> Result<Payment, Error> {
        let AddAttempt { attempt, order, card, step } = command;
        for _ in 0..ATTEMPTS {
            let mut payment = self.book.find(order).await?.ok_or(Error::NoPayment)?;
            let moment = self.moment();
            let events = match payment.add_attempt(attempt, card.clone(), step.clone(), &moment) {
                Err(Refused::Left(left)) => {
                    self.leave(payment, left).await?;
                    continue;
                }
                events => events?,
            };
            if events.is_empty() {
                self.ring(payment.due);
                payment.standing()?;
                return Ok(payment);
            }
            match self.book.save(Change::new(&payment, events), moment.business).await {
                Err(StoreError::Stale) => continue,
                Err(error) => return Err(error.into()),
                Ok(()) => {
                    let payment = self.asked(payment).await?;
                    payment.standing()?;
                    return Ok(payment);
                }
            }
        }
        Err(Error::Contended)
    }

    /// Whoever left 3-D Secure is voided at the provider, or we don't know yet.
    async fn leave(&self, payment: Payment, left: AttemptId) -> Result<(), Error> {
        let payment = self.run(payment, Errand::Void(left)).await?;
        let still_live = payment.attempts.iter().any(|a| a.id == left && a.is_live());
        if still_live { Err(Error::Undecided) } else { Ok(()) }
    }
}
