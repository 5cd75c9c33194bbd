//! What happened to a payment. Each names what it touched, so whoever stores it needs no other reason.
use super::ledger::Transaction;
use kernel::{AttemptId, DisputeId, RefundId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The first write: terms, components, and the first card if one is needed.
    Opened,
    /// Another card.
    Asked(AttemptId),
    /// The attempt's state changed.
    Attempted(AttemptId),
    /// The pivot: from here on it can't be voided.
    Taking,
    Taken(Vec<Transaction>),
    Closed,
    Reserved(RefundId),
    Settled(RefundId, Vec<Transaction>),
    /// The provider reported a refund that nobody of us asked for.
    Reported(RefundId, Vec<Transaction>),
    Released(RefundId),
    DisputeOpened(DisputeId, Vec<Transaction>),
    DisputeClosed(DisputeId, Vec<Transaction>),
    /// For the operator's queue, once per order and concern. It changes nothing, so it has no version.
    Queued(Concern, String),
}

impl Event {
    pub fn is_move(&self) -> bool {
        !matches!(self, Event::Queued(..))
    }
    pub fn booked(&self) -> &[Transaction] {
        match self {
            Event::Taken(booked)
            | Event::Settled(_, booked)
            | Event::Reported(_, booked)
            | Event::DisputeOpened(_, booked)
            | Event::DisputeClosed(_, booked) => booked,
            _ => &[],
        }
    }
}

/// What only a person can decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Concern {
    /// The provider's record has another amount, currency or order than ours, so it is not believed.
    RecordDiffers,
    /// Money moved without our asking, or after we closed.
    CapturedUnasked,
    /// An attempt we hold for dead is alive at the provider.
    CameAlive,
    VoidRefused,
    /// `taking`, and the provider hasn't said for a quarter of an hour whether the money moved.
    TakingUnknown,
    /// The customer got the same money twice.
    DoubleReturn,
    /// Booked as done, and the provider says now that it failed.
    RefundFailedLater,
    /// The provider refused a refund: pay another way.
    RefundRefused,
    /// A payout that nobody knows the end of.
    PayoutUnknown,
}

impl Concern {
    pub fn as_str(self) -> &'static str {
        match self {
            Concern::RecordDiffers => "record_differs",
            Concern::CapturedUnasked => "captured_unasked",
            Concern::CameAlive => "came_alive",
            Concern::VoidRefused => "void_refused",
            Concern::TakingUnknown => "taking_unknown",
            Concern::DoubleReturn => "double_return",
            Concern::RefundFailedLater => "refund_failed_later",
            Concern::RefundRefused => "refund_refused",
            Concern::PayoutUnknown => "payout_unknown",
        }
    }
}
