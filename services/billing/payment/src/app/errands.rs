//! Asks the provider, believes what it says, writes it: at once for who asked, later for what was left open.
use super::{ATTEMPTS, Payments};
use crate::{
    Error,
    domain::{Errand, Payment, Told},
    ports::Asking,
};
use futures::{StreamExt, stream};
use kernel::{OrderId, Timestamp};
use platform::store::{Change, StoreError};

/// Payments whose errands are done side by side: one that hangs must not hold the others up.
const AT_ONCE: usize = 32;

impl Payments {
    /// Goes on when its caller is dropped.
    pub(super) async fn run(&self, payment: Payment, errand: Errand) -> Result<Payment, Error> {
        let app = self.clone();
        self.through(async move { app.run_here(payment, errand).await }).await
    }

    pub(super) async fn run_here(&self, payment: Payment, errand: Errand) -> Result<Payment, Error> {
        let told = self.call(&payment, &errand).await;
        if let Told::Unknown(why) = &told {
            tracing::warn!(order_id = %payment.order, ?errand, why, "the provider did not answer");
        }
        let due = payment.due;
        let written = self.believe(payment, &errand, &told).await;
        if written.is_err() {
            // It stays due; nobody else knows of it yet.
            self.ring(due);
        }
        written
    }

    pub(super) async fn believe(&self, mut payment: Payment, errand: &Errand, told: &Told) -> Result<Payment, Error> {
        for _ in 0..ATTEMPTS {
            let (moment, mut heard) = (self.moment(), payment.clone());
            let events = heard.hear(errand, told, &moment);
            if events.is_empty() && heard.due == payment.due {
                return Ok(payment);
            }
            match self.book.save(Change::new(&heard, events), moment.business).await {
                Err(StoreError::Stale) => payment = self.book.find(payment.order).await?.ok_or(Error::NoPayment)?,
                Err(error) => return Err(error.into()),
                Ok(()) => {
                    self.ring(heard.due);
                    return Ok(heard);
                }
            }
        }
        Err(Error::Contended)
    }

    async fn call(&self, payment: &Payment, errand: &Errand) -> Told {
        let Some(asking) = asking(payment, errand) else { return Told::Unknown("no such attempt".into()) };
        match errand {
            Errand::Capture(_) => self.provider.capture(&asking).await,
            Errand::Void(_) => self.provider.void(&asking).await,
            Errand::Refund(..) => self.provider.refund(&asking).await,
            Errand::LookUp(attempt) => self.provider.look_up(*attempt).await,
            Errand::Authorize(attempt) => {
                let card = payment.attempts.iter().find(|a| a.id == *attempt).and_then(|a| a.card.as_ref());
                match card {
                    Some(card) => self.provider.authorize(&asking, card).await,
                    None => self.provider.look_up(*attempt).await,
                }
            }
        }
    }

    /// What is due by now; answers when the next is. (`_now` is business time, errands go by the machine's.)
    pub async fn run_errands(&self, _now: Timestamp) -> Result<Option<Timestamp>, Error> {
        loop {
            let now = self.machine.now();
            let orders = self.book.due(now).await?;
            if orders.is_empty() {
                return Ok(self.book.next_due().await?.map(|at| self.on_the_clock(at)));
            }
            let done = stream::iter(orders).map(|order| self.errands_of(order, now)).buffer_unordered(AT_ONCE);
            let outcomes: Vec<Result<(), Error>> = done.collect().await;
            outcomes.into_iter().collect::<Result<(), Error>>()?;
        }
    }

    async fn errands_of(&self, order: OrderId, now: Timestamp) -> Result<(), Error> {
        if !self.book.claim(order, now, now + self.windows.lease).await? {
            return Ok(());
        }
        let Some(mut payment) = self.book.find(order).await? else { return Ok(()) };
        let errands = payment.errands(&self.moment());
        if errands.is_empty() {
            payment.due = None;
            return match self.book.save(Change::new(&payment, vec![]), self.clock.now()).await {
                Ok(()) | Err(StoreError::Stale) => Ok(()),
                Err(error) => Err(error.into()),
            };
        }
        for errand in errands {
            payment = self.run(payment, errand).await?;
        }
        Ok(())
    }
}

fn asking(payment: &Payment, errand: &Errand) -> Option<Asking> {
    let attempt = payment.attempts.iter().find(|a| a.id == errand.attempt())?;
    let charge = &payment.terms.as_ref()?.charge;
    let (order, id) = (payment.order, attempt.id);
    let key = |act: &str| format!("{order}/{id}/{act}");
    let (key, amount) = match errand {
        Errand::Authorize(_) => (key("authorize"), attempt.amount),
        Errand::Capture(_) => (key("capture"), attempt.amount),
        Errand::Void(_) => (key("void"), attempt.amount),
        Errand::LookUp(_) => (key("look_up"), attempt.amount),
        Errand::Refund(_, refund) => {
            let refund = charge.refunds.iter().find(|r| r.id == *refund)?;
            (payment.refund_key(refund.id), refund.money.card)
        }
    };
    Some(Asking { key, order, attempt: id, bank_id: attempt.bank_id.clone(), amount, currency: charge.currency })
}
