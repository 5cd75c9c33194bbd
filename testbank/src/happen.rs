//! What happens without a request of the shop: due work, the customer's word, the issuer's, the clerk's at the test desk.
use crate::{
    Bank,
    answer::{Answer, Failure, No},
    bank::{Told, told},
    book::{Change, Due},
    now,
    payment::Payment,
    payout::PayoutStatus,
};
use kernel::Timestamp;
use platform_sql::SqlError;

impl Bank {
    /// All that is due, and when the next is.
    pub(crate) async fn work(&self) -> Result<Option<Timestamp>, SqlError> {
        self.work_until(now()).await?;
        self.book.next_due().await
    }

    /// How many things happened.
    pub(crate) async fn work_until(&self, until: Timestamp) -> Result<usize, SqlError> {
        let mut happened = 0;
        loop {
            let due = self.book.due(until).await?;
            if due.is_empty() {
                return Ok(happened);
            }
            for due in due {
                self.happen(&due).await?;
                happened += 1;
            }
        }
    }

    async fn happen(&self, due: &Due) -> Result<(), SqlError> {
        let outcome = match due {
            Due::Arrive { key, call } => return self.arrive(key, call).await,
            Due::Decide { payment, verdict } => self.alter(payment, Some(due), |p| Ok(p.decide(*verdict))).await,
            Due::SettleRefund { payment, refund, verdict } => {
                self.alter(payment, Some(due), |p| Ok(p.settle_refund(refund, *verdict))).await
            }
            Due::PayOut { payout } => self.settle_payout(payout, Some(due), PayoutStatus::Paid).await,
        };
        match outcome {
            Err(Failure::Book(error)) => Err(error),
            _ => Ok(()),
        }
    }

    /// Changes a payment and rings; `ended` is what this brings to its end, in the same batch.
    pub(crate) async fn alter(
        &self,
        payment: &str,
        ended: Option<&Due>,
        act: impl Fn(&mut Payment) -> Result<bool, No>,
    ) -> Result<Answer, Failure> {
        loop {
            let mut p = self.book.payment(payment).await?.ok_or(No::not_found())?;
            let outcome = act(&mut p);
            let done = self.changed(p, outcome);
            let (mut change, answer) = (Change::default(), done.answer.clone());
            ended.into_iter().for_each(|due| change.ended(due));
            match self.put(change, done, Told::ByWebhook).await {
                Err(Failure::Book(SqlError::Stale { .. })) => continue,
                written => return written.map(|()| answer),
            }
        }
    }

    /// A bounce may come after the payout was paid; nothing comes after a bounce.
    pub(crate) async fn settle_payout(
        &self,
        id: &str,
        ended: Option<&Due>,
        status: PayoutStatus,
    ) -> Result<Answer, Failure> {
        loop {
            let mut payout = self.book.payout(id).await?.ok_or(No::not_found())?;
            let mut change = Change::default();
            ended.into_iter().for_each(|due| change.ended(due));
            let is_legal = match payout.status {
                PayoutStatus::Pending => status != PayoutStatus::Pending,
                PayoutStatus::Paid => status == PayoutStatus::Bounced,
                PayoutStatus::Bounced => false,
            };
            if is_legal {
                payout.status = status;
                payout.version += 1;
            }
            let done = told(&payout, is_legal.then(|| payout.clone()));
            let answer = done.answer.clone();
            match self.put(change, done, Told::ByWebhook).await {
                Err(Failure::Book(SqlError::Stale { .. })) => continue,
                written => return written.map(|()| answer),
            }
        }
    }
}
