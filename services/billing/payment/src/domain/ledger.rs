//! The ledger (`ledger.md`): what is stored of money, how it is rounded, and what is posted. Pure.
//!
//! A **component** is a line or a shipping charge of one vendor. Its parts are frozen when the order is accepted and posted when
//! the money is taken. What goes back is counted per component; splits and the payment are sums of it.
//! Every function that moves a counter answers with the transaction that belongs to it, so neither can be written alone.
mod account;
mod charge;
mod component;
mod dispute;
mod house;
mod payout;
mod refund;
mod tenders;
mod transaction;
pub use account::Account;
pub use charge::{Charge, Split};
pub use component::{Component, Given, Parts};
pub use dispute::{Dispute, DisputePart, DisputeState, Disputed};
pub use house::{
    adjustment, bad_debt, fee_charged_on, gift_card_sold, promotional_credit, provider_fee, provider_settles,
    store_credit,
};
pub use payout::{Terms as PayoutTerms, bounced, claimed, paid, reserve_released};
pub use refund::{Refund, RefundKind, RefundPart, RefundState, Refusal, Wanted, WantedPart};
pub use tenders::Tenders;
pub use transaction::{Entry, Kind, Transaction};
