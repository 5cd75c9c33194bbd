//! The customer wants no more of it: of all, or of the vendor orders named.
use super::{
    ATTEMPTS, Asker, Orders,
    decide::{Decision, Work},
    promptly, subject,
};
use crate::{
    Error,
    domain::{Happened, Order, Refusal, State},
    ports::{Door, Due, Shown, Voided},
};
use kernel::{OrderId, VendorOrderId};
use platform::{
    ask::Ask,
    store::{Change, StoreError},
};

pub struct CancelOrder {
    pub order: OrderId,
    pub asker: Asker,
    /// Nothing named is all of it.
    pub vendor_orders: Option<Vec<VendorOrderId>>,
}

/// As it stands in the order and on the wire.
const CUSTOMER: &str = "customer";

impl Orders {
    /// The order as it is when patience ends: what is not undone yet is 202.
    pub async fn cancel_order(&self, command: CancelOrder, ask: &Ask<Shown>) -> Result<Shown, Error> {
        for _ in 0..ATTEMPTS {
            let order = self.order_of(command.order, command.asker).await?;
            let cancelled = match order.state {
                State::Placed if command.vendor_orders.is_some() => Err(Error::InProgress),
                State::Placed => self.cancel_placed(order, ask).await,
                _ => self.cancel_confirmed(order, command.vendor_orders.as_deref(), ask).await,
            };
            match cancelled {
                Err(Error::Store(StoreError::Stale)) => continue,
                cancelled => return cancelled,
            }
        }
        Err(Error::Contended)
    }

    /// Void first: its answer decides whether there is anything left to cancel (checkout 9).
    async fn cancel_placed(&self, order: Order, ask: &Ask<Shown>) -> Result<Shown, Error> {
        if let Voided::Taken = promptly(self.payments.void(order.id, CUSTOMER)).await? {
            return Err(Error::InProgress);
        }
        let now = self.now();
        let events = order.ask_to_cancel(CUSTOMER, now.business)?;
        let shown = Shown::from(order.then(&events));
        let until = now.machine + self.config.claim;
        let change = Change::new(&shown, events).claiming(ask, subject(order.id, Door::Cancel));
        match self.book.save(change, Due::At(until), now).await {
            Err(StoreError::Stale) => return self.cancelled_meanwhile(order.id, ask).await,
            written => written?,
        }
        self.due.set(until);
        let Some(saga) = self.desk.saga(order.id).await? else { return Ok(shown) };
        let work = Work::new(shown.order.clone(), saga, None).stopped(Error::Cancelled(CUSTOMER.into()));
        let app = self.clone();
        let undoing = self.beside(async move { app.decide(work).await });
        match self.patiently(undoing).await {
            Some(Ok(Decision::Cancelled(order, _))) => Ok(order.into()),
            _ => Ok(shown),
        }
    }

    /// Whoever worked on it met our void and was faster to write its end. Else it is still undecided: from the start again.
    async fn cancelled_meanwhile(&self, id: OrderId, ask: &Ask<Shown>) -> Result<Shown, Error> {
        let order = self.book.find(id).await?.filter(|order| order.state == State::Cancelled);
        let shown = Shown::from(order.ok_or(StoreError::Stale)?);
        self.book.save(Change::new(&shown, vec![]).answering(ask), Due::AsItIs, self.now()).await?;
        Ok(shown)
    }

    async fn cancel_confirmed(
        &self,
        order: Order,
        named: Option<&[VendorOrderId]>,
        ask: &Ask<Shown>,
    ) -> Result<Shown, Error> {
        let events = self.cancelled(&order, named)?;
        let shown = Shown::from(order.then(&events));
        if shown.state != State::Cancelling {
            self.write(&shown, events, ask).await?;
            return Ok(shown);
        }
        let now = self.now();
        let until = now.machine + self.config.claim;
        let change = self.owing(&shown, events).claiming(ask, subject(order.id, Door::Cancel));
        self.book.save(change, Due::At(until), now).await?;
        self.due.set(until);
        let app = self.clone();
        let undoing = self.beside(async move { app.undo_order(order.id).await });
        match self.patiently(undoing).await {
            Some(Ok(order)) => Ok(order.into()),
            _ => Ok(shown),
        }
    }

    fn cancelled(&self, order: &Order, named: Option<&[VendorOrderId]>) -> Result<Vec<Happened>, Refusal> {
        let now = self.clock.now();
        let all = |ids: &[VendorOrderId]| order.vendor_orders.iter().all(|v| ids.contains(&v.id));
        match named {
            Some(ids) if !all(ids) => order.cancel_vendor_orders(ids, CUSTOMER, now),
            _ => order.cancel_all(CUSTOMER, now),
        }
    }
}
