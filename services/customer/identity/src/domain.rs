//! A user is a person with roles; some roles are at a vendor. Suspended, nothing of theirs counts.
mod user;
pub use user::{Event, Grant, Illegal, RoleName, Standing, User};
