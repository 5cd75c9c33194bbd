//! Gives back what is owed, one refund after the other, each by its key; then the goods are released or put back.
use super::{ATTEMPTS, Orders, call, refund_key};
use crate::{
    Error,
    domain::{Happened, Order, Refund, Refunded, State, Then, What},
    ports::{Due, Missed, Shown},
};
use kernel::{Coded, OrderId};
use platform::store::{Change, StoreError};

/// What payment said to a refund for good.
enum Said {
    Back(Refunded),
    Refused(String),
}

impl Orders {
    /// The worker of the intents. A cancelling order's refunds are its saga's, which then goes on to undo.
    pub async fn pay_back(&self, id: OrderId) -> Result<(), Error> {
        let Some(order) = self.book.find(id).await? else { return Ok(()) };
        match order.state {
            State::Cancelling => self.undo_order(id).await.map(drop),
            _ => self.settle_refunds(id).await.map(drop),
        }
    }

    /// All that are open, in their order. The order as it is then.
    pub(super) async fn settle_refunds(&self, id: OrderId) -> Result<Order, Error> {
        loop {
            let order = self.book.find(id).await?.ok_or(Error::NoOrder)?;
            let Some(refund) = order.open_refunds().next().cloned() else { return Ok(order) };
            let said = self.give_back(&order, &refund).await?;
            self.move_goods(&order, &refund).await?;
            self.write_outcome(order, refund, said).await?;
        }
    }

    async fn give_back(&self, order: &Order, refund: &Refund) -> Result<Said, Error> {
        let key = refund_key(order.id, refund.number);
        if refund.what == What::Rest && order.is_all_back() {
            let (number, parts, reason) = (refund.number, vec![], refund.reason.clone());
            return Ok(Said::Back(Refunded { number, parts, reason }));
        }
        match call(self.payments.refund(order, refund, &key)).await {
            Ok(Some(refunded)) => Ok(Said::Back(refunded)),
            Ok(None) | Err(Missed::Unknown) => Err(Error::Away("payment")),
            Err(Missed::No(why)) => Ok(Said::Refused(why.code().text.into())),
        }
    }

    /// The stream has judged; stock follows by key.
    async fn move_goods(&self, order: &Order, refund: &Refund) -> Result<(), Error> {
        let key = refund_key(order.id, refund.number);
        let moved = match &refund.then {
            Then::Nothing => Ok(()),
            Then::Release(units) => call(self.stock.release(order.id, units, &key)).await,
            Then::Restock(units) => call(self.stock.restock(order.id, units, &key)).await,
        };
        moved.map_err(|missed| match missed {
            Missed::Unknown => Error::Away("inventory"),
            Missed::No(why) => why,
        })
    }

    /// The outcome ends the intent, in one batch.
    async fn write_outcome(&self, mut order: Order, refund: Refund, said: Said) -> Result<(), Error> {
        for _ in 0..ATTEMPTS {
            let now = self.now();
            let events: Vec<Happened> = match &said {
                Said::Back(refunded) => order.refunded(refund.number, refunded.parts.clone(), now.business),
                Said::Refused(code) => order.refund_refused(refund.number, code, now.business),
            };
            if events.is_empty() {
                return Ok(()); // somebody else did it by the same key
            }
            let shown = Shown::from(order.then(&events));
            let key = refund_key(order.id, refund.number);
            match self.book.save(Change::new(&shown, events).ending(&key), Due::AsItIs, now).await {
                Ok(()) => return Ok(()),
                Err(StoreError::Stale | StoreError::Unknown) => {
                    order = self.book.find(order.id).await?.ok_or(Error::NoOrder)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Error::Contended)
    }
}
