//! The ports on SQLite and PostgreSQL: one text, the invariant in the statement and not in front of it.
mod acceptances;
mod content;
mod coupons;
mod prices;
mod quotes;
mod zones;
pub use acceptances::SqlAcceptances;
pub use coupons::SqlCoupons;
pub use prices::SqlPrices;
pub use quotes::SqlQuotes;
pub use zones::SqlTaxZones;
