//! An order is placed, then decided. What happened to it is a stream of events, and its state is their fold.
//!
//! ```text
//! order         placed ──▶ confirmed ──▶ completed
//!                  │           └──▶ cancelling ──▶ cancelled ◀── (from placed, once payment said voided)
//! vendor order  placed ──▶ confirmed ──▶ partially_shipped ──▶ shipped ──▶ delivered ──▶ completed
//!                  └───────────┴──▶ cancelled ◀── every parcel returned to sender
//! line          cancelled + shipped ≤ ordered, delivered + sent back ≤ shipped, returned ≤ delivered (O11)
//! ```
//! `awaiting_payment` is `placed` with something left to do for the customer. Refunds are amounts beside the state. A method
//! checks its rule and returns events; only `then` and `fold` change a state. What is illegal is refused by name.
mod cancel;
mod card;
mod decide;
mod event;
mod fulfil;
mod order;
mod place;
mod quote;
mod refund;
mod vendor_order;
pub use card::CardToken;
pub use event::{Event, Happened, Opened, Problem, Waiting};
pub use order::{Attributes, Broken, Order, Owner, Refusal, State};
pub use place::NewOrder;
pub use quote::{Delivery, Party, Quote, QuoteLine, QuoteTax};
pub use refund::{Amount, Component, Outcome, Part, Refund, Refunded, Then, What};
pub use vendor_order::{Count, Line, Parcel, ParcelState, Units, VendorOrder, VendorState};
