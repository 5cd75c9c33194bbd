//! Payment's rules, ports and doors.
#[path = "it/cases.rs"]
mod cases;
#[path = "it/desk.rs"]
mod desk;
#[path = "it/lives.rs"]
mod lives;
#[path = "it/table.rs"]
mod table;
