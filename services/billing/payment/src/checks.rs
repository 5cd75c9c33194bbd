//! What `souk check` asks of this store. (M4 to M6 look into the provider's book and the orders too: `souk/src/check`.)
use platform::check::{Check, check};

const ENTRIES: &str = "SELECT count(*) AS n FROM entries";
const COMPONENTS: &str = "SELECT count(*) AS n FROM components";
const PAYMENTS: &str = "SELECT count(*) AS n FROM payments";
const TENDERS: &str = "SELECT (SELECT count(*) FROM wallets) + (SELECT count(*) FROM gift_cards) AS n";

const UNBALANCED: &str = "SELECT count(*) AS n FROM (
    SELECT tx FROM entries GROUP BY tx, currency HAVING sum(amount) <> 0) t";
const LEDGER_UNBALANCED: &str = "SELECT count(*) AS n FROM (
    SELECT currency FROM entries GROUP BY currency HAVING sum(amount) <> 0) t";
/// Above the cap only facts may go, and they say so by the operator's queue; captured above authorized, never.
const ABOVE_CAP: &str = "SELECT (SELECT count(*) FROM components WHERE back + disputed > measure)
    + (SELECT count(*) FROM components c WHERE c.back + c.refunding + c.disputed + c.goodwill > c.measure
        AND NOT EXISTS (SELECT 1 FROM disputes d WHERE d.payment = c.payment)
        AND NOT EXISTS (SELECT 1 FROM refunds r WHERE r.payment = c.payment AND r.key LIKE 'provider/%'))
    + (SELECT count(*) FROM payments p WHERE p.state = 'taken' AND p.card > coalesce(
        (SELECT max(a.amount) FROM attempts a WHERE a.payment = p.id AND a.state = 'authorized'), 0)) AS n";
/// Components add up to the charge, and what was posted at the capture is the charge and the vendors' shares.
const SPLITS_DIFFER: &str = "SELECT count(*) AS n FROM payments p WHERE p.fingerprint IS NOT NULL AND (
    p.total <> (SELECT coalesce(sum(c.price - c.funded), 0) FROM components c WHERE c.payment = p.id)
    OR (p.state = 'taken' AND (SELECT coalesce(-sum(e.amount), 0) FROM entries e
        WHERE e.payment = p.id AND e.kind = 'capture' AND e.account = 'payable') <> (
        SELECT sum(c.price - c.commission - c.commission_tax - c.marketplace_tax) FROM components c
        WHERE c.payment = p.id))
    OR (p.state = 'taken' AND (SELECT coalesce(sum(e.amount), 0) FROM entries e WHERE e.payment = p.id
        AND e.kind = 'capture' AND e.account IN ('provider_clearing', 'wallet', 'gift_cards')) <> p.total)
    OR (p.state <> 'taken' AND EXISTS (SELECT 1 FROM entries e WHERE e.payment = p.id)))";
const MIXED: &str = "SELECT (SELECT count(*) FROM (
        SELECT tx FROM entries GROUP BY tx HAVING count(DISTINCT currency) > 1) t)
    + (SELECT count(*) FROM entries e JOIN payments p ON p.id = e.payment WHERE e.currency <> p.currency) AS n";
/// A balance that differs from its account is as wrong as one below zero.
const BELOW_FLOOR: &str = "SELECT (SELECT count(*) FROM wallets w WHERE w.held < 0 OR w.balance < w.held
        OR w.balance <> (SELECT coalesce(-sum(e.amount), 0) FROM entries e
            WHERE e.account = 'wallet' AND e.party = w.owner AND e.currency = w.currency))
    + (SELECT count(*) FROM gift_cards WHERE held < 0 OR balance < held)
    + (SELECT count(*) FROM (SELECT currency, sum(balance) AS balance FROM gift_cards GROUP BY currency) g
        WHERE g.balance <> (SELECT coalesce(-sum(e.amount), 0) FROM entries e
            WHERE e.account = 'gift_cards' AND e.currency = g.currency)) AS n";
const PARTS_LEFT: &str = "SELECT count(*) AS n FROM components WHERE measure > 0 AND back = measure AND (
    given_funded <> funded OR given_commission <> commission OR given_commission_tax <> commission_tax
    OR given_marketplace_tax <> marketplace_tax)";

pub fn all() -> Vec<Check> {
    vec![
        check("M1", "each ledger transaction sums to 0 per currency", UNBALANCED, ENTRIES),
        check("M2", "so does the whole ledger", LEDGER_UNBALANCED, ENTRIES),
        check(
            "M3",
            "nothing goes back above the cap, nothing is captured above the authorization",
            ABOVE_CAP,
            COMPONENTS,
        ),
        check("M7", "splits and components add up to the charge", SPLITS_DIFFER, PAYMENTS),
        check("M8", "one currency an order, no transaction mixes two", MIXED, ENTRIES),
        check("M9", "wallets and gift cards never below 0, and as their accounts say", BELOW_FLOOR, TENDERS),
        check("M12", "a full refund returns full commission and tax", PARTS_LEFT, COMPONENTS),
    ]
}
