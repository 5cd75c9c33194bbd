//! The ports on SQLite and PostgreSQL: one text, the invariant in the statement and not in front of it.
mod money;
mod names;
mod payments;
mod payouts;
mod post;
mod read;
mod statements;
mod tenders;
pub use payments::SqlPayments;
pub use payouts::SqlPayouts;
pub use statements::SqlStatements;
