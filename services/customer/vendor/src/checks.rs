//! What `souk check` asks of this store.
use platform::check::{Check, check};

const VENDORS: &str = "SELECT count(*) AS n FROM vendors";
const NEVER_APPROVED: &str =
    "SELECT count(*) AS n FROM vendors WHERE approved IS NULL AND status IN ('active', 'vacation', 'suspended')";

pub fn all() -> Vec<Check> {
    vec![check("O2", "whoever sells was approved", NEVER_APPROVED, VENDORS)]
}
