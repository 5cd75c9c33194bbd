//! Our row is written before the provider is called; afterwards the row answers.
use super::Payments;
use crate::{
    Error,
    domain::{CardToken, Errand, GiftCardId, Moment, Opening, Payment, Standing, State, Terms, ledger::Charge},
};
use kernel::{AttemptId, OrderId, PaymentId};
use platform::store::{Change, StoreError};

pub struct Authorize {
    pub payment: PaymentId,
    pub attempt: AttemptId,
    pub order: OrderId,
    pub total: i64,
    pub charge: Charge,
    pub gift_card: Option<GiftCardId>,
    pub card: Option<CardToken>,
    pub client_reference: String,
    /// Of the contents of the call.
    pub fingerprint: [u8; 32],
}

impl Payments {
    /// Repeats answer from the record. What the payment's `standing` is, is the answer.
    pub async fn authorize(&self, command: Authorize) -> Result<Payment, Error> {
        let (order, fingerprint) = (command.order, command.fingerprint);
        let moment = self.moment();
        let (payment, events) = command.open(&moment)?;
        let payment = match self.book.save(Change::new(&payment, events), moment.business).await {
            Ok(()) => self.asked(payment).await?,
            // There before; or else what was to be held of wallet or gift card is not there.
            Err(StoreError::Stale) => {
                let before = self.book.find(order).await?.ok_or(Error::NotCovered)?;
                before.repeats(&fingerprint)?;
                self.again(before).await?
            }
            Err(error) => return Err(error.into()),
        };
        payment.standing()?;
        Ok(payment)
    }

    /// The first call to the provider, for an attempt that was just written.
    pub(super) async fn asked(&self, payment: Payment) -> Result<Payment, Error> {
        let Some(attempt) = payment.attempts.last().map(|a| a.id) else { return Ok(payment) };
        self.run(payment, Errand::Authorize(attempt)).await
    }

    /// Who asks again may have come back from the bank's page: look, before the bank's doorbell is heard.
    async fn again(&self, payment: Payment) -> Result<Payment, Error> {
        self.ring(payment.due);
        let waits = matches!(payment.standing(), Ok(Standing::NeedsCustomer(_))) && payment.state == State::Open;
        match payment.attempts.last().map(|a| a.id) {
            Some(attempt) if waits => self.run(payment, Errand::LookUp(attempt)).await,
            _ => Ok(payment),
        }
    }
}

impl Authorize {
    fn open(self, moment: &Moment) -> Result<(Payment, Vec<crate::domain::Event>), Error> {
        let Authorize { payment: id, attempt, order, total, charge, gift_card, card, client_reference, fingerprint } =
            self;
        let terms = Terms { fingerprint, client_reference, gift_card, charge };
        Ok(Payment::open(Opening { id, order, total, terms, attempt, card }, moment)?)
    }
}
