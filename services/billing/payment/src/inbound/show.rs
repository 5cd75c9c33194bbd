//! What people are shown, as JSON.
use crate::{
    domain::{
        Attempt, AttemptState, Payment, Payout, PayoutState, State,
        ledger::{Charge, Component, Dispute, DisputeState, Refund, RefundKind, RefundState},
    },
    views::{Balance, Posted, Queued},
};
use kernel::{
    AttemptId, ComponentId, Currency, DisputeId, Money, OrderId, PaymentId, PayoutId, RefundId, Timestamp, UserId,
    VendorId,
};
use platform::http::View;
use schemars::JsonSchema;
use serde::Serialize;

/// What a vendor is owed, by currency. Below zero it owes us.
#[derive(Serialize, JsonSchema)]
pub struct BalanceView {
    pub balances: Vec<BalanceItem>,
}
#[derive(Serialize, JsonSchema)]
pub struct BalanceItem {
    pub currency: Currency,
    /// Owed, and paid with the next payout.
    pub payable: Money,
    /// The share of what customers' banks dispute.
    pub frozen: Money,
    /// Held back from payouts.
    pub reserve: Money,
    /// Paid out, not confirmed by the bank yet.
    pub in_transit: Money,
}
/// One entry of the ledger. Above zero more is owed to the vendor.
#[derive(Serialize, JsonSchema)]
pub struct EntryView {
    pub transaction: String,
    /// payable, frozen, reserve or payouts_in_transit.
    pub account: String,
    /// What caused it: capture, refund, payout, …
    pub kind: String,
    /// The order or the payout.
    pub cause: String,
    pub amount: Money,
    pub at: Timestamp,
}
/// Something that only a person can decide.
#[derive(Serialize, JsonSchema)]
pub struct QueueView {
    /// The order or the payout.
    pub subject: String,
    pub kind: String,
    pub why: String,
    pub at: Timestamp,
}
#[derive(Serialize, JsonSchema)]
pub struct PayoutView {
    pub id: PayoutId,
    pub vendor: VendorId,
    pub amount: Money,
    /// asked, pending, paid or bounced.
    pub state: &'static str,
}
/// A payment as support sees it.
#[derive(Serialize, JsonSchema)]
pub struct PaymentView {
    pub id: PaymentId,
    pub order: OrderId,
    /// open, taking, taken or closed.
    pub state: &'static str,
    pub reason: Option<String>,
    pub customer: Option<UserId>,
    pub client_reference: Option<String>,
    pub authorized_at: Option<Timestamp>,
    pub captured_at: Option<Timestamp>,
    pub attempts: Vec<AttemptItem>,
    /// Nothing was charged: it was closed first.
    pub charge: Option<ChargeItem>,
}
#[derive(Serialize, JsonSchema)]
pub struct AttemptItem {
    pub id: AttemptId,
    pub number: u32,
    /// asked, waiting, authorized, declined or voided.
    pub state: &'static str,
    /// The provider's name for it.
    pub bank_id: Option<String>,
}
#[derive(Serialize, JsonSchema)]
pub struct ChargeItem {
    pub total: Money,
    pub card: Money,
    pub wallet: Money,
    pub gift_card: Money,
    pub refunded: Money,
    pub splits: Vec<SplitItem>,
    pub components: Vec<ComponentItem>,
    pub refunds: Vec<RefundItem>,
    pub disputes: Vec<DisputeItem>,
}
#[derive(Serialize, JsonSchema)]
pub struct SplitItem {
    pub vendor: VendorId,
    pub charge: Money,
    pub share: Money,
    pub commission: Money,
    pub refunded: Money,
    pub disputed: Money,
}
#[derive(Serialize, JsonSchema)]
pub struct ComponentItem {
    pub id: ComponentId,
    pub vendor: VendorId,
    pub line: u32,
    pub charge: Money,
    pub funded: Money,
    pub commission: Money,
    pub commission_tax: Money,
    pub marketplace_tax: Money,
    pub back: Money,
    pub refunding: Money,
    pub disputed: Money,
    pub goodwill: Money,
}
#[derive(Serialize, JsonSchema)]
pub struct RefundItem {
    pub id: RefundId,
    /// refund or goodwill.
    pub kind: &'static str,
    /// refunding, refunded or refused.
    pub state: &'static str,
    pub amount: Money,
    pub reason: String,
    pub at: Option<Timestamp>,
}
#[derive(Serialize, JsonSchema)]
pub struct DisputeItem {
    pub id: DisputeId,
    /// open, won or lost.
    pub state: &'static str,
    pub amount: Money,
    pub at: Timestamp,
}

impl View for BalanceView {}
impl View for EntryView {}
impl View for QueueView {}
impl View for PayoutView {
    fn location(&self) -> Option<String> {
        Some(format!("/admin/v1/payouts/{}", self.id))
    }
}
impl View for PaymentView {}

pub fn balance(balances: &Vec<Balance>) -> BalanceView {
    let item = |b: &Balance| {
        let money = |minor| money(minor, b.currency);
        BalanceItem {
            currency: b.currency,
            payable: money(b.payable),
            frozen: money(b.frozen),
            reserve: money(b.reserve),
            in_transit: money(b.in_transit),
        }
    };
    BalanceView { balances: balances.iter().map(item).collect() }
}

pub fn entry(p: &Posted) -> EntryView {
    EntryView {
        transaction: p.transaction.to_string(),
        account: p.account.clone(),
        kind: p.kind.clone(),
        cause: p.cause.clone(),
        amount: money(p.amount, p.currency),
        at: p.at,
    }
}

pub fn queued(q: &Queued) -> QueueView {
    QueueView { subject: q.subject.clone(), kind: q.kind.clone(), why: q.why.clone(), at: q.at }
}

pub fn payout(p: &Payout) -> PayoutView {
    let state = match p.state {
        PayoutState::Asked => "asked",
        PayoutState::Pending => "pending",
        PayoutState::Paid => "paid",
        PayoutState::Bounced => "bounced",
    };
    PayoutView { id: p.id, vendor: p.vendor, amount: money(p.amount, p.currency), state }
}

pub fn payment(p: &Payment) -> PaymentView {
    PaymentView {
        id: p.id,
        order: p.order,
        state: state(p.state),
        reason: p.reason.clone(),
        customer: p.terms.as_ref().and_then(|t| t.charge.customer),
        client_reference: p.terms.as_ref().map(|t| t.client_reference.clone()),
        authorized_at: p.authorized_at,
        captured_at: p.captured_at,
        attempts: p.attempts.iter().map(attempt).collect(),
        charge: p.terms.as_ref().map(|t| charge(&t.charge)),
    }
}

pub fn state(state: State) -> &'static str {
    match state {
        State::Open => "open",
        State::Taking => "taking",
        State::Taken => "taken",
        State::Closed => "closed",
    }
}

fn attempt(a: &Attempt) -> AttemptItem {
    let state = match a.state {
        AttemptState::Asked => "asked",
        AttemptState::Waiting => "waiting",
        AttemptState::Authorized => "authorized",
        AttemptState::Declined => "declined",
        AttemptState::Voided => "voided",
    };
    AttemptItem { id: a.id, number: a.number, state, bank_id: a.bank_id.clone() }
}

fn charge(c: &Charge) -> ChargeItem {
    let money = |minor| money(minor, c.currency);
    let split = |(vendor, s): (VendorId, crate::domain::ledger::Split)| SplitItem {
        vendor,
        charge: money(s.charge),
        share: money(s.share),
        commission: money(s.commission),
        refunded: money(s.refunded),
        disputed: money(s.disputed),
    };
    ChargeItem {
        total: money(c.total()),
        card: money(c.tenders.card),
        wallet: money(c.tenders.wallet),
        gift_card: money(c.tenders.gift_card),
        refunded: money(c.refunded()),
        splits: c.splits().into_iter().map(split).collect(),
        components: c.components.iter().map(|part| component(part, c.currency)).collect(),
        refunds: c.refunds.iter().map(|r| refund(r, c.currency)).collect(),
        disputes: c.disputes.iter().map(|d| dispute(d, c.currency)).collect(),
    }
}

fn component(c: &Component, currency: Currency) -> ComponentItem {
    let money = |minor| money(minor, currency);
    ComponentItem {
        id: c.id,
        vendor: c.vendor,
        line: c.line,
        charge: money(c.charge()),
        funded: money(c.frozen.funded),
        commission: money(c.frozen.commission),
        commission_tax: money(c.frozen.commission_tax),
        marketplace_tax: money(c.frozen.marketplace_tax),
        back: money(c.back),
        refunding: money(c.refunding),
        disputed: money(c.disputed),
        goodwill: money(c.goodwill),
    }
}

fn refund(r: &Refund, currency: Currency) -> RefundItem {
    let kind = match r.kind {
        RefundKind::Refund => "refund",
        RefundKind::Goodwill => "goodwill",
    };
    let state = match r.state {
        RefundState::Refunding => "refunding",
        RefundState::Refunded => "refunded",
        RefundState::Refused => "refused",
    };
    RefundItem { id: r.id, kind, state, amount: money(r.money.total(), currency), reason: r.reason.clone(), at: r.at }
}

fn dispute(d: &Dispute, currency: Currency) -> DisputeItem {
    let state = match d.state {
        DisputeState::Open => "open",
        DisputeState::Won => "won",
        DisputeState::Lost => "lost",
    };
    DisputeItem { id: d.id, state, amount: money(d.amount, currency), at: d.at }
}

/// Sums over many payments stay far below 2⁵³; beyond it JSON can't say them.
fn money(minor: i64, currency: Currency) -> Money {
    const MOST: i64 = (1 << 53) - 1;
    Money::new(minor.clamp(-MOST, MOST), currency).unwrap_or_else(|| Money::zero(currency))
}
