//! What `souk check` asks of this store.
use platform::check::{Check, check};

const USERS: &str = "SELECT count(*) AS n FROM users";
const HOMELESS: &str = "SELECT count(*) AS n FROM roles r
    WHERE (r.role IN ('vendor_staff', 'vendor_admin')) <> (r.vendor <> '')";

pub fn all() -> Vec<Check> {
    vec![check("T1", "a role at a vendor names it, and no other role names one", HOMELESS, USERS)]
}
