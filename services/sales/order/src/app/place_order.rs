//! Takes an order in, works on it beside the request, and answers with the decision if it comes in time.
use super::{
    ATTEMPTS, Asker, Orders,
    decide::{Decision, Work},
    subject,
};
use crate::{
    Error,
    domain::{Attributes, CardToken, NewOrder, Order, Quote},
    ports::{Door, Now, Saga, Shown},
};
use kernel::{LineId, OrderId, PartyId, QuoteId, VendorOrderId};
use platform::{
    ask::Ask,
    store::{Change, StoreError},
};

pub struct PlaceOrder {
    pub id: OrderId,
    pub asker: Asker,
    pub quote: QuoteId,
    pub card: CardToken,
    pub client_reference: Option<String>,
    pub attributes: Attributes,
}

impl Orders {
    /// The order as it is when patience ends: undecided is 202. A quote that somebody else was given does not exist.
    pub async fn place_order(&self, command: PlaceOrder, ask: &Ask<Shown>) -> Result<Shown, Error> {
        // A read without a key, so that the first write holds the lines; accept is what judges (checkout 7).
        let quote = self.pricing.quote(command.quote).await?.ok_or(Error::NoQuote)?;
        if !quote.owner.is_some_and(|owner| command.asker.is(owner)) {
            return Err(Error::NoQuote);
        }
        if quote.total > 0 && command.card.is_none() {
            return Err(Error::NoCard);
        }
        let work = self.open(command, &quote, ask).await?;
        let (app, placed) = (self.clone(), work.order.clone());
        let deciding = self.beside(async move { app.decide(work).await });
        match self.patiently(deciding).await {
            Some(Ok(Decision::Cancelled(_, why))) => Err(why),
            Some(Ok(Decision::Confirmed(order) | Decision::Waiting(order))) => Ok(order.into()),
            // Unknown, or still under way: it goes on, here or by whoever finds it due.
            Some(Err(_)) | None => Ok(placed.into()),
        }
    }

    async fn open(&self, command: PlaceOrder, quote: &Quote, ask: &Ask<Shown>) -> Result<Work, Error> {
        let now = self.now();
        let saga = self.saga(command.card.clone(), now);
        let (order, events) = Order::place(self.ids(&command, quote), quote, now.business)?;
        let shown = Shown::from(order);
        for _ in 0..ATTEMPTS {
            // The key is ours before anybody else is asked to do anything.
            let change = Change::new(&shown, events.clone()).claiming(ask, subject(shown.id, Door::Place));
            match self.book.open(change, (&saga, &quote.party), now).await {
                Ok(()) => {
                    self.due.set(saga.due);
                    return Ok(Work::new(shown.order, saga, Some(ask.clone())));
                }
                Err(StoreError::Stale) => {
                    if let Some((other, used)) = self.book.live(&shown.order).await? {
                        return Err(match used == quote.id {
                            true => Error::QuoteUsed(other),
                            false => Error::CartInCheckout(other),
                        });
                    }
                    // It was cancelled meanwhile, and cart and quote are free.
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Error::Contended)
    }

    fn saga(&self, card: CardToken, now: Now) -> Saga {
        let since = now.machine;
        Saga {
            card,
            decide_by: since + self.config.decide_by,
            wait_until: since + self.config.wait,
            due: since + self.config.claim,
            since,
        }
    }

    fn ids(&self, command: &PlaceOrder, quote: &Quote) -> NewOrder {
        NewOrder {
            id: command.id,
            party: PartyId::from_uuid((self.fresh)()),
            client_reference: command.client_reference.clone(),
            attributes: command.attributes.clone(),
            vendor_orders: quote.vendors().map(|v| (v, VendorOrderId::from_uuid((self.fresh)()))).collect(),
            lines: quote.lines.iter().map(|l| (l.number, LineId::from_uuid((self.fresh)()))).collect(),
        }
    }
}
