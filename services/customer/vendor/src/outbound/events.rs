//! Domain event → public event.
use crate::domain::{Event, Vendor};
use contracts::vendor as pb;
use kernel::Timestamp;
use platform::store::Fact;

/// A vendor emits at most one event a version, so its version numbers them.
pub fn facts(v: &Vendor, events: &[Event], now: Timestamp) -> Vec<Fact> {
    events.iter().map(|event| fact(v, *event, now)).collect()
}

fn fact(v: &Vendor, event: Event, now: Timestamp) -> Fact {
    let (vendor, name, slug) = (v.id.to_string(), v.profile.name.clone(), v.profile.slug.to_string());
    let status = v.status.as_str().to_string();
    let (id, version) = (v.id, v.version);
    match event {
        Event::Approved => {
            let owner = v.owner.map(|user| user.to_string()).unwrap_or_default();
            Fact::of(("vendor", id, version), &pb::VendorApproved { vendor, name, slug, owner }, now)
        }
        Event::Changed => Fact::of(("vendor", id, version), &pb::VendorChanged { vendor, name, slug, status }, now),
        Event::Suspended => Fact::of(("vendor", id, version), &pb::VendorSuspended { vendor, status }, now),
    }
}
