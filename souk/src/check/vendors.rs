//! What vendors are owed: counted again from orders and facts (M5), and against payouts and the bank (M6).
use super::{
    ALL, Line, Tally,
    bank::BankBook,
    purchases::{Acceptance, Part, Payment, Purchases, Refund, order_name},
    stores::Stores,
};
use kernel::{PayoutId, VendorId};
use platform_sql::Row;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// What the ledger has on one account for one cause.
pub struct Posted {
    pub account: String,
    /// The vendor, or whoever else it is about.
    pub party: Option<Uuid>,
    pub currency: String,
    pub kind: String,
    pub payment: Option<Uuid>,
    /// An order, a payout, or what an operator wrote.
    pub cause: String,
    /// Debit above zero.
    pub amount: i64,
}

struct Payout {
    id: Uuid,
    vendor: Uuid,
    currency: String,
    amount: i64,
    state: String,
}

pub struct Accounts {
    pub posted: Vec<Posted>,
    payouts: Vec<Payout>,
}

const ENTRIES: &str = "SELECT account, party, currency, kind, payment, cause, CAST(sum(amount) AS bigint) AS amount
    FROM entries WHERE account IN ('payable', 'frozen', 'reserve', 'payouts_in_transit', 'provider_clearing')
    GROUP BY account, party, currency, kind, payment, cause";
const PAYOUTS: &str = "SELECT id, vendor, currency, amount, state FROM payouts";
/// Nothing but the ledger knows of these: fees of a payout, and what an operator books.
const HOUSE: [&str; 4] = ["payout_fee", "fee_charged_on", "bad_debt", "adjustment"];
/// What moves earnings, and makes none.
const MOVES: [&str; 5] = ["payout", "payout_paid", "payout_bounced", "reserve_held", "reserve_released"];

/// Vendor and currency.
type Whose = (Uuid, String);
type Sums = BTreeMap<Whose, i64>;

impl Accounts {
    pub async fn read(stores: &Stores) -> Result<Accounts, String> {
        let posted = |row: &Row| {
            let (account, party, currency) = (row.get("account")?, row.get("party")?, row.get("currency")?);
            let (kind, payment, cause) = (row.get("kind")?, row.get("payment")?, row.get("cause")?);
            Ok(Posted { account, party, currency, kind, payment, cause, amount: row.get("amount")? })
        };
        let payout = |row: &Row| {
            let (id, vendor, currency) = (row.get("id")?, row.get("vendor")?, row.get("currency")?);
            Ok(Payout { id, vendor, currency, amount: row.get("amount")?, state: row.get("state")? })
        };
        let payouts = stores.payment.each(PAYOUTS, payout).await?;
        Ok(Accounts { posted: stores.payment.each(ENTRIES, posted).await?, payouts })
    }

    /// What is owed on these accounts, by what was posted so.
    fn owed(&self, accounts: &[&str], counts: impl Fn(&Posted) -> bool) -> Sums {
        let mut sums = Sums::new();
        for posted in self.posted.iter().filter(|p| accounts.contains(&p.account.as_str()) && counts(p)) {
            let Some(vendor) = posted.party else { continue };
            *sums.entry((vendor, posted.currency.clone())).or_default() -= posted.amount;
        }
        sums
    }

    fn paid_out(&self, counts: impl Fn(&Payout) -> bool) -> Sums {
        let mut sums = Sums::new();
        for payout in self.payouts.iter().filter(|payout| payout.state != "bounced" && counts(payout)) {
            *sums.entry((payout.vendor, payout.currency.clone())).or_default() += payout.amount;
        }
        sums
    }
}

pub fn check(purchases: &Purchases, bank: &BankBook, accounts: &Accounts) -> [Line; 3] {
    [owed(purchases, accounts), earned(purchases, accounts), paid_once(purchases, bank, accounts)]
}

/// M5. An order that is not decided, or that moved meanwhile, is left out on both sides.
fn owed(purchases: &Purchases, accounts: &Accounts) -> Line {
    let mut expected = Sums::new();
    let mut left_out = BTreeSet::new();
    for (order, payment) in &purchases.payments {
        let found = purchases.orders.get(order);
        if !purchases.stood_still(order) || found.is_some_and(|order| order.state == "placed") {
            left_out.insert(payment.id);
        } else if let (true, Some(acceptance)) =
            (found.is_some_and(|order| order.was_confirmed), purchases.acceptances.get(order))
        {
            shares(acceptance, payment, &mut expected);
        }
    }
    // Entries are read after the payments: what an order that moved has caused may be of a payment that was not there yet.
    let moving: BTreeSet<String> = purchases.moved().flat_map(|id| [order_name(id), payout_name(id)]).collect();
    let still = |p: &Posted| !moving.contains(&p.cause) && p.payment.is_none_or(|payment| !left_out.contains(&payment));
    let house = accounts.owed(&["payable"], |p| still(p) && HOUSE.contains(&p.kind.as_str()));
    let paid = accounts.paid_out(|payout| purchases.stood_still(&payout.id));
    let ledger = accounts.owed(&["payable", "frozen", "reserve"], still);
    let mut tally = Tally::default();
    for whose in whose([&expected, &house, &paid, &ledger]) {
        let counted = of(&expected, whose) + of(&house, whose) - of(&paid, whose);
        tally.look(shown(whose), counted == of(&ledger, whose));
    }
    tally.line(ALL, "M5", "what a vendor is owed, counted again from the orders, is what the ledger says")
}

/// What the vendors of an order have of it: their shares, less the shares of what went back.
fn shares(acceptance: &Acceptance, payment: &Payment, sums: &mut Sums) {
    for (id, part) in &acceptance.parts {
        let share = share_left(part, went_back(id, payment));
        *sums.entry((part.vendor, acceptance.currency.clone())).or_default() += share;
    }
}

/// How much of a component's measure went back for good, by refunds, lost disputes, and goodwill that became the vendor's to give.
/// Where the customer got something twice, what counts is how much of it had room.
fn went_back(component: &Uuid, payment: &Payment) -> i64 {
    let given = payment.given.get(component).copied().unwrap_or_default();
    if payment.is_double {
        return given.back;
    }
    let of = |parts: &[(Uuid, i64)]| parts.iter().filter(|(id, _)| id == component).map(|(_, x)| x).sum::<i64>();
    let refunded = payment.refunds.iter().filter(|refund| refund.state == "refunded");
    let lost = payment.disputes.iter().filter(|dispute| dispute.state == "lost");
    let goodwill: i64 = payment.refunds.iter().filter(is_paid_goodwill).map(|refund| of(&refund.parts)).sum();
    refunded.filter(|refund| !refund.is_goodwill).map(|refund| of(&refund.parts)).sum::<i64>()
        + lost.map(|dispute| of(&dispute.parts)).sum::<i64>()
        + (goodwill - given.goodwill)
}

fn is_paid_goodwill(refund: &&Refund) -> bool {
    refund.is_goodwill && refund.state == "refunded"
}

/// Ledger 1, all at once: n give-backs give exactly what one gives, so the sum is enough.
fn share_left(part: &Part, back: i64) -> i64 {
    let charge = part.price - part.funded;
    let measure = if charge > 0 { charge } else { part.price };
    let given = |frozen: i64| rounded(frozen, back, measure);
    let money = if charge > 0 { back } else { 0 };
    let share = part.price - part.commission - part.commission_tax - part.marketplace_tax;
    share - money - given(part.funded)
        + given(part.commission)
        + given(part.commission_tax)
        + given(part.marketplace_tax)
}

/// `frozen · back / measure`, halves up. A second implementation on purpose.
fn rounded(frozen: i64, back: i64, measure: i64) -> i64 {
    if measure == 0 {
        return 0;
    }
    let twice = 2 * i128::from(frozen) * i128::from(back) + i128::from(measure);
    i64::try_from(twice.div_euclid(2 * i128::from(measure))).unwrap_or(i64::MAX)
}

/// M6: payouts + balance + reserve = earnings, by vendor; and what is under way is in transit.
fn earned(purchases: &Purchases, accounts: &Accounts) -> Line {
    let moving: BTreeSet<String> = purchases.moved().map(payout_name).collect();
    let still = |p: &Posted| !moving.contains(&p.cause);
    let paid = accounts.paid_out(|payout| purchases.stood_still(&payout.id));
    let under_way = accounts.paid_out(|p| purchases.stood_still(&p.id) && p.state != "paid");
    let balance = accounts.owed(&["payable", "frozen"], still);
    let reserve = accounts.owed(&["reserve"], still);
    let transit = accounts.owed(&["payouts_in_transit"], still);
    let earnings = accounts.owed(&["payable", "frozen"], |p| still(p) && !MOVES.contains(&p.kind.as_str()));
    let mut tally = Tally::default();
    for whose in whose([&paid, &balance, &reserve, &transit, &earnings]) {
        let has = of(&paid, whose) + of(&balance, whose) + of(&reserve, whose);
        let is_right = has == of(&earnings, whose) && of(&transit, whose) == of(&under_way, whose);
        tally.look(shown(whose), is_right);
    }
    tally.line(ALL, "M6", "payouts + balance + reserve = earnings")
}

/// M6: each of ours is there once, and there is no other.
fn paid_once(purchases: &Purchases, bank: &BankBook, accounts: &Accounts) -> Line {
    let mut tally = Tally::default();
    let ours: HashMap<String, &Payout> = accounts.payouts.iter().map(|payout| (key(&payout.id), payout)).collect();
    for payout in accounts.payouts.iter().filter(|payout| purchases.stood_still(&payout.id)) {
        let there = bank.payouts.get(&key(&payout.id));
        if there.is_some_and(|paid| paid.rings) {
            continue;
        }
        let is_same = there.is_some_and(|paid| {
            let vendor = VendorId::from_uuid(payout.vendor).to_string();
            (&paid.vendor, paid.amount, &paid.currency) == (&vendor, payout.amount, &payout.currency)
        });
        let status = there.map(|paid| paid.status.as_str());
        let is_right = match (payout.state.as_str(), status) {
            // The bank may have refused it, or not have heard of it yet.
            ("asked" | "bounced", None) => true,
            ("asked" | "pending", Some(_)) => is_same,
            (state, Some(status)) => is_same && state == status,
            (_, None) => false,
        };
        tally.look(payout_name(&payout.id), is_right);
    }
    let strange = bank.payouts.keys().filter(|key| !ours.contains_key(*key));
    strange.filter(|key| purchases.stood_still(&payout_of(key))).for_each(|key| tally.look(key, false));
    tally.line(ALL, "M6", "each payout is in the bank once")
}

/// Its key at the bank.
fn key(id: &Uuid) -> String {
    format!("payout/{}", payout_name(id))
}

fn payout_of(key: &str) -> Uuid {
    let id = key.strip_prefix("payout/").and_then(|id| id.parse::<PayoutId>().ok());
    id.map_or(Uuid::nil(), PayoutId::uuid)
}

fn payout_name(id: &Uuid) -> String {
    PayoutId::from_uuid(*id).to_string()
}

fn whose<const N: usize>(sums: [&Sums; N]) -> BTreeSet<&Whose> {
    sums.into_iter().flat_map(BTreeMap::keys).collect()
}

fn of(sums: &Sums, whose: &Whose) -> i64 {
    sums.get(whose).copied().unwrap_or_default()
}

fn shown((vendor, currency): &Whose) -> String {
    format!("{} {currency}", VendorId::from_uuid(*vendor))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(price: i64, parts: [i64; 4]) -> Part {
        let [funded, commission, commission_tax, marketplace_tax] = parts;
        let (vendor, line, units) = (Uuid::nil(), 1, 1);
        Part { vendor, line, units, price, funded, commission, commission_tax, marketplace_tax }
    }

    /// The examples of the ledger.
    #[test]
    fn what_is_left_of_a_share() {
        let of_a = part(6000, [0, 600, 0, 0]);
        assert_eq!([0, 6000].map(|back| share_left(&of_a, back)), [5400, 0]);
        let funded = part(6000, [500, 600, 0, 0]);
        assert_eq!([0, 5500].map(|back| share_left(&funded, back)), [5400, 0]);
        let taxed = part(6000, [0, 600, 120, 0]);
        assert_eq!([0, 2000, 6000].map(|back| share_left(&taxed, back)), [5280, 5280 - 1760, 0]);
        let free = part(6000, [6000, 600, 0, 0]);
        assert_eq!([0, 6000].map(|back| share_left(&free, back)), [5400, 0], "nothing was charged");
        let thirds = part(1000, [0, 125, 0, 0]);
        assert_eq!([333, 666, 1000].map(|back| 875 - share_left(&thirds, back)), [291, 583, 875]);
    }
}
