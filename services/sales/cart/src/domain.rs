//! A cart is what somebody wants to buy, of several vendors, in one currency.
//!
//! ```text
//! open ──an order is placed──▶ in checkout ──confirmed──▶ closed
//!   ▲                              │
//!   └────────── cancelled ─────────┘
//! ```
//! From the placing of an order to its decision a cart takes no edits.
mod cart;
pub use cart::{Added, Address, Cart, Choice, Delivery, Line, MOST_LINES, MOST_UNITS, Owner, Refusal, State};
