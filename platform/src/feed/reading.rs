//! How far a consumer of this process has read.
use super::subscription::service_of;
use tokio::sync::watch;

/// What a consumer wants of a source, and up to where it has handled it. Facts that it does not want may lie behind.
pub struct Reading {
    pub source: &'static str,
    pub consumer: &'static str,
    /// The tables that it alone fills.
    pub views: &'static [&'static str],
    pub(super) kinds: Vec<String>,
    pub at: watch::Receiver<i64>,
}

impl Reading {
    pub fn wants(&self, kind: &str) -> bool {
        self.kinds.iter().any(|wanted| wanted == kind)
    }
    /// Whose consumer it is.
    pub fn service(&self) -> &'static str {
        service_of(self.consumer)
    }
}
