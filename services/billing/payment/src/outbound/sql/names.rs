//! States as the tables spell them, both ways.
use crate::domain::{
    AttemptState, PayoutState, Problem, State,
    ledger::{DisputeState, RefundKind, RefundState},
};
use platform_sql::{Row, SqlError};

/// A state and its word in the tables.
pub trait Named: Copy + PartialEq + 'static {
    const NAMES: &'static [(Self, &'static str)];
}

macro_rules! named { ($($t:ident { $($v:ident = $word:literal),* })*) => { $(impl Named for $t {
    const NAMES: &'static [(Self, &'static str)] = &[$(($t::$v, $word)),*];
})* } }
named! {
    State { Open = "open", Taking = "taking", Taken = "taken", Closed = "closed" }
    AttemptState { Asked = "asked", Waiting = "waiting", Authorized = "authorized", Declined = "declined", Voided = "voided" }
    Problem { Declined = "declined", InsufficientFunds = "insufficient_funds" }
    RefundKind { Refund = "refund", Goodwill = "goodwill" }
    RefundState { Refunding = "refunding", Refunded = "refunded", Refused = "refused" }
    DisputeState { Open = "open", Won = "won", Lost = "lost" }
    PayoutState { Asked = "asked", Pending = "pending", Paid = "paid", Bounced = "bounced" }
}

pub fn word<T: Named>(state: T) -> &'static str {
    T::NAMES.iter().find(|(s, _)| *s == state).map_or("", |(_, word)| word)
}

pub fn read<T: Named>(row: &Row, column: &str) -> Result<T, SqlError> {
    optional(row, column)?.ok_or_else(|| SqlError::Broken(format!("{column} is empty")))
}

pub fn optional<T: Named>(row: &Row, column: &str) -> Result<Option<T>, SqlError> {
    let Some(text) = row.get::<Option<String>>(column)? else { return Ok(None) };
    let known = T::NAMES.iter().find(|(_, word)| *word == text);
    known.map(|(state, _)| Some(*state)).ok_or_else(|| SqlError::Broken(format!("{column} is {text}")))
}
