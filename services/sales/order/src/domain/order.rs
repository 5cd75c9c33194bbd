//! The aggregate: the fold of its events, and which event may follow which (O2).
use super::{
    Component, Event, Happened, Opened, Outcome, ParcelState, Refund, Refunded, VendorOrder, VendorState, Waiting,
};
use kernel::{CartId, Currency, OrderId, PartyId, QuoteId, Timestamp, UserId, VendorOrderId};
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Placed,
    Confirmed,
    Completed,
    Cancelling,
    Cancelled,
}

/// Whose order it is: a user, or whoever shows the token of this hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    User(UserId),
    Guest([u8; 32]),
}

/// What the client keeps with the order, by name. No rule reads it.
pub type Attributes = BTreeMap<String, String>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub id: OrderId,
    pub owner: Owner,
    pub cart: CartId,
    pub quote: QuoteId,
    pub party: PartyId,
    pub client_reference: Option<String>,
    pub attributes: Attributes,
    pub currency: Currency,
    pub total: i64,
    pub state: State,
    /// The code of what ended it, or will.
    pub reason: Option<String>,
    pub waiting: Option<Waiting>,
    pub vendor_orders: Vec<VendorOrder>,
    /// Frozen by pricing's acceptance; empty before.
    pub components: Vec<Component>,
    pub refunds: Vec<Refund>,
    /// What happened when, by name.
    pub story: Vec<(Timestamp, &'static str)>,
    /// How many events there are: the stream's version.
    pub version: i64,
    /// How many public events told of it.
    pub told: i64,
}

/// A rule says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The quote's parts are not its total, or it has none.
    Unequal,
    InProgress,
    AlreadyConfirmed,
    AlreadyShipped,
    AlreadyDelivered,
    AlreadyCompleted,
    AlreadyCancelled,
    NoSuchVendorOrder,
    NoSuchLine,
    NoSuchParcel,
    NoSuchComponent,
    NoUnits,
    /// More than was ordered.
    TooMany,
    /// More than was charged, with what went back already.
    TooMuch,
    /// A saga that has not heard every step can't confirm or cancel.
    Untold,
}

/// A stream that contradicts the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Of the event that does not fit.
    pub version: i64,
    pub event: &'static str,
}

impl Order {
    /// What the events made of it. Nothing, for no events.
    pub fn fold(history: impl IntoIterator<Item = Happened>) -> Result<Option<Order>, Broken> {
        let mut order: Option<Order> = None;
        for Happened { at, event } in history {
            order = Some(match (order, event) {
                (None, Event::Placed(opened)) => Order::opened(*opened, at),
                (None, event) => return Err(Broken { version: 1, event: event.name() }),
                (Some(order), event) => order.checked(Happened { at, event })?,
            });
        }
        Ok(order)
    }

    /// As it will be once these are written.
    pub fn then(&self, events: &[Happened]) -> Order {
        let mut after = self.clone();
        events.iter().for_each(|happened| after.apply(happened));
        after
    }

    fn checked(mut self, happened: Happened) -> Result<Order, Broken> {
        let broken = Broken { version: self.version + 1, event: happened.event.name() };
        if !self.may(&happened.event) {
            return Err(broken);
        }
        self.apply(&happened);
        let fits = self.vendor_orders.iter().flat_map(|v| &v.lines).all(|l| l.adds_up());
        if fits { Ok(self) } else { Err(broken) }
    }

    pub(super) fn opened(opened: Opened, at: Timestamp) -> Order {
        let Opened { id, owner, cart, quote, party, client_reference, attributes, currency, total, vendor_orders } =
            opened;
        let (state, story) = (State::Placed, vec![(at, "placed")]);
        let (reason, waiting, components, refunds) = (None, None, vec![], vec![]);
        let (version, told) = (1, 1);
        Order {
            id,
            owner,
            cart,
            quote,
            party,
            client_reference,
            attributes,
            currency,
            total,
            state,
            reason,
            waiting,
            vendor_orders,
            components,
            refunds,
            story,
            version,
            told,
        }
    }

    /// The legal moves (O2).
    fn may(&self, event: &Event) -> bool {
        let known = |n: u32| self.refunds.iter().any(|r| r.number == n && r.outcome == Outcome::Open);
        let vendor_order = event.vendor_order().map(|id| self.vendor_order(id));
        if matches!(vendor_order, Some(Err(_))) {
            return false;
        }
        let vendor_order = vendor_order.and_then(Result::ok);
        match (self.state, event) {
            (State::Placed, Event::AwaitingPayment(_) | Event::AnotherCard | Event::CancelAsked { .. }) => true,
            (State::Placed, Event::Confirmed | Event::Cancelled { .. }) => true,
            (State::Placed, step) => step.is_step(),
            (State::Confirmed, Event::VendorOrderCancelled { .. }) => {
                vendor_order.is_some_and(|v| v.is_gone() && !v.is_closed())
            }
            (State::Confirmed, Event::VendorOrderCompleted { .. }) => {
                vendor_order.is_some_and(|v| v.state == VendorState::Delivered)
            }
            (State::Confirmed, event) if vendor_order.is_some() => {
                event.vendor_order().is_some() && vendor_order.is_some_and(|v| !v.is_closed())
            }
            (State::Confirmed, Event::Cancelling { .. }) => self.is_over(VendorState::Cancelled),
            (State::Confirmed, Event::Completed) => {
                self.vendor_orders.iter().all(VendorOrder::is_closed) && !self.is_over(VendorState::Cancelled)
            }
            (State::Confirmed | State::Completed, Event::RefundAsked { .. }) => true,
            (State::Cancelling, Event::HoldUndone | Event::AcceptUndone) => true,
            (State::Cancelling, Event::Cancelled { .. }) => self.open_refunds().next().is_none(),
            (State::Cancelled, _) => false,
            (_, Event::Refunded(Refunded { number, .. }) | Event::RefundRefused { number, .. }) => known(*number),
            _ => false,
        }
    }

    fn is_over(&self, state: VendorState) -> bool {
        self.vendor_orders.iter().all(|v| v.state == state)
    }

    fn apply(&mut self, Happened { at, event }: &Happened) {
        self.version += 1;
        self.told += i64::from(event.tells_of_order());
        self.story.push((*at, event.name()));
        self.refunds.extend(event.refund().cloned());
        match event {
            Event::AwaitingPayment(waiting) => self.waiting = Some(waiting.clone()),
            Event::AnotherCard => self.waiting = None,
            Event::CancelAsked { reason } => (self.waiting, self.reason) = (None, Some(reason.clone())),
            Event::Accepted { components } => self.components = components.clone(),
            Event::Confirmed => (self.state, self.waiting) = (State::Confirmed, None),
            Event::Completed => self.state = State::Completed,
            Event::Cancelling { reason, .. } => self.end(State::Cancelling, reason),
            Event::Cancelled { reason } => self.end(State::Cancelled, reason),
            Event::Refunded(refunded) => self.settle_refund(refunded.number, Outcome::Done(refunded.clone())),
            Event::RefundRefused { number, code } => self.settle_refund(*number, Outcome::Refused(code.clone())),
            _ => {}
        }
        for vendor_order in &mut self.vendor_orders {
            let told = event.tells_of(vendor_order.id);
            vendor_order.told += i64::from(told);
            match event {
                Event::Confirmed => vendor_order.state = VendorState::Confirmed,
                Event::Cancelled { reason } if !vendor_order.is_closed() => vendor_order.cancel(reason),
                _ if event.vendor_order() == Some(vendor_order.id) => vendor_order.apply(event, *at),
                _ => {}
            }
        }
    }

    fn end(&mut self, state: State, reason: &str) {
        (self.state, self.waiting, self.reason) = (state, None, Some(reason.into()));
    }

    pub fn is_decided(&self) -> bool {
        self.state != State::Placed
    }

    pub fn vendor_order(&self, id: VendorOrderId) -> Result<&VendorOrder, Refusal> {
        self.vendor_orders.iter().find(|v| v.id == id).ok_or(Refusal::NoSuchVendorOrder)
    }

    /// When the last thing happened: what follows is never earlier.
    pub(super) fn latest(&self) -> Timestamp {
        self.story.last().map_or(Timestamp(0), |(at, _)| *at)
    }

    /// Whether units and vendor orders may still change.
    pub(super) fn be_open(&self) -> Result<(), Refusal> {
        match self.state {
            State::Confirmed => Ok(()),
            State::Placed => Err(Refusal::InProgress),
            State::Cancelling | State::Cancelled => Err(Refusal::AlreadyCancelled),
            State::Completed => Err(Refusal::AlreadyCompleted),
        }
    }
}

impl VendorOrder {
    fn cancel(&mut self, reason: &str) {
        (self.state, self.reason) = (VendorState::Cancelled, Some(reason.to_string()));
    }

    fn apply(&mut self, event: &Event, at: Timestamp) {
        match event {
            Event::VendorOrderCancelled { reason, .. } => return self.cancel(reason),
            Event::VendorOrderCompleted { .. } => return self.state = VendorState::Completed,
            Event::UnitsCancelled { lines, .. } => self.count(lines, |l| &mut l.cancelled),
            Event::Shipped { parcel, .. } => {
                self.count(&parcel.lines, |l| &mut l.shipped);
                self.parcels.push(parcel.clone());
            }
            Event::Delivered { shipment, .. } => {
                let lines = self.arrived(*shipment, ParcelState::Delivered, at);
                self.count(&lines, |l| &mut l.delivered);
            }
            Event::SentBack { shipment, .. } => {
                let lines = self.arrived(*shipment, ParcelState::SentBack, at);
                self.count(&lines, |l| &mut l.sent_back);
            }
            _ => return,
        }
        self.settle(at);
    }
}
