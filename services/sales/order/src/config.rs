//! The `[order]` section: the clocks of `checkout.md`. All but the return window go by machine time.
use serde::Deserialize;
use std::time::Duration;

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How long a person waits for the decision before the answer is 202.
    #[serde(rename = "patience_ms", with = "platform::settings::millis")]
    pub patience: Duration,
    /// How long whoever works on an order has before others may join. Saves work, protects nothing.
    #[serde(rename = "claim_s", with = "platform::settings::seconds")]
    pub claim: Duration,
    /// From place on: how long the customer may take to pay. Shorter than `decide_by`.
    #[serde(rename = "wait_s", with = "platform::settings::seconds")]
    pub wait: Duration,
    /// From place on: what is not taken by then is voided. Shorter than inventory's hold.
    #[serde(rename = "decide_by_s", with = "platform::settings::seconds")]
    pub decide_by: Duration,
    /// From place on: what nobody can decide by then is in the operator's queue.
    #[serde(rename = "stuck_s", with = "platform::settings::seconds")]
    pub stuck: Duration,
    /// The pause after a step that can't say whether it was done; it doubles with each.
    #[serde(rename = "pause_ms", with = "platform::settings::millis")]
    pub pause: Duration,
    /// How often one worker asks before it leaves the order to whoever finds it due. All its pauses are shorter than a claim.
    pub tries: u32,
    /// Business time after the last delivery until a vendor order is completed.
    #[serde(rename = "return_window_days", with = "days")]
    pub return_window: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            patience: Duration::from_secs(2),
            claim: Duration::from_secs(15),
            wait: Duration::from_secs(600),
            decide_by: Duration::from_secs(720),
            stuck: Duration::from_secs(900),
            pause: Duration::from_millis(250),
            tries: 6,
            return_window: Duration::from_secs(30 * 86_400),
        }
    }
}

impl Config {
    /// What would make orders end needlessly.
    pub fn validate(&self) -> Result<(), String> {
        if self.wait >= self.decide_by {
            return Err("[order] wait_s must be less than decide_by_s".into());
        }
        if self.tries == 0 {
            return Err("[order] tries must be at least 1".into());
        }
        Ok(())
    }
}

mod days {
    use serde::{Deserialize, Deserializer};
    use std::time::Duration;
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Duration, D::Error> {
        u32::deserialize(d).map(|days| Duration::from_secs(u64::from(days) * 86_400))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clocks_stand_in_their_order() {
        let default = Config::default();
        assert_eq!(default.validate(), Ok(()));
        let late = Config { wait: default.decide_by, ..default.clone() };
        assert!(late.validate().unwrap_err().contains("wait_s"));
        let pauses: Duration = (1..default.tries).map(|n| default.pause * 2u32.pow(n - 1)).sum();
        assert!(pauses < default.claim, "{pauses:?}");
    }
}
