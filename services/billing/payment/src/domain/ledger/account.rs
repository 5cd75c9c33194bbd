//! The accounts. An amount above zero is a debit, below zero a credit; what we owe stands below zero.
use kernel::{UserId, VendorId};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// What the card provider owes us.
    ProviderClearing,
    /// Taken away by an open dispute, not yet lost.
    DisputeClearing,
    Bank,
    ProviderFees,
    PayoutFees,
    /// Discounts that the platform pays.
    PromotionExpense,
    GoodwillExpense,
    /// Went back to a customer twice: the platform's loss (ledger 4).
    DoubleReturn,
    BadDebt,
    Adjustments,
    Commission,
    CommissionTaxPayable,
    TaxPayable,
    GiftCards,
    /// What we owe a vendor.
    Payable(VendorId),
    /// A vendor's share of what is disputed.
    Frozen(VendorId),
    /// Held back from a vendor's payouts.
    Reserve(VendorId),
    InTransit(VendorId),
    /// What we owe a customer.
    Wallet(UserId),
}

impl Account {
    pub fn name(self) -> &'static str {
        match self {
            Self::ProviderClearing => "provider_clearing",
            Self::DisputeClearing => "dispute_clearing",
            Self::Bank => "bank",
            Self::ProviderFees => "provider_fees",
            Self::PayoutFees => "payout_fees",
            Self::PromotionExpense => "promotion_expense",
            Self::GoodwillExpense => "goodwill_expense",
            Self::DoubleReturn => "double_return",
            Self::BadDebt => "bad_debt",
            Self::Adjustments => "adjustments",
            Self::Commission => "commission",
            Self::CommissionTaxPayable => "commission_tax_payable",
            Self::TaxPayable => "tax_payable",
            Self::GiftCards => "gift_cards",
            Self::Payable(_) => "payable",
            Self::Frozen(_) => "frozen",
            Self::Reserve(_) => "reserve",
            Self::InTransit(_) => "payouts_in_transit",
            Self::Wallet(_) => "wallet",
        }
    }
    pub fn vendor(self) -> Option<VendorId> {
        match self {
            Self::Payable(vendor) | Self::Frozen(vendor) | Self::Reserve(vendor) | Self::InTransit(vendor) => {
                Some(vendor)
            }
            _ => None,
        }
    }
    pub fn user(self) -> Option<UserId> {
        match self {
            Self::Wallet(user) => Some(user),
            _ => None,
        }
    }
}
