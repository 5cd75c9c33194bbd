//! Orders from the rule to the door.
#[path = "it/domain.rs"]
mod domain;
#[path = "it/made.rs"]
mod made;
