//! The ports on SQLite and PostgreSQL: one text, the invariant in the statement and not in front of it.
mod methods;
mod parcels;
mod rates;
mod zones;
pub use methods::SqlMethods;
pub use parcels::SqlParcels;
pub use rates::SqlRates;
pub use zones::SqlZones;
