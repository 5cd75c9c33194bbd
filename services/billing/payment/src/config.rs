//! The `[payment]` section.
use crate::domain::{Windows, ledger::PayoutTerms};
use platform::secret::Secret;
use serde::Deserialize;
use std::time::Duration;

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where the card provider is, `http://host:port`. Without one every call is unknown.
    pub bank_url: String,
    /// Shared with the provider: it knows us by it, and signs its webhooks with it.
    pub bank_secret: Secret,
    /// How long a call to the provider may take, in seconds.
    #[serde(rename = "call_timeout_s", with = "platform::settings::seconds")]
    pub call_timeout: Duration,
    /// How often a bank that asks its customer is asked how far they are, in seconds.
    #[serde(rename = "look_every_s", with = "platform::settings::seconds")]
    pub look_every: Duration,
    /// After this nothing is sent to the provider again, only looked up, in seconds. Shorter than it remembers keys.
    #[serde(rename = "resend_window_s", with = "platform::settings::seconds")]
    pub resend_window: Duration,
    /// How long a closed attempt may still appear at the provider, in seconds.
    #[serde(rename = "watch_closed_s", with = "platform::settings::seconds")]
    pub watch_closed: Duration,
    /// How long it may be unknown whether money moved until an operator is told, in seconds.
    #[serde(rename = "taking_overdue_s", with = "platform::settings::seconds")]
    pub taking_overdue: Duration,
    /// Off every payout, in minor units of its currency.
    pub payout_fee: i64,
    /// Held back from every payout, in basis points.
    pub payout_reserve_bp: i64,
}

impl Default for Config {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Config {
            bank_url: String::new(),
            bank_secret: Secret::default(),
            call_timeout: seconds(30),
            look_every: seconds(60),
            resend_window: seconds(20 * 3600),
            watch_closed: seconds(24 * 3600),
            taking_overdue: seconds(15 * 60),
            payout_fee: 0,
            payout_reserve_bp: 0,
        }
    }
}

impl Config {
    pub fn windows(&self) -> Windows {
        Windows {
            lease: self.call_timeout + Duration::from_secs(15),
            look: self.look_every,
            resend: self.resend_window,
            watch: self.watch_closed,
            overdue: self.taking_overdue,
        }
    }
    pub fn payout_terms(&self) -> PayoutTerms {
        PayoutTerms { fee: self.payout_fee.max(0), reserve_bp: self.payout_reserve_bp.clamp(0, 10_000) }
    }
}
