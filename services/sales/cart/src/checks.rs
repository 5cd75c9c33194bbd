//! What `souk check` asks of this store.
use platform::check::{Check, check};

const CARTS: &str = "SELECT count(*) AS n FROM carts";
const HOMELESS: &str = "SELECT count(*) AS n FROM carts WHERE (state = 'open') <> (order_id IS NULL)";

pub fn all() -> Vec<Check> {
    vec![check("O7", "a cart that is not open names its order, an open one names none", HOMELESS, CARTS)]
}
