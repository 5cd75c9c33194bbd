//! Another card, when the one before was declined or left.
use super::{
    ATTEMPTS, Asker, Orders,
    decide::{Decision, Work},
    promptly, subject,
};
use crate::{
    Error,
    domain::{CardToken, Order, State},
    error::step,
    ports::{Door, Due, Shown},
};
use kernel::OrderId;
use platform::{
    ask::{Ask, Key},
    store::{Change, StoreError},
};
use sha2::{Digest, Sha256};

pub struct PayOrder {
    pub order: OrderId,
    pub asker: Asker,
    pub card: CardToken,
}

impl Orders {
    /// The second card is payment's business, not the saga's (checkout 2); the saga only goes on.
    pub async fn pay_order(&self, command: PayOrder, ask: &Ask<Shown>) -> Result<Shown, Error> {
        let order = self.order_of(command.order, command.asker).await?;
        if order.is_decided() {
            return Err(step("payment.closed", "nothing is left to pay"));
        }
        let key = card_key(order.id, ask.key());
        promptly(self.payments.another_card(order.id, &command.card, &key)).await?;
        let order = self.go_on(order, ask).await?;
        let Some(saga) = self.desk.saga(order.id).await? else { return Ok(order.into()) };
        if order.is_decided() {
            return Ok(order.into());
        }
        let (app, work) = (self.clone(), Work::new(order.clone(), saga, None));
        let deciding = self.beside(async move { app.decide(work).await });
        match self.patiently(deciding).await {
            Some(Ok(Decision::Cancelled(_, why))) => Err(why),
            Some(Ok(Decision::Confirmed(order) | Decision::Waiting(order))) => Ok(order.into()),
            Some(Err(_)) | None => Ok(order.into()),
        }
    }

    /// The first write of this request: it takes the key, and the order is worked on again.
    async fn go_on(&self, mut order: Order, ask: &Ask<Shown>) -> Result<Order, Error> {
        for _ in 0..ATTEMPTS {
            let now = self.now();
            let until = now.machine + self.config.claim;
            let written = match order.state {
                State::Placed => {
                    let events = order.another_card(now.business)?;
                    let shown = Shown::from(order.then(&events));
                    let change = Change::new(&shown, events).claiming(ask, subject(order.id, Door::Pay));
                    self.book.save(change, Due::At(until), now).await.map(|()| shown.order)
                }
                State::Cancelled => {
                    return Err(Error::Cancelled(order.reason.unwrap_or_default()));
                }
                // Somebody was so fast that it is confirmed already.
                _ => {
                    let shown = Shown::from(order.clone());
                    let change = Change::new(&shown, vec![]).answering(ask);
                    self.book.save(change, Due::AsItIs, now).await.map(|()| shown.order)
                }
            };
            match written {
                Ok(order) => {
                    self.due.set(until);
                    return Ok(order);
                }
                Err(StoreError::Stale) => order = self.book.find(order.id).await?.ok_or(Error::NoOrder)?,
                Err(error) => return Err(error.into()),
            }
        }
        Err(Error::Contended)
    }
}

/// The client's own key goes on to payment, in a form that fits there: a repeat is the same attempt.
fn card_key(order: OrderId, key: Option<&Key>) -> String {
    let print = key.map(|k| Sha256::digest(format!("{:?} {}", k.book, k.text))).unwrap_or_default();
    let hex: String = print.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("{order}/card/{hex}")
}
