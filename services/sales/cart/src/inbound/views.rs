//! What is shown of a cart, and of what it would cost.
mod cart;
mod quote;
pub use cart::{CartView, cart};
pub use quote::{OptionsView, QuoteView, options, quote};

use kernel::{Currency, Money};

/// Beyond 2⁵³ nothing is sold, so an amount that does not fit is shown as none.
fn money(minor: i64, currency: Currency) -> Money {
    Money::new(minor, currency).unwrap_or_else(|| Money::zero(currency))
}
