//! Money over several stores: the provider's book (M4), and the parts of a charge (M7).
use super::{
    ALL, Line, Tally,
    bank::{BankBook, Record, Returned},
    purchases::{Attempt, Payment, Purchases, Refund, charge, order_name},
    vendors::Accounts,
};
use kernel::{AttemptId, RefundId};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

pub fn check(purchases: &Purchases, bank: &BankBook, accounts: &Accounts) -> [Line; 3] {
    [same_book(purchases, bank), same_balance(purchases, bank, accounts), parts_add_up(purchases)]
}

/// M4, attempt by attempt, refund by refund, dispute by dispute. What the bank tells us of right now is not judged.
fn same_book(purchases: &Purchases, bank: &BankBook) -> Line {
    let mut tally = Tally::default();
    let ours = purchases.payments.keys().chain(bank.orders()).collect::<BTreeSet<_>>();
    for order in ours.into_iter().filter(|order| purchases.stood_still(order)) {
        let records = bank.of_order(order);
        if records.iter().any(|record| record.rings) {
            continue;
        }
        let is_same = match purchases.payments.get(order) {
            Some(payment) => Pair { order, payment, records }.agree(),
            None => !records.iter().any(|record| record.has_arrived),
        };
        tally.look(order_name(order), is_same);
    }
    tally.line(ALL, "M4", "our payments are what the provider's book has: captures, refunds, voids, disputes")
}

/// Ours and the bank's, for one order.
struct Pair<'a> {
    order: &'a Uuid,
    payment: &'a Payment,
    records: &'a [Record],
}

impl Pair<'_> {
    fn agree(&self) -> bool {
        let named = |record: &&Record| self.payment.attempts.iter().any(|attempt| name(attempt) == record.attempt);
        self.records.iter().all(|record| named(&record))
            && self.payment.attempts.iter().all(|attempt| self.attempt(attempt))
            && self.records.iter().flat_map(|record| &record.refunds).all(|refund| self.knows(refund))
            && self.payment.refunds.iter().all(|refund| self.refund(refund))
            && self.disputes()
    }

    /// What a state of ours may mean there. A call of ours that is under way may have had its effect already.
    fn attempt(&self, ours: &Attempt) -> bool {
        let Some(theirs) = self.records.iter().find(|record| record.attempt == name(ours)) else {
            return ["asked", "declined", "voided"].contains(&ours.state.as_str());
        };
        let is_same = theirs.amount == ours.amount && theirs.currency == self.payment.currency;
        let captured = match (ours.state.as_str(), self.payment.state.as_str()) {
            ("authorized", "taken") => theirs.captures == [ours.amount],
            ("authorized", "taking") => theirs.captures.is_empty() || theirs.captures == [ours.amount],
            _ => theirs.captures.is_empty(),
        };
        let may_be: &[&str] = match (ours.state.as_str(), self.payment.state.as_str()) {
            ("asked" | "waiting", _) => &["authorized", "declined", "needs_action", "pending", "voided"],
            ("declined", _) => &["declined"],
            ("voided", _) => &["voided", "declined"],
            ("authorized", "open") => &["authorized"],
            ("authorized", "taking") => &["authorized", "captured", "voided"],
            ("authorized", "taken") => &["captured"],
            ("authorized", _) => &["authorized", "declined", "voided"],
            _ => &[],
        };
        is_same && captured && may_be.contains(&theirs.status.as_str())
    }

    /// Whether a refund there is one of ours, as it should be.
    fn knows(&self, theirs: &Returned) -> bool {
        let ours = self.payment.refunds.iter().find(|refund| self.is(refund, theirs));
        match (theirs.status.as_str(), ours) {
            ("failed", None) => true,
            (_, None) => false,
            (_, Some(ours)) if ours.card != theirs.amount => false,
            ("done", Some(ours)) => ["refunding", "refunded"].contains(&ours.state.as_str()),
            ("pending", Some(ours)) => ours.state == "refunding",
            (_, Some(ours)) => ours.state != "refunded",
        }
    }

    /// Whether a refund of ours is there. What no card paid, the bank has nothing of.
    fn refund(&self, ours: &Refund) -> bool {
        let mut done = self.records.iter().flat_map(Record::refunded).filter(|theirs| self.is(ours, theirs));
        let (first, second) = (done.next(), done.next());
        match ours.state.as_str() {
            "refunded" => first.is_some() == (ours.card > 0) && second.is_none(),
            "refunding" => second.is_none(),
            _ => first.is_none(),
        }
    }

    fn is(&self, ours: &Refund, theirs: &Returned) -> bool {
        let refund = RefundId::from_uuid(ours.id);
        let of = |attempt: &Attempt| format!("{}/{}/refund/{refund}", order_name(self.order), name(attempt));
        ours.key == format!("provider/{}", theirs.id)
            || self.payment.attempts.iter().any(|attempt| of(attempt) == theirs.key)
    }

    fn disputes(&self) -> bool {
        let ours: BTreeSet<_> =
            self.payment.disputes.iter().map(|d| (d.bank_id.as_str(), d.amount, d.state.as_str())).collect();
        let theirs = self.records.iter().flat_map(|record| &record.disputes);
        ours == theirs.map(|d| (d.id.as_str(), d.amount, d.status.as_str())).collect()
    }

    /// Something may have moved there that we have not written down yet.
    fn is_under_way(&self) -> bool {
        self.payment.state == "taking"
            || self.payment.refunds.iter().any(|refund| refund.state == "refunding")
            || self.records.iter().any(|record| record.rings)
    }
}

fn name(attempt: &Attempt) -> String {
    AttemptId::from_uuid(attempt.id).to_string()
}

/// M4: provider clearing = captured − refunded − disputes opened or lost, as the provider says.
fn same_balance(purchases: &Purchases, bank: &BankBook, accounts: &Accounts) -> Line {
    let mut posted = HashMap::<Uuid, i64>::new();
    for entry in accounts.posted.iter().filter(|entry| entry.account == "provider_clearing") {
        if let Some(payment) = entry.payment {
            *posted.entry(payment).or_default() += entry.amount;
        }
    }
    let mut tally = Tally::default();
    for (order, payment) in purchases.payments.iter().filter(|(order, _)| purchases.stood_still(order)) {
        let pair = Pair { order, payment, records: bank.of_order(order) };
        if !pair.is_under_way() {
            let owed: i64 = pair.records.iter().map(Record::owes).sum();
            let ours = posted.get(&payment.id).copied().unwrap_or_default();
            tally.look(order_name(order), ours == owed);
        }
    }
    tally.line(ALL, "M4", "provider clearing is what the provider holds for an order")
}

/// M7: pricing, payment and order have the same parts, and they add up to the same charge.
fn parts_add_up(purchases: &Purchases) -> Line {
    let taken = purchases.payments.iter().filter(|(_, payment)| payment.state == "taken").map(|(order, _)| order);
    let confirmed = purchases.orders.iter().filter(|(_, order)| order.was_confirmed).map(|(id, _)| id);
    let mut tally = Tally::default();
    for id in taken.chain(confirmed).collect::<BTreeSet<_>>() {
        if purchases.stood_still(id) {
            tally.look(order_name(id), adds_up(purchases, id));
        }
    }
    tally.line(ALL, "M7", "pricing's, the order's and the payment's parts are the same and add up to the charge")
}

fn adds_up(purchases: &Purchases, id: &Uuid) -> bool {
    let (Some(order), Some(acceptance), Some(payment)) =
        (purchases.orders.get(id), purchases.acceptances.get(id), purchases.payments.get(id))
    else {
        return false;
    };
    let is_copied = !order.was_confirmed || order.parts == acceptance.parts;
    let totals = [acceptance.total, payment.total, order.total, charge(&acceptance.parts)];
    let currencies = [&acceptance.currency, &payment.currency];
    is_copied
        && payment.parts == acceptance.parts
        && totals.iter().all(|total| *total == payment.total)
        && currencies.iter().all(|currency| **currency == order.currency)
}
