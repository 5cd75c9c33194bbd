//! Payouts: everything that is owed and not claimed yet, at once (ledger 8).
use super::{Account, Kind, Transaction};
use kernel::{Currency, VendorId, share::half_up};

/// What comes off a payout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Minor units, for each payout.
    pub fee: i64,
    /// Held back, in basis points of what is owed.
    pub reserve_bp: i64,
}

/// How much is paid out of what is owed, and what is posted for it. `None` when nothing is left to pay: a vendor who owes us
/// waits until sales have made up for it.
pub fn claimed(vendor: VendorId, currency: Currency, owed: i64, terms: Terms) -> Option<(i64, Vec<Transaction>)> {
    let reserve = half_up(owed.max(0), terms.reserve_bp, 10_000);
    let amount = owed - terms.fee - reserve;
    if amount <= 0 {
        return None;
    }
    let off = |kind, account, amount| Transaction::moving(kind, currency, Account::Payable(vendor), (account, amount));
    let posted = [
        off(Kind::PayoutFee, Account::PayoutFees, terms.fee),
        off(Kind::ReserveHeld, Account::Reserve(vendor), reserve),
        off(Kind::Payout, Account::InTransit(vendor), amount),
    ];
    Some((amount, posted.into_iter().flatten().collect()))
}

/// The bank confirms.
pub fn paid(vendor: VendorId, currency: Currency, amount: i64) -> Option<Transaction> {
    Transaction::moving(Kind::PayoutPaid, currency, Account::InTransit(vendor), (Account::Bank, amount))
}

/// The bank sends it back, and only that puts it back.
pub fn bounced(vendor: VendorId, currency: Currency, amount: i64) -> Option<Transaction> {
    Transaction::moving(Kind::PayoutBounced, currency, Account::InTransit(vendor), (Account::Payable(vendor), amount))
}

/// What was held back is owed again.
pub fn reserve_released(vendor: VendorId, currency: Currency, amount: i64) -> Option<Transaction> {
    Transaction::moving(Kind::ReserveReleased, currency, Account::Reserve(vendor), (Account::Payable(vendor), amount))
}
