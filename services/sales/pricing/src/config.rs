//! The `[pricing]` section.
use crate::domain::Rates;
use serde::Deserialize;
use std::{fmt, time::Duration};

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How long a quote is honoured, in seconds of business time (checkout, clocks).
    #[serde(rename = "quote_ttl_s", with = "platform::settings::seconds")]
    pub quote_ttl: Duration,
    /// How long a quote that is over keeps the address it was made for, in seconds.
    #[serde(rename = "party_ttl_s", with = "platform::settings::seconds")]
    pub party_ttl: Duration,
    /// What the platform takes of a line's price, in hundredths of a percent.
    pub commission_bp: i64,
    /// What it takes of a shipping charge.
    pub shipping_commission_bp: i64,
    /// Signs quotes. Without one they carry a plain digest, which shows damage but not forgery.
    pub quote_key: QuoteKey,
}

/// A secret: it can't be printed (T6).
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct QuoteKey(String);

impl Default for Config {
    fn default() -> Self {
        Config {
            quote_ttl: Duration::from_secs(600),
            party_ttl: Duration::from_secs(86_400),
            commission_bp: 1000,
            shipping_commission_bp: 0,
            quote_key: QuoteKey::default(),
        }
    }
}

impl Config {
    /// Rates are parts of the whole.
    pub fn validate(&self) -> Result<(), String> {
        match [self.commission_bp, self.shipping_commission_bp].iter().all(|bp| (0..=10_000).contains(bp)) {
            true => Ok(()),
            false => Err("[pricing] commission_bp and shipping_commission_bp are 0 to 10000".into()),
        }
    }
    pub fn rates(&self) -> Rates {
        Rates { commission: self.commission_bp, on_shipping: self.shipping_commission_bp }
    }
}

impl QuoteKey {
    pub fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}
impl fmt::Debug for QuoteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}
