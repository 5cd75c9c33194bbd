//! Domain event → public event.
use crate::domain::{Event, User};
use contracts::identity as pb;
use kernel::Timestamp;
use platform::store::Fact;

pub fn facts(user: &User, events: &[Event], now: Timestamp) -> Vec<Fact> {
    let name = || user.id.to_string();
    let fact = |event: &Event| match event {
        Event::Registered => Fact::of(("user", user.id, user.version), &pb::UserRegistered { user: name() }, now),
        Event::GrantsChanged => Fact::of(("user", user.id, user.version), &pb::RoleChanged { user: name() }, now),
    };
    events.iter().map(fact).collect()
}
