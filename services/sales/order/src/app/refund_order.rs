//! Support gives money back.
use super::{ATTEMPTS, Orders};
use crate::{
    Error,
    domain::{Amount, Part},
    ports::Shown,
};
use kernel::{ComponentId, Money, OrderId};
use platform::{ask::Ask, store::StoreError};

pub struct RefundOrder {
    pub order: OrderId,
    pub parts: Vec<(ComponentId, Money)>,
    pub reason: String,
}

impl Orders {
    /// What was asked; the money follows. Whether it fits under the cap is payment's to judge at last.
    pub async fn refund_order(&self, command: RefundOrder, ask: &Ask<Shown>) -> Result<Shown, Error> {
        for _ in 0..ATTEMPTS {
            let order = self.book.find(command.order).await?.ok_or(Error::NoOrder)?;
            if command.parts.iter().any(|(_, money)| money.currency() != order.currency) {
                return Err(Error::OtherCurrency(order.currency));
            }
            let part = |(component, money): &(ComponentId, Money)| Part {
                component: *component,
                amount: Amount::Minor(money.minor()),
            };
            let parts: Vec<Part> = command.parts.iter().map(part).collect();
            let events = order.ask_refund(&parts, &command.reason, self.clock.now())?;
            let shown = Shown::from(order.then(&events));
            match self.write(&shown, events, ask).await {
                Err(StoreError::Stale) => continue,
                written => return Ok(written.map(|()| shown)?),
            }
        }
        Err(Error::Contended)
    }
}
