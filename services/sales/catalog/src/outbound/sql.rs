//! The ports on SQLite and PostgreSQL.
mod goods;
mod rows;
mod shelves;
mod views;
pub use shelves::SqlShelves;
pub use views::SqlViews;
