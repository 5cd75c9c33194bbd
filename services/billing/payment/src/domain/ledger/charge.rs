//! The money side of one payment: what was charged, and everything that happened to it since.
use super::{
    Account, Component, Dispute, DisputeState, Kind, Refund, RefundState, Tenders, Transaction, transaction::Sheet,
};
use kernel::{ComponentId, Currency, UserId, VendorId};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    pub currency: Currency,
    /// Whose wallet it is; nobody's for a guest.
    pub customer: Option<UserId>,
    pub tenders: Tenders,
    /// By line, then id: the order in which ties are broken.
    pub components: Vec<Component>,
    pub refunds: Vec<Refund>,
    pub disputes: Vec<Dispute>,
}

/// What a payment is for one vendor: a sum of its components, stored nowhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Split {
    pub charge: i64,
    pub share: i64,
    pub commission: i64,
    pub refunded: i64,
    pub disputed: i64,
}

impl Charge {
    /// What the customer pays.
    pub fn total(&self) -> i64 {
        self.components.iter().map(Component::charge).sum()
    }

    pub fn component(&self, id: ComponentId) -> Option<&Component> {
        self.components.iter().find(|c| c.id == id)
    }

    /// Posted when the money is taken.
    pub fn capture(&self) -> Option<Transaction> {
        let mut sheet = Sheet::default();
        sheet.receives(self.tenders, self.customer);
        for c in &self.components {
            sheet
                .add(Account::PromotionExpense, c.frozen.funded)
                .add(Account::Payable(c.vendor), -c.share())
                .add(Account::Commission, -c.frozen.commission)
                .add(Account::CommissionTaxPayable, -c.frozen.commission_tax)
                .add(Account::TaxPayable, -c.frozen.marketplace_tax);
        }
        sheet.close(Kind::Capture, self.currency)
    }

    /// What may still go back by each tender (ledger 7).
    pub fn left(&self) -> Tenders {
        let refunds = self.refunds.iter().filter(|r| r.state != RefundState::Refused);
        let left = refunds.fold(self.tenders, |left, r| left.less(r.money));
        let disputes = self.disputes.iter().filter(|d| d.state != DisputeState::Won);
        disputes.fold(left, |left, d| left.less(Tenders::by_card(d.amount)))
    }

    /// What went back to the customer by refunds.
    pub fn refunded(&self) -> i64 {
        let refunded = self.refunds.iter().filter(|r| r.state == RefundState::Refunded);
        refunded.map(|r| r.money.total()).sum()
    }

    pub fn splits(&self) -> BTreeMap<VendorId, Split> {
        let mut splits: BTreeMap<VendorId, Split> = BTreeMap::new();
        for c in &self.components {
            let split = splits.entry(c.vendor).or_default();
            split.charge += c.charge();
            split.share += c.share();
            split.commission += c.frozen.commission;
            split.refunded += if c.is_charged() { c.back + c.goodwill } else { 0 };
            split.disputed += c.disputed;
        }
        splits
    }

    pub(super) fn at(&mut self, id: ComponentId) -> Option<&mut Component> {
        self.components.iter_mut().find(|c| c.id == id)
    }

    /// Rule 2 over what facts may still take of these components, or of all. Only what the customer paid for can be taken.
    /// What has no room is nobody's.
    pub(super) fn spread(&self, amount: i64, named: Option<&[ComponentId]>) -> (Vec<(ComponentId, i64)>, i64) {
        let counts = |c: &Component| c.is_charged() && named.is_none_or(|ids| ids.contains(&c.id));
        let rooms: Vec<i64> = self.components.iter().map(|c| if counts(c) { c.room() } else { 0 }).collect();
        let placed = amount.min(rooms.iter().sum());
        let shares = kernel::share::largest_remainder(placed, &rooms);
        let parts = self.components.iter().zip(shares).filter(|(_, share)| *share > 0);
        (parts.map(|(c, share)| (c.id, share)).collect(), amount - placed)
    }
}
