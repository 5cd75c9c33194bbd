//! Orders of a marketplace that was: the Olist data set (CC BY-NC-SA 4.0), read from a folder of its files, imported through the
//! services' bulk use cases and replayed through the public API. `rule n` names a rule of the replay's specification: which orders
//! are placed, at which instants, by which moves, and what the stores must show in the end.
pub mod dated;
pub mod import;
mod mark;
pub mod money;
pub mod moves;
pub mod names;
pub mod order;
pub mod plan;
pub mod read;
pub mod replay;
pub mod report;
pub mod row;
#[cfg(test)]
mod sample;
pub mod time;
mod write;

/// The folder of the real data for a test that needs it, if this machine has it: `$SOUK_SHARED` or `../shared` beside the sources.
/// Neither its rows nor its choice of orders are part of the project.
#[cfg(test)]
fn shared(test: &str) -> Option<std::path::PathBuf> {
    use std::{io::Write, path::PathBuf};
    let beside = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared"));
    let folder = std::env::var_os("SOUK_SHARED").map_or_else(beside, PathBuf::from).join("data/olist");
    if folder.join("orders.csv.gz").exists() {
        return Some(folder);
    }
    let _ = writeln!(std::io::stderr(), "skipped: {test}: there is no {}", folder.display());
    None
}
