//! What is posted together: it sums to zero, in one currency (M1, M8).
use super::{Account, Given, Tenders};
use kernel::{Currency, UserId, VendorId};
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub account: Account,
    /// Minor units; debit above zero, credit below, never zero.
    pub amount: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    pub kind: Kind,
    pub currency: Currency,
    /// One an account, in the order of accounts.
    pub entries: Vec<Entry>,
}

/// What caused it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Capture,
    Refund,
    Goodwill,
    GoodwillMoved,
    DisputeOpened,
    DisputeWon,
    DisputeLost,
    ProviderFee,
    FeeChargedOn,
    ProviderSettled,
    Payout,
    PayoutFee,
    PayoutPaid,
    PayoutBounced,
    ReserveHeld,
    ReserveReleased,
    StoreCredit,
    PromotionalCredit,
    GiftCardSold,
    BadDebt,
    Adjustment,
}

impl Kind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Capture => "capture",
            Self::Refund => "refund",
            Self::Goodwill => "goodwill",
            Self::GoodwillMoved => "goodwill_moved",
            Self::DisputeOpened => "dispute_opened",
            Self::DisputeWon => "dispute_won",
            Self::DisputeLost => "dispute_lost",
            Self::ProviderFee => "provider_fee",
            Self::FeeChargedOn => "fee_charged_on",
            Self::ProviderSettled => "provider_settled",
            Self::Payout => "payout",
            Self::PayoutFee => "payout_fee",
            Self::PayoutPaid => "payout_paid",
            Self::PayoutBounced => "payout_bounced",
            Self::ReserveHeld => "reserve_held",
            Self::ReserveReleased => "reserve_released",
            Self::StoreCredit => "store_credit",
            Self::PromotionalCredit => "promotional_credit",
            Self::GiftCardSold => "gift_card_sold",
            Self::BadDebt => "bad_debt",
            Self::Adjustment => "adjustment",
        }
    }
}

impl Transaction {
    /// Two accounts: `amount` goes to the debit of one and the credit of the other. Nothing when it is 0.
    pub(super) fn moving(
        kind: Kind,
        currency: Currency,
        debit: Account,
        (credit, amount): (Account, i64),
    ) -> Option<Transaction> {
        let mut sheet = Sheet::default();
        sheet.add(debit, amount).add(credit, -amount);
        sheet.close(kind, currency)
    }
    /// What it books on one account.
    pub fn on(&self, account: Account) -> i64 {
        self.entries.iter().filter(|e| e.account == account).map(|e| e.amount).sum()
    }
    /// 0, always (M1).
    pub fn sum(&self) -> i64 {
        self.entries.iter().map(|e| e.amount).sum()
    }
}

/// A transaction being written: amounts of one account add up.
#[derive(Default)]
pub(super) struct Sheet(BTreeMap<Account, i64>);

impl Sheet {
    pub fn add(&mut self, account: Account, amount: i64) -> &mut Self {
        *self.0.entry(account).or_default() += amount;
        self
    }
    /// What a component gives back: the vendor its share, we commission and taxes, and the platform takes its discount back.
    pub fn gives(&mut self, vendor: VendorId, given: &Given) -> &mut Self {
        self.add(Account::Payable(vendor), given.share)
            .add(Account::Commission, given.parts.commission)
            .add(Account::CommissionTaxPayable, given.parts.commission_tax)
            .add(Account::TaxPayable, given.parts.marketplace_tax)
            .add(Account::PromotionExpense, -given.parts.funded)
    }
    /// The customer's money comes in, by tender.
    pub fn receives(&mut self, money: Tenders, customer: Option<UserId>) -> &mut Self {
        if let Some(customer) = customer {
            self.add(Account::Wallet(customer), money.wallet);
        }
        self.add(Account::ProviderClearing, money.card).add(Account::GiftCards, money.gift_card)
    }
    /// Nothing was moved: no transaction.
    pub fn close(self, kind: Kind, currency: Currency) -> Option<Transaction> {
        let entries: Vec<Entry> =
            self.0.into_iter().filter(|(_, a)| *a != 0).map(|(account, amount)| Entry { account, amount }).collect();
        let transaction = Transaction { kind, currency, entries };
        debug_assert_eq!(transaction.sum(), 0, "{transaction:?}");
        (!transaction.entries.is_empty()).then_some(transaction)
    }
}
