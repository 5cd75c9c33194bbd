//! The `[vendor]` section.
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// What the platform takes of a line by a new vendor's first plan, in hundredths of a percent.
    pub commission_bp: i64,
}

impl Default for Config {
    fn default() -> Self {
        Config { commission_bp: 1000 }
    }
}

impl Config {
    /// A rate is a part of the whole.
    pub fn validate(&self) -> Result<(), String> {
        match (0..=10_000).contains(&self.commission_bp) {
            true => Ok(()),
            false => Err("[vendor] commission_bp is 0 to 10000".into()),
        }
    }
}
