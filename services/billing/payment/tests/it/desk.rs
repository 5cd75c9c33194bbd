//! A charge by short names, and transactions as `ledger.md` writes them.
use kernel::{ComponentId, Currency, DisputeId, Id, RefundId, Timestamp, UserId, VendorId};
use payment::domain::ledger::{
    Account, Charge, Component, Disputed, Parts, Refund, RefundKind, RefundState, Tenders, Transaction, Wanted,
    WantedPart,
};
use std::collections::BTreeMap;
use uuid::Uuid;

pub const EUR: Currency = Currency::EUR;
pub const NOW: Timestamp = Timestamp(1_700_000_000_123_456);

pub fn id<K>(n: u128) -> Id<K> {
    Id::from_uuid(Uuid::from_u128(n))
}
pub fn vendor(name: char) -> VendorId {
    id(name as u128)
}
pub fn customer() -> UserId {
    id('C' as u128)
}

/// `("A", 6000, Parts { commission: 600, .. })`: the vendor is the first letter of the name.
pub type Line<'a> = (&'a str, i64, Parts);

pub fn parts(funded: i64, commission: i64, commission_tax: i64, marketplace_tax: i64) -> Parts {
    Parts { funded, commission, commission_tax, marketplace_tax }
}

pub fn component_id(name: &str) -> ComponentId {
    let number = name.bytes().fold(0u128, |n, byte| n << 8 | u128::from(byte));
    id(number)
}

fn component(line: u32, (name, price, frozen): Line<'_>) -> Component {
    let (back, refunding, disputed, goodwill, units_back) = Default::default();
    Component {
        id: component_id(name),
        vendor: vendor(name.chars().next().unwrap()),
        line,
        units: 1,
        price,
        frozen,
        given: Parts::default(),
        back,
        refunding,
        disputed,
        goodwill,
        units_back,
    }
}

pub fn charge(lines: &[Line<'_>]) -> Charge {
    let components: Vec<_> = (1..).zip(lines).map(|(n, line)| component(n, *line)).collect();
    let total: i64 = components.iter().map(Component::charge).sum();
    let (currency, customer, tenders) = (EUR, Some(customer()), Tenders::by_card(total));
    Charge { currency, customer, tenders, components, refunds: vec![], disputes: vec![] }
}

/// A sells 6000, B 4000, commission 10 %.
pub fn a_and_b() -> Charge {
    charge(&[("A", 6000, parts(0, 600, 0, 0)), ("B", 4000, parts(0, 400, 0, 0))])
}

pub fn a_alone() -> Charge {
    charge(&[("A", 6000, parts(0, 600, 0, 0))])
}

/// What the tests do to a charge. Each reserves and settles at once.
pub trait Desk {
    fn back(&mut self, kind: RefundKind, name: &str, wanted: Wanted) -> Vec<Transaction>;
    fn rest(&mut self, name: &str) -> Vec<Transaction>;
    fn part(&mut self, name: &str, amount: i64) -> Vec<Transaction>;
    fn disputed(&mut self, amount: i64, named: &[&str]) -> (DisputeId, Vec<Transaction>);
}

impl Desk for Charge {
    fn back(&mut self, kind: RefundKind, name: &str, wanted: Wanted) -> Vec<Transaction> {
        let wanted = WantedPart { component: component_id(name), wanted };
        let parts = self.plan(kind, &[wanted]).expect("room");
        let id: RefundId = id(self.refunds.len() as u128 + 1);
        let money = self.pay_back(&parts);
        let (state, key, fingerprint) = (RefundState::Refunding, id.to_string(), [0; 32]);
        let (reason, unplaced, asked_at, at) = (String::new(), 0, NOW, None);
        self.reserve(Refund { id, kind, state, key, fingerprint, reason, parts, money, unplaced, asked_at, at });
        self.settle(id, NOW)
    }
    fn rest(&mut self, name: &str) -> Vec<Transaction> {
        self.back(RefundKind::Refund, name, Wanted::Rest)
    }
    fn part(&mut self, name: &str, amount: i64) -> Vec<Transaction> {
        self.back(RefundKind::Refund, name, Wanted::Amount(amount))
    }
    fn disputed(&mut self, amount: i64, named: &[&str]) -> (DisputeId, Vec<Transaction>) {
        let id = id(self.disputes.len() as u128 + 1);
        let named = named.iter().map(|name| component_id(name)).collect();
        let disputed = Disputed { id, bank_id: id.to_string(), amount, named, at: NOW };
        (id, self.open_dispute(disputed).into_iter().collect())
    }
}

pub type Said = BTreeMap<String, i64>;

/// `payable A`, `commission tax payable`, `wallet C`.
pub fn label(account: Account) -> String {
    let name = account.name().replace('_', " ");
    let letter = |uuid: Uuid| char::from(uuid.as_u128() as u8);
    match (account, account.vendor(), account.user()) {
        (Account::InTransit(_), ..) => name,
        (_, Some(vendor), _) => format!("{name} {}", letter(vendor.uuid())),
        (_, _, Some(user)) => format!("{name} {}", letter(user.uuid())),
        _ => name,
    }
}

pub fn said(transaction: &Transaction) -> Said {
    assert_eq!(transaction.sum(), 0, "M1: {transaction:?}");
    transaction.entries.iter().map(|e| (label(e.account), e.amount)).collect()
}

/// A row of the table: `provider clearing +10000 · payable A −5400`.
pub fn row(text: &str) -> Said {
    let entry = |entry: &str| {
        let (name, amount) = entry.trim().rsplit_once(' ').expect("a name and an amount");
        (name.to_string(), amount.replace('−', "-").parse().expect("an amount"))
    };
    text.split('·').map(entry).collect()
}

/// Exactly these transactions, entry by entry.
#[track_caller]
pub fn says(booked: impl IntoIterator<Item = Transaction>, rows: &[&str]) {
    let booked: Vec<Said> = booked.into_iter().map(|t| said(&t)).collect();
    assert_eq!(booked, rows.iter().map(|text| row(text)).collect::<Vec<_>>());
}
