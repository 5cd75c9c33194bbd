//! What `souk check` asks of this store.
use platform::check::{Check, check};

const PARCELS: &str = "SELECT count(*) AS n FROM parcels";

/// Its carrier told the state it is in; before it told anything, a parcel is dispatched.
const MOVED_UNTOLD: &str = "SELECT count(*) AS n FROM parcels p WHERE p.state = 'prepared' OR (p.state <> 'dispatched'
    AND NOT EXISTS (SELECT 1 FROM tracking t WHERE t.parcel = p.id AND t.kind = p.state))";
/// Prepared and dispatched are the first two; what the carrier told are the others.
const VERSION_DIFFERS: &str = "SELECT count(*) AS n FROM parcels p WHERE p.version <> 2 + (
    SELECT count(*) FROM tracking t WHERE t.parcel = p.id)";

pub fn all() -> Vec<Check> {
    vec![
        check("O2", "a parcel is where its carrier told that it is", MOVED_UNTOLD, PARCELS),
        check("O4", "versions of a parcel are 1..n without a gap", VERSION_DIFFERS, PARCELS),
    ]
}
