//! A confirmed order of which nothing stays: what is left of the money goes back, then hold and acceptance are undone.
use super::{ATTEMPTS, Orders, both, call};
use crate::{
    Error,
    domain::{Event, Happened, Order, State},
    ports::{Door, Due, Shown},
};
use kernel::OrderId;
use platform::store::{Change, StoreError};

impl Orders {
    /// The order as it ends: cancelled, or `cancelling` when the provider refused to give back and an operator has to.
    pub(super) async fn undo_order(&self, id: OrderId) -> Result<Order, Error> {
        let mut pause = self.config.pause;
        for _ in 0..self.config.tries {
            match self.undo_once(id).await {
                Err(Error::Away(_)) => tokio::time::sleep(pause).await,
                ended => return ended,
            }
            pause *= 2;
        }
        Err(Error::InProgress)
    }

    async fn undo_once(&self, id: OrderId) -> Result<Order, Error> {
        // Cancelled is written when no refund of the order is open any more (checkout's order table).
        let order = self.settle_refunds(id).await?;
        let was_undone = order.story.iter().any(|(_, name)| *name == Event::AcceptUndone.name());
        if order.state != State::Cancelling || was_undone {
            return Ok(order);
        }
        let undone = tokio::join!(call(self.stock.undo_hold(id)), call(self.pricing.undo_accept(id)));
        both(undone.0, undone.1).map_err(|_| Error::Away("inventory or pricing"))?;
        let now = self.clock.now();
        self.end(order, &[Event::HoldUndone.at(now), Event::AcceptUndone.at(now)]).await
    }

    async fn end(&self, mut order: Order, told: &[Happened]) -> Result<Order, Error> {
        for _ in 0..ATTEMPTS {
            let now = self.now();
            let events = order.finish_cancelling(told, now.business)?;
            let shown = Shown::from(order.then(&events));
            let mut change = Change::new(&shown, events);
            if shown.state == State::Cancelled {
                let asks = self.asks(self.desk.asked(order.id).await?);
                let waiting = asks.iter().filter(|(door, _)| *door == Door::Cancel);
                change = waiting.fold(change, |change, (_, ask)| change.answering(ask));
            }
            match self.book.save(change, Due::Never, now).await {
                Ok(()) => return Ok(shown.order),
                Err(StoreError::Stale | StoreError::Answered | StoreError::Unknown) => {
                    order = self.book.find(order.id).await?.ok_or(Error::NoOrder)?;
                    if order.state != State::Cancelling {
                        return Ok(order);
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Error::Contended)
    }
}
