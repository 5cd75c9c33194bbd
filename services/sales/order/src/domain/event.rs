//! What can happen to an order. Private: these change with the code; what others hear is in `outbound/events.rs`.
use super::{Attributes, Component, Count, Owner, Parcel, Refund, Refunded, VendorOrder};
use kernel::{CartId, Currency, OrderId, PartyId, QuoteId, ShipmentId, Timestamp, VendorOrderId};

/// An event and its business time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    pub at: Timestamp,
    pub event: Event,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Placed(Box<Opened>),
    /// The customer has to do something, or the order is given up.
    AwaitingPayment(Waiting),
    /// The customer gave another card: payment has it.
    AnotherCard,
    /// The customer wants no more of it, and payment said voided.
    CancelAsked {
        reason: String,
    },
    /// Pricing took the quote, and froze what each part costs whom.
    Accepted {
        components: Vec<Component>,
    },
    /// Stock is held; uncommitted it would run out then.
    Held {
        until: Timestamp,
    },
    Authorized,
    Committed,
    Taken,
    Confirmed,
    Voided {
        reason: String,
    },
    HoldUndone,
    AcceptUndone,
    Cancelled {
        reason: String,
    },
    /// Units that nobody will send. Without a refund of their own when all of the order goes back.
    UnitsCancelled {
        vendor_order: VendorOrderId,
        lines: Vec<Count>,
        reason: String,
        refund: Option<Refund>,
    },
    VendorOrderCancelled {
        vendor_order: VendorOrderId,
        reason: String,
    },
    /// Nothing is left to deliver: what is left of the money goes back, then stock and quote.
    Cancelling {
        reason: String,
        refund: Refund,
    },
    Shipped {
        vendor_order: VendorOrderId,
        parcel: Parcel,
    },
    Delivered {
        vendor_order: VendorOrderId,
        shipment: ShipmentId,
    },
    /// A parcel came back undelivered.
    SentBack {
        vendor_order: VendorOrderId,
        shipment: ShipmentId,
        refund: Refund,
    },
    VendorOrderCompleted {
        vendor_order: VendorOrderId,
    },
    Completed,
    /// Support gives money back.
    RefundAsked {
        refund: Refund,
    },
    Refunded(Refunded),
    /// The provider's definite no: an operator pays another way.
    RefundRefused {
        number: u32,
        code: String,
    },
}

/// How an order begins: what the quote promised, with ids of our own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    pub id: OrderId,
    pub owner: Owner,
    pub cart: CartId,
    pub quote: QuoteId,
    pub party: PartyId,
    pub client_reference: Option<String>,
    pub attributes: Attributes,
    pub currency: Currency,
    pub total: i64,
    /// As they begin: nothing shipped, nothing cancelled.
    pub vendor_orders: Vec<VendorOrder>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub problem: Problem,
    /// Where the bank asks its customer.
    pub action_url: Option<String>,
    pub attempts_left: u32,
    /// Machine time: a person's patience goes by no replayed clock.
    pub until: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    Declined,
    InsufficientFunds,
    NeedsCustomer,
}

impl Event {
    /// As the stream stores it and a timeline shows it.
    pub fn name(&self) -> &'static str {
        match self {
            Event::Placed(_) => "placed",
            Event::AwaitingPayment(_) => "awaiting_payment",
            Event::AnotherCard => "another_card",
            Event::CancelAsked { .. } => "cancel_asked",
            Event::Accepted { .. } => "accepted",
            Event::Held { .. } => "held",
            Event::Authorized => "authorized",
            Event::Committed => "committed",
            Event::Taken => "taken",
            Event::Confirmed => "confirmed",
            Event::Voided { .. } => "voided",
            Event::HoldUndone => "hold_undone",
            Event::AcceptUndone => "accept_undone",
            Event::Cancelled { .. } => "cancelled",
            Event::UnitsCancelled { .. } => "units_cancelled",
            Event::VendorOrderCancelled { .. } => "vendor_order_cancelled",
            Event::Cancelling { .. } => "cancelling",
            Event::Shipped { .. } => "shipped",
            Event::Delivered { .. } => "delivered",
            Event::SentBack { .. } => "sent_back",
            Event::VendorOrderCompleted { .. } => "vendor_order_completed",
            Event::Completed => "completed",
            Event::RefundAsked { .. } => "refund_asked",
            Event::Refunded(_) => "refunded",
            Event::RefundRefused { .. } => "refund_refused",
        }
    }

    /// What a step of the saga answered, on the way there or back (checkout 8).
    pub fn is_step(&self) -> bool {
        self.is_forward() || matches!(self, Event::Voided { .. } | Event::HoldUndone | Event::AcceptUndone)
    }

    pub fn is_forward(&self) -> bool {
        use Event::{Accepted, Authorized, Committed, Held, Taken};
        matches!(self, Accepted { .. } | Held { .. } | Authorized | Committed | Taken)
    }

    /// Whether others hear of it as news of the order: one public event a version.
    pub fn tells_of_order(&self) -> bool {
        match self {
            Event::Placed(_) | Event::Confirmed | Event::Cancelled { .. } | Event::Completed => true,
            Event::Refunded(refunded) => refunded.amount() > 0,
            _ => false,
        }
    }

    /// Whether others hear of it as news of this vendor order.
    pub fn tells_of(&self, id: VendorOrderId) -> bool {
        use Event::{Delivered, Shipped, VendorOrderCancelled, VendorOrderCompleted};
        match self {
            Event::Confirmed => true,
            Shipped { vendor_order, .. }
            | Delivered { vendor_order, .. }
            | VendorOrderCancelled { vendor_order, .. }
            | VendorOrderCompleted { vendor_order } => *vendor_order == id,
            _ => false,
        }
    }

    /// The refund that it asks for.
    pub fn refund(&self) -> Option<&Refund> {
        match self {
            Event::UnitsCancelled { refund, .. } => refund.as_ref(),
            Event::Cancelling { refund, .. } | Event::SentBack { refund, .. } | Event::RefundAsked { refund } => {
                Some(refund)
            }
            _ => None,
        }
    }

    /// The vendor order whose quantities or state it moves.
    pub fn vendor_order(&self) -> Option<VendorOrderId> {
        match self {
            Event::UnitsCancelled { vendor_order, .. }
            | Event::VendorOrderCancelled { vendor_order, .. }
            | Event::Shipped { vendor_order, .. }
            | Event::Delivered { vendor_order, .. }
            | Event::SentBack { vendor_order, .. }
            | Event::VendorOrderCompleted { vendor_order } => Some(*vendor_order),
            _ => None,
        }
    }

    pub fn at(self, at: Timestamp) -> Happened {
        Happened { at, event: self }
    }
}
