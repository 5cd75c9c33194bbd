//! A webhook is a doorbell: the provider's whole record is read, and only that is believed.
use super::Payments;
use crate::{
    Error,
    domain::{Errand, Told},
};
use kernel::AttemptId;

impl Payments {
    /// The same twice, late or out of order changes nothing. One that is not about us is heard, and that's all.
    pub async fn hear_doorbell(&self, attempt: AttemptId) -> Result<(), Error> {
        let Some(order) = self.book.order_of(attempt).await? else {
            tracing::info!(attempt_id = %attempt, "a doorbell for an attempt of nobody");
            return Ok(());
        };
        let payment = self.book.find(order).await?.ok_or(Error::NoPayment)?;
        let told = self.provider.look_up(attempt).await;
        if let Told::Unknown(_) = told {
            return Err(Error::RecordAway);
        }
        self.believe(payment, &Errand::LookUp(attempt), &told).await.map(drop)
    }

    /// The same for a payout, by the bank's name for it.
    pub async fn hear_payout_bell(&self, bank_id: &str) -> Result<(), Error> {
        match self.payouts.named(bank_id).await?.filter(|p| !p.is_over()) {
            Some(payout) => self.ask_bank(payout).await.map(drop),
            None => Ok(()),
        }
    }
}
