//! Wallets and gift cards: the only balances that are stored, because they have a floor (ledger 9).
use crate::domain::{Event, Payment, State, Terms, ledger::Tenders};
use kernel::UserId;
use platform_sql::{Batch, params};

const HOLD: &str = "UPDATE wallets SET held = held + $3
    WHERE owner = $1 AND currency = $2 AND balance - held >= $3";
const SPEND: &str = "UPDATE wallets SET balance = balance - $3, held = held - $3 WHERE owner = $1 AND currency = $2";
const FREE: &str = "UPDATE wallets SET held = held - $3 WHERE owner = $1 AND currency = $2";
const CREDIT: &str = "INSERT INTO wallets (owner, currency, balance, held) VALUES ($1, $2, $3, 0)
    ON CONFLICT (owner, currency) DO UPDATE SET balance = wallets.balance + excluded.balance";

const HOLD_CARD: &str = "UPDATE gift_cards SET held = held + $3
    WHERE id = $1 AND currency = $2 AND balance - held >= $3";
const SPEND_CARD: &str =
    "UPDATE gift_cards SET balance = balance - $3, held = held - $3 WHERE id = $1 AND currency = $2";
const FREE_CARD: &str = "UPDATE gift_cards SET held = held - $3 WHERE id = $1 AND currency = $2";
const CREDIT_CARD: &str = "UPDATE gift_cards SET balance = balance + $3 WHERE id = $1 AND currency = $2";

/// Held when the payment opens, spent when it is taken, free again when it closes; refunds come back.
pub fn tenders(batch: &mut Batch, payment: &Payment, event: &Event) {
    let Some(terms) = &payment.terms else { return };
    let all = terms.charge.tenders;
    match event {
        Event::Opened if payment.state == State::Open => each(batch, terms, all, (HOLD, HOLD_CARD)),
        Event::Taken(_) => each(batch, terms, all, (SPEND, SPEND_CARD)),
        Event::Closed => each(batch, terms, all, (FREE, FREE_CARD)),
        Event::Settled(id, _) => {
            if let Some(refund) = terms.charge.refunds.iter().find(|r| r.id == *id) {
                each(batch, terms, refund.money, (CREDIT, CREDIT_CARD));
            }
        }
        _ => {}
    }
}

fn each(batch: &mut Batch, terms: &Terms, money: Tenders, (wallet, card): (&'static str, &'static str)) {
    let currency = terms.charge.currency.to_string();
    let owner: Option<UserId> = terms.charge.customer;
    if let Some(owner) = owner.filter(|_| money.wallet > 0) {
        batch.push(wallet, params![owner, currency.clone(), money.wallet]).expect_rows(1);
    }
    if let Some(id) = terms.gift_card.filter(|_| money.gift_card > 0) {
        batch.push(card, params![id, currency, money.gift_card]).expect_rows(1);
    }
}
