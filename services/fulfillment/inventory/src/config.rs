//! The `[inventory]` section.
use serde::Deserialize;
use std::time::Duration;

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How long stock stays promised without a commit, in seconds. Longer than an order may take to decide.
    #[serde(rename = "hold_ttl_s", with = "platform::settings::seconds")]
    pub hold_ttl: Duration,
    /// Units at or below which a shelf is low, where its vendor says nothing.
    pub low_mark: u32,
}

impl Default for Config {
    fn default() -> Self {
        Config { hold_ttl: Duration::from_secs(900), low_mark: 5 }
    }
}
