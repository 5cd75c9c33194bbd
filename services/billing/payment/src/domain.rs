//! One payment an order; on it `take` and `void` exclude each other: whoever writes first wins, the other is told.
//!
//! ```text
//! open ──take──▶ taking ──captured──▶ taken      attempts: asked ──▶ authorized ──▶ voided
//!  │               │                                        │ └──▶ waiting (the bank asks its customer)
//!  └──void──▶ closed ◀──definite no                         └──▶ declined · voided
//! ```
//! `closed` never reopens. Attempts that are asked, waiting or authorized when it closes are payment's own list: they are voided
//! at the provider until it says so. Refunds and disputes are amounts of the components of a taken payment (`ledger`).
//! The provider's answers and its webhooks are one thing: a record, read as a whole and believed in one order (`hear`).
mod attempt;
mod errand;
mod event;
mod hear;
pub mod ledger;
mod payment;
mod payout;
mod record;
mod refunds;
pub use attempt::{Attempt, AttemptState, CardToken, MOST_ATTEMPTS, Problem};
pub use errand::{Errand, Moment, Windows};
pub use event::{Concern, Event};
pub use payment::{GiftCardId, Opening, Payment, Refused, Standing, State, Terms};
pub use payout::{Claim, Payout, PayoutEvent, PayoutState, PayoutTold};
pub use record::{Record, ReportedDispute, ReportedRefund, Status, Told};
pub use refunds::{AskedBack, Back};
