//! Words and rows that more than one adapter reads or writes.
use crate::{
    domain::{Happened, Order, Owner, State, VendorState},
    outbound::sql::codec,
};
use platform_sql::{SqlError, StoredEvent, Value};

const STATES: [(State, &str); 5] = [
    (State::Placed, "placed"),
    (State::Confirmed, "confirmed"),
    (State::Completed, "completed"),
    (State::Cancelling, "cancelling"),
    (State::Cancelled, "cancelled"),
];

const VENDOR_STATES: [(VendorState, &str); 7] = [
    (VendorState::Placed, "placed"),
    (VendorState::Confirmed, "confirmed"),
    (VendorState::PartiallyShipped, "partially_shipped"),
    (VendorState::Shipped, "shipped"),
    (VendorState::Delivered, "delivered"),
    (VendorState::Completed, "completed"),
    (VendorState::Cancelled, "cancelled"),
];

pub fn state(state: State) -> &'static str {
    STATES.iter().find(|(s, _)| *s == state).map_or("", |(_, text)| text)
}

pub fn vendor_state(state: VendorState) -> &'static str {
    VENDOR_STATES.iter().find(|(s, _)| *s == state).map_or("", |(_, text)| text)
}

pub fn read_vendor_state(text: &str) -> Result<VendorState, SqlError> {
    let known = VENDOR_STATES.iter().find(|(_, t)| *t == text);
    known.map(|(state, _)| *state).ok_or_else(|| broken(format!("vendor_orders.state is {text}")))
}

/// The user, the guest: one of them.
pub fn owner(owner: Owner) -> [Value; 2] {
    match owner {
        Owner::User(user) => [user.into(), Value::Null],
        Owner::Guest(hash) => [Value::Null, hash.to_vec().into()],
    }
}

pub fn happened(stored: &StoredEvent) -> Result<Happened, SqlError> {
    let event = codec::decode(&stored.payload);
    let event = event.ok_or_else(|| broken(format!("event {} can't be read", stored.version)))?;
    Ok(Happened { at: stored.at, event })
}

/// A stream's events, in order.
pub fn order(stream: &[StoredEvent]) -> Result<Option<Order>, SqlError> {
    let history = stream.iter().map(happened).collect::<Result<Vec<_>, _>>()?;
    Order::fold(history).map_err(|b| broken(format!("event {} ({}) does not fit its stream", b.version, b.event)))
}

pub fn broken(why: String) -> SqlError {
    SqlError::Broken(why)
}
