//! What the use cases need of the world.
use crate::{
    Error,
    domain::{
        CardToken, Component, Happened, Order, Owner, Party, Problem, Quote, Refund, Refunded, Units, VendorState,
        Waiting,
    },
};
use kernel::{Currency, OrderId, PartyId, QuoteId, Timestamp, VendorId, VendorOrderId};
use platform::{
    ask::Key,
    page::{Page, Slice},
    store::{Change, Seen, StoreError},
};
use std::ops::Deref;

/// An order as one door shows it: whole, or the part of one vendor.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    pub order: Order,
    pub vendor_order: Option<VendorOrderId>,
}

impl Deref for Shown {
    type Target = Order;
    fn deref(&self) -> &Order {
        &self.order
    }
}
impl From<Order> for Shown {
    fn from(order: Order) -> Shown {
        Shown { order, vendor_order: None }
    }
}

pub type OrderChange<'a> = Change<'a, Shown, Happened>;

/// The two clocks (`olist.md` 13): events go by business time; what is due, claimed and kept by the machine's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    pub business: Timestamp,
    pub machine: Timestamp,
}

/// What an undecided order carries beside its stream, by machine time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saga {
    pub card: CardToken,
    /// Not taken by then: void.
    pub decide_by: Timestamp,
    /// How long the customer may take to pay.
    pub wait_until: Timestamp,
    /// When somebody else may work on it.
    pub due: Timestamp,
    /// When it was placed.
    pub since: Timestamp,
}

/// When an order is to be looked at next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Somebody works on it until then.
    At(Timestamp),
    /// Nobody does: payment's news wakes it.
    Asleep(Timestamp),
    Never,
    AsItIs,
}

/// A client's request that still waits for this order's decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    pub from: Door,
    pub key: Key,
}

/// Which route took the request in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    Place,
    Pay,
    Cancel,
}

#[platform::async_trait]
pub trait OrderBook: Send + Sync {
    async fn find(&self, id: OrderId) -> Result<Option<Order>, StoreError>;
    /// As it was at that business time; nothing before it was placed.
    async fn find_at(&self, id: OrderId, at: Timestamp) -> Result<Option<Order>, StoreError>;
    /// The order of which this vendor order is a part.
    async fn of(&self, id: VendorOrderId) -> Result<Option<Order>, StoreError>;
    async fn party(&self, id: PartyId) -> Result<Option<Party>, StoreError>;
    /// A new order with its first event, its party and what a repeat will find. `Stale` when cart or quote have a live order.
    async fn open(&self, change: OrderChange<'_>, new: (&Saga, &Party), now: Now) -> Result<(), StoreError>;
    /// Events, what they change, outbox and marks, in one batch, or nothing. `Stale` when the stream has gone on since it was
    /// read. The batch that decides empties the card token. Without events only the marks are kept.
    async fn save(&self, change: OrderChange<'_>, due: Due, now: Now) -> Result<(), StoreError>;
    /// The order that is not cancelled and has this cart or quote; of the quote, if both.
    async fn live(&self, order: &Order) -> Result<Option<(OrderId, QuoteId)>, StoreError>;
}

/// Who works on what, and when.
#[platform::async_trait]
pub trait Desk: Send + Sync {
    async fn saga(&self, id: OrderId) -> Result<Option<Saga>, StoreError>;
    /// Undecided and cancelling orders nobody works on, the longest due first, not all at once.
    async fn due(&self, now: Timestamp) -> Result<Vec<OrderId>, StoreError>;
    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError>;
    /// Whoever comes first has it until then.
    async fn claim(&self, id: OrderId, now: Timestamp, until: Timestamp) -> Result<bool, StoreError>;
    /// Whoever works on it goes on until then, if it is still undecided.
    async fn stay(&self, id: OrderId, until: Timestamp) -> Result<(), StoreError>;
    /// Nobody works on it until then, if it is still undecided; without a time until it is due as it is.
    async fn sleep(&self, id: OrderId, until: Option<Timestamp>) -> Result<(), StoreError>;
    /// Payment told something: an order that sleeps is due now, in one batch with the message. Whether there was one to wake; if not,
    /// nothing is written.
    async fn wake(&self, id: OrderId, now: Timestamp, seen: Seen) -> Result<bool, StoreError>;
    /// Requests whose answer is still "202, look there".
    async fn asked(&self, id: OrderId) -> Result<Vec<Claim>, StoreError>;
    /// Delivered before then and not completed, not all at once.
    async fn delivered(&self, before: Timestamp) -> Result<Vec<VendorOrderId>, StoreError>;
    async fn first_delivery(&self) -> Result<Option<Timestamp>, StoreError>;
    /// Nobody can decide it: once in the operator's queue, however often it is said.
    async fn report(&self, trouble: &Trouble) -> Result<(), StoreError>;
}

/// An entry of the operator's queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What it is about: said twice it is one entry.
    pub key: String,
    pub order: OrderId,
    /// `refund_refused` or `undecided`.
    pub kind: String,
    pub detail: String,
    pub at: Timestamp,
}

/// An order in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    pub id: OrderId,
    /// As it is shown: `awaiting_payment` for one that waits.
    pub state: String,
    pub reason: Option<String>,
    pub client_reference: Option<String>,
    pub total: i64,
    pub refunded: i64,
    pub currency: Currency,
    pub placed_at: Timestamp,
}

/// A vendor order in its vendor's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VendorSummary {
    pub id: VendorOrderId,
    pub order: OrderId,
    pub state: VendorState,
    pub reason: Option<String>,
    pub total: i64,
    pub currency: Currency,
    pub placed_at: Timestamp,
}

/// The read side: newest first.
#[platform::async_trait]
pub trait Lists: Send + Sync {
    async fn of_owner(&self, owner: Owner, page: &Page<OrderId>) -> Result<Slice<Summary, OrderId>, StoreError>;
    /// All, or those with this reference of their client's.
    async fn all(&self, client: Option<&str>, page: &Page<OrderId>) -> Result<Slice<Summary, OrderId>, StoreError>;
    /// What this vendor was told of, all or in one state.
    async fn of_vendor(
        &self,
        vendor: VendorId,
        state: Option<VendorState>,
        page: &Page<VendorOrderId>,
    ) -> Result<Slice<VendorSummary, VendorOrderId>, StoreError>;
    /// The operator's queue, the oldest first.
    async fn troubles(&self, page: &Page<String>) -> Result<Slice<Trouble, String>, StoreError>;
}

/// Why a step is not done.
#[derive(Clone, Debug, PartialEq)]
pub enum Missed {
    /// A rule of the callee's said no.
    No(Error),
    /// No answer, or none yet. Never a failure: ask again by the same key, or void (checkout 4).
    Unknown,
}

/// The steps at pricing. Each has one key for ever, so each may be asked again.
#[platform::async_trait]
pub trait Pricing: Send + Sync {
    async fn quote(&self, id: QuoteId) -> Result<Option<Quote>, Error>;
    /// What the same lines cost now, as a quote of its own.
    async fn requote(&self, order: OrderId, old: &Quote) -> Result<Quote, Error>;
    async fn accept(&self, order: &Order) -> Result<Vec<Component>, Missed>;
    async fn undo_accept(&self, order: OrderId) -> Result<(), Missed>;
}

/// The steps at inventory.
#[platform::async_trait]
pub trait Stock: Send + Sync {
    /// Answers when an uncommitted hold would run out. `Short` is final.
    async fn hold(&self, order: &Order) -> Result<Timestamp, Missed>;
    /// `Short` when a recount took what was held.
    async fn commit(&self, order: OrderId) -> Result<(), Missed>;
    /// Whether it was held or not.
    async fn undo_hold(&self, order: OrderId) -> Result<(), Missed>;
    /// Units that were cancelled. `cause` is the key of the refund before it.
    async fn release(&self, order: OrderId, units: &[Units], cause: &str) -> Result<(), Missed>;
    /// Units that came back.
    async fn restock(&self, order: OrderId, units: &[Units], cause: &str) -> Result<(), Missed>;
}

/// What authorize answers when it is not refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authorization {
    Done(Timestamp),
    /// Asked already, not answered.
    Pending,
    /// The customer has to do something: what, where, and how many cards they may still try.
    Waiting {
        problem: Problem,
        action_url: Option<String>,
        attempts_left: u32,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Voided {
    /// For this reason, the first time.
    Yes(String),
    /// The money has moved or is moving.
    Taken,
}

/// The steps at payment, the judge of every order.
#[platform::async_trait]
pub trait Payments: Send + Sync {
    /// The components are those of accept's record, the card is the one of the order's row (checkout 10).
    async fn authorize(
        &self,
        order: &Order,
        components: &[Component],
        card: &CardToken,
    ) -> Result<Authorization, Missed>;
    /// When it was taken; nothing while it is being taken.
    async fn take(&self, order: OrderId) -> Result<Option<Timestamp>, Missed>;
    async fn void(&self, order: OrderId, reason: &str) -> Result<Voided, Missed>;
    /// Another card, by the client's own key. `CardUndecided` while the one before may still pay.
    async fn another_card(&self, order: OrderId, card: &CardToken, key: &str) -> Result<(), Missed>;
    /// What went back, per component; nothing while it is being asked.
    async fn refund(&self, order: &Order, refund: &Refund, key: &str) -> Result<Option<Refunded>, Missed>;
}

impl Authorization {
    pub fn waiting(self, until: Timestamp) -> Option<Waiting> {
        match self {
            Authorization::Waiting { problem, action_url, attempts_left } => {
                Some(Waiting { problem, action_url, attempts_left, until })
            }
            _ => None,
        }
    }
}
