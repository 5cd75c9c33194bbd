//! What `souk check` asks of this store.
use platform::check::{Check, check};

const COUPONS: &str = "SELECT count(*) AS n FROM coupons";
const ACCEPTED: &str = "SELECT count(*) AS n FROM acceptances WHERE state = 'done'";

/// A redemption is an acceptance that is done; an order has one acceptance.
const REDEMPTIONS_DIFFER: &str = "SELECT count(*) AS n FROM coupons c WHERE c.used > c.uses OR c.used <> (
    SELECT count(*) FROM acceptances a WHERE a.coupon = c.code AND a.state = 'done')";
const PARTS_DIFFER: &str = "SELECT count(*) AS n FROM acceptances a JOIN quotes q ON q.id = a.quote
    WHERE a.state = 'done' AND q.total <> (
        SELECT coalesce(sum(c.price - c.funded), 0) FROM components c WHERE c.order_id = a.order_id)";

pub fn all() -> Vec<Check> {
    vec![
        check("M11", "coupon redemptions ≤ limit; each is one order's", REDEMPTIONS_DIFFER, COUPONS),
        check("M7", "accepted components add up to their quote", PARTS_DIFFER, ACCEPTED),
    ]
}
