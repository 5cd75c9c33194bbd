//! The use cases.
mod cancel_order;
mod cancel_units;
mod complete_orders;
mod decide;
mod leave;
mod pay_order;
mod place_order;
mod price_anew;
mod read_orders;
mod record_parcel;
mod refund_order;
mod settle_refunds;
mod ship_units;
mod take_over;
mod undo_order;
pub use cancel_order::CancelOrder;
pub use cancel_units::CancelUnits;
pub use pay_order::PayOrder;
pub use place_order::PlaceOrder;
pub use read_orders::{Addressed, Asker};
pub use record_parcel::{Fate, RecordParcel};
pub use refund_order::RefundOrder;
pub use ship_units::ShipUnits;

use crate::{
    Config, Error,
    domain::{Happened, Order, Refund, State, What},
    ports::{Claim, Desk, Door, Due, Lists, Missed, Now, OrderBook, OrderChange, Payments, Pricing, Shown, Stock},
};
use kernel::{Clock, OrderId};
use platform::{
    actor::Actor,
    ask::{Ask, Say},
    context::{self, Context},
    store::{Change, Intent, StoreError},
    task::Alarm,
};
use std::{future::Future, sync::Arc};
use tokio::{sync::Semaphore, task::JoinHandle};
use uuid::Uuid;

/// How often a use case decides again when somebody was faster.
const ATTEMPTS: usize = 8;
/// Picks the worker of the refunds that this service owes.
pub const REFUND: &str = "order.refund";

/// Cheap to clone: an order is worked on in a task of its own, which outlives the request.
#[derive(Clone)]
pub struct Orders {
    pub book: Arc<dyn OrderBook>,
    pub desk: Arc<dyn Desk>,
    pub lists: Arc<dyn Lists>,
    pub pricing: Arc<dyn Pricing>,
    pub stock: Arc<dyn Stock>,
    pub payments: Arc<dyn Payments>,
    /// Business time.
    pub clock: Arc<dyn Clock>,
    /// What waits, leases and deadlines go by: a jump of the business clock must not kill a saga.
    pub machine: Arc<dyn Clock>,
    /// Set to the time at which somebody must look at an order, by the machine.
    pub due: Alarm,
    /// Set to the time at which a delivered vendor order is completed, business time.
    pub completion: Alarm,
    pub says: Says,
    pub fresh: fn() -> Uuid,
    /// How many orders are taken over at once.
    pub hands: Arc<Semaphore>,
    pub config: Config,
}

/// How each door that waits for a decision says it, also when the request is long gone.
#[derive(Clone)]
pub struct Says {
    pub place: Say<Shown>,
    pub pay: Say<Shown>,
    pub cancel: Say<Shown>,
}

impl Orders {
    fn now(&self) -> Now {
        Now { business: self.clock.now(), machine: self.machine.now() }
    }

    /// Work that goes on when the client leaves, in this service's own name and under the request's trace.
    fn beside<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        tokio::spawn(own().scope(work))
    }

    /// Waits as long as a person does; what is not done by then goes on without.
    async fn patiently<T>(&self, work: JoinHandle<T>) -> Option<T> {
        tokio::time::timeout(self.config.patience, work).await.ok()?.ok()
    }

    /// The requests that wait for this decision, each with the way its door says things.
    fn asks(&self, claims: Vec<Claim>) -> Vec<(Door, Ask<Shown>)> {
        let ask = |Claim { from, key }| {
            let say = match from {
                Door::Place => self.says.place.clone(),
                Door::Pay => self.says.pay.clone(),
                Door::Cancel => self.says.cancel.clone(),
            };
            (from, Ask::new(Some(key), move |outcome| say(outcome)))
        };
        claims.into_iter().map(ask).collect()
    }

    /// Writes what a request made of a confirmed order: events, the refunds they owe, the answer.
    async fn write(&self, shown: &Shown, events: Vec<Happened>, ask: &Ask<Shown>) -> Result<(), StoreError> {
        let now = self.now();
        let due = self.due_of(&shown.order, now);
        self.book.save(self.owing(shown, events).answering(ask), due, now).await?;
        self.ring(&shown.order, now);
        Ok(())
    }

    /// An intent for each refund that the events ask for. The last of a cancelled order is the saga's own.
    fn owing<'a>(&self, shown: &'a Shown, events: Vec<Happened>) -> OrderChange<'a> {
        let owed: Vec<Intent> = events.iter().filter_map(|h| intent(&shown.order, h.event.refund()?)).collect();
        owed.into_iter().fold(Change::new(shown, events), Change::intending)
    }

    fn due_of(&self, order: &Order, now: Now) -> Due {
        if order.state == State::Cancelling { Due::At(now.machine) } else { Due::AsItIs }
    }

    fn ring(&self, order: &Order, now: Now) {
        if order.state == State::Cancelling {
            self.due.set(now.machine);
        }
    }
}

/// A call in our own name, with 30 s of its own.
async fn call<T>(work: impl Future<Output = Result<T, Missed>>) -> Result<T, Missed> {
    own().scope(work).await
}

/// A call in our own name that a person waits for: until their patience ends.
async fn promptly<T>(work: impl Future<Output = Result<T, Missed>>) -> Result<T, Missed> {
    let person = Context::current().unwrap_or_else(own);
    Context { actor: Actor::service("order"), ..person }.scope(work).await
}

fn own() -> Context {
    Context { trace: context::trace(), ..Context::background("order") }
}

/// The refund's key, at payment and among the intents, for ever.
fn refund_key(order: OrderId, number: u32) -> String {
    format!("{order}/refund/{number}")
}

fn intent(order: &Order, refund: &Refund) -> Option<Intent> {
    let key = refund_key(order.id, refund.number);
    (refund.what != What::Rest).then(|| Intent { key, kind: REFUND, payload: order.id.to_string().into() })
}

/// The order's key among requests that wait for it, by door.
pub fn subject(order: OrderId, door: Door) -> String {
    match door {
        Door::Place => order.to_string(),
        Door::Pay => format!("{order}/payment"),
        Door::Cancel => format!("{order}/cancel"),
    }
}

/// What the first of them lacks decides: a no is a no, even when the other can't be heard.
fn both<A, B>(one: Result<A, Missed>, other: Result<B, Missed>) -> Result<(A, B), Missed> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(no @ Missed::No(_)), _) | (_, Err(no @ Missed::No(_))) => Err(no),
        _ => Err(Missed::Unknown),
    }
}

impl From<Missed> for Error {
    fn from(missed: Missed) -> Error {
        match missed {
            Missed::No(why) => why,
            Missed::Unknown => Error::Away("a service this order needs"),
        }
    }
}
