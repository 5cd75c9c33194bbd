//! What the house books beside payments and payouts. Each takes minor units above zero.
use super::{Account, Kind, Transaction, transaction::Sheet};
use kernel::{Currency, UserId, VendorId};

/// Compensation beyond what a component can bear (ledger 7).
pub fn store_credit(customer: UserId, currency: Currency, amount: i64) -> Option<Transaction> {
    let wallet = (Account::Wallet(customer), amount);
    Transaction::moving(Kind::StoreCredit, currency, Account::GoodwillExpense, wallet)
}

pub fn promotional_credit(customer: UserId, currency: Currency, amount: i64) -> Option<Transaction> {
    let wallet = (Account::Wallet(customer), amount);
    Transaction::moving(Kind::PromotionalCredit, currency, Account::PromotionExpense, wallet)
}

/// Paid by card; what it can buy is owed until it is redeemed.
pub fn gift_card_sold(currency: Currency, amount: i64) -> Option<Transaction> {
    Transaction::moving(Kind::GiftCardSold, currency, Account::ProviderClearing, (Account::GiftCards, amount))
}

/// The provider pays us what it collected, less what it keeps.
pub fn provider_settles(currency: Currency, collected: i64, fee: i64) -> Option<Transaction> {
    let mut sheet = Sheet::default();
    sheet
        .add(Account::Bank, collected - fee)
        .add(Account::ProviderFees, fee)
        .add(Account::ProviderClearing, -collected);
    sheet.close(Kind::ProviderSettled, currency)
}

/// What the provider takes, say for a lost dispute.
pub fn provider_fee(currency: Currency, amount: i64) -> Option<Transaction> {
    Transaction::moving(Kind::ProviderFee, currency, Account::ProviderFees, (Account::ProviderClearing, amount))
}

/// The vendor bears it.
pub fn fee_charged_on(vendor: VendorId, currency: Currency, amount: i64) -> Option<Transaction> {
    Transaction::moving(Kind::FeeChargedOn, currency, Account::Payable(vendor), (Account::ProviderFees, amount))
}

/// The vendor owes us and never sells again. What was owed is gone.
pub fn bad_debt(vendor: VendorId, currency: Currency, amount: i64) -> Option<Transaction> {
    Transaction::moving(Kind::BadDebt, currency, Account::BadDebt, (Account::Payable(vendor), amount))
}

/// An operator takes from a vendor; below zero, gives.
pub fn adjustment(vendor: VendorId, currency: Currency, amount: i64) -> Option<Transaction> {
    Transaction::moving(Kind::Adjustment, currency, Account::Payable(vendor), (Account::Adjustments, amount))
}
