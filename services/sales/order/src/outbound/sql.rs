//! The ports on SQLite and PostgreSQL. The stream is the truth; rows beside it are what lists, leases and checks need, written in
//! the same batch.
mod book;
pub mod codec;
mod desk;
mod lists;
mod model;
mod rows;
pub use book::SqlOrders;
pub use desk::SqlDesk;
pub use lists::SqlLists;
pub use model::{Model, Rows, models};
