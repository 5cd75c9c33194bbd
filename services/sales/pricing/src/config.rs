//! The `[pricing]` section.
use platform::secret::Secret;
use serde::Deserialize;
use std::time::Duration;

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How long a quote is honoured, in seconds of business time (checkout, clocks).
    #[serde(rename = "quote_ttl_s", with = "platform::settings::seconds")]
    pub quote_ttl: Duration,
    /// How long a quote that is over keeps the address it was made for, in seconds.
    #[serde(rename = "party_ttl_s", with = "platform::settings::seconds")]
    pub party_ttl: Duration,
    /// Signs quotes. Without one they carry a plain digest, which shows damage but not forgery.
    pub quote_key: Secret,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            quote_ttl: Duration::from_secs(600),
            party_ttl: Duration::from_secs(86_400),
            quote_key: Secret::default(),
        }
    }
}
