//! What can keep a process from starting. Each is one clear line.

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(
        "{caller} calls {callee}, which is neither declared above it in wiring.rs nor given an address (SOUK_NET__{})",
        callee.to_uppercase()
    )]
    NoCallee { caller: &'static str, callee: &'static str },
    #[error("{service}: {}", faults.join("; "))]
    Routes { service: &'static str, faults: Vec<String> },
    #[error("{service}: {why}")]
    Store { service: &'static str, why: String },
    #[error("{0}")]
    Settings(String),
}
