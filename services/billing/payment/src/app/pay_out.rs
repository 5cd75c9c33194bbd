//! Pays a vendor what it is owed: claim, ask the bank, and hear how it ended.
use super::{ATTEMPTS, Payments, beside};
use crate::{
    Error,
    domain::{Claim, Payout, PayoutTold},
};
use futures::{StreamExt, stream};
use kernel::{Currency, PayoutId, Timestamp, VendorId};
use platform::{
    ask::Ask,
    store::{Change, StoreError},
};

const AT_ONCE: usize = 8;

pub struct PayOut {
    pub id: PayoutId,
    pub vendor: VendorId,
    pub currency: Currency,
}

impl Payments {
    /// Answers once everything that is owed is claimed; the bank is asked afterwards, and again until it has said how it ended.
    pub async fn pay_out(&self, command: PayOut, ask: &Ask<Payout>) -> Result<Payout, Error> {
        let PayOut { id, vendor, currency } = command;
        for _ in 0..ATTEMPTS {
            let owed = self.payouts.unclaimed(vendor, currency).await?;
            let (claim, moment) = (Claim { id, vendor, currency, owed }, self.moment());
            let claimed = Payout::claim(claim, self.config.payout_terms(), &moment);
            let (payout, events) = claimed.ok_or(Error::NothingToPay)?;
            match self.payouts.save(Change::new(&payout, events).answering(ask), moment.business).await {
                Err(StoreError::Stale) => continue,
                Err(error) => return Err(error.into()),
                Ok(()) => {
                    self.ring_payout(payout.due);
                    let (app, claimed) = (self.clone(), payout.clone());
                    drop(beside(async move { app.ask_bank(claimed).await.map(drop) }));
                    return Ok(payout);
                }
            }
        }
        Err(Error::PayoutUnderWay)
    }

    pub async fn find_payout(&self, id: PayoutId) -> Result<Option<Payout>, Error> {
        Ok(self.payouts.find(id).await?)
    }

    /// What is due by now; answers when the next is.
    pub async fn follow_payouts(&self, _now: Timestamp) -> Result<Option<Timestamp>, Error> {
        loop {
            let now = self.machine.now();
            let due = self.payouts.due(now).await?;
            if due.is_empty() {
                return Ok(self.payouts.next_due().await?.map(|at| self.on_the_clock(at)));
            }
            let done = stream::iter(due).map(|id| self.follow(id, now)).buffer_unordered(AT_ONCE);
            let outcomes: Vec<Result<(), Error>> = done.collect().await;
            outcomes.into_iter().collect::<Result<(), Error>>()?;
        }
    }

    async fn follow(&self, id: PayoutId, now: Timestamp) -> Result<(), Error> {
        if !self.payouts.claim(id, now, now + self.windows.lease).await? {
            return Ok(());
        }
        match self.payouts.find(id).await?.filter(|p| !p.is_over()) {
            Some(payout) => self.ask_bank(payout).await.map(drop),
            None => Ok(()),
        }
    }

    /// The same payout with the same key, while the bank remembers it.
    pub(super) async fn ask_bank(&self, payout: Payout) -> Result<Payout, Error> {
        let told = match &payout.bank_id {
            Some(bank_id) => self.bank.look_up(bank_id).await,
            None if payout.may_resend(&self.moment()) => self.bank.pay_out(&payout).await,
            None => PayoutTold::Unknown("the bank never named it".into()),
        };
        let mut payout = payout;
        for _ in 0..ATTEMPTS {
            let (moment, mut heard) = (self.moment(), payout.clone());
            let events = heard.hear(&told, &moment);
            if events.is_empty() {
                return Ok(payout);
            }
            match self.payouts.save(Change::new(&heard, events), moment.business).await {
                Err(StoreError::Stale) => payout = self.payouts.find(payout.id).await?.ok_or(Error::Contended)?,
                Err(error) => return Err(error.into()),
                Ok(()) => {
                    self.ring_payout(heard.due);
                    return Ok(heard);
                }
            }
        }
        Err(Error::Contended)
    }

    fn ring_payout(&self, due: Option<Timestamp>) {
        due.into_iter().for_each(|at| self.payout_due.set(self.on_the_clock(at)));
    }
}
