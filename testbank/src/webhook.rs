//! Doorbells: "look at this payment again". Kept in the book until somebody heard them.
use crate::{Bank, book::Webhook, now};
use futures::StreamExt;
use hmac::{Hmac, Mac};
use kernel::Timestamp;
use platform_sql::SqlError;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::{sync::PoisonError, time::Duration};

/// How doorbells are rung; `/test/webhooks` sets it. In memory only: a restart rings as configured.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Manner {
    /// Where to; without an address nothing is rung, and nothing written down for later.
    pub url: Option<String>,
    pub notify: Notify,
    /// Milliseconds before each is sent.
    pub delay: u64,
    /// How often each is sent.
    pub copies: u32,
    pub order: Order,
    /// So many of the next ones are lost for ever.
    pub lose: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notify {
    /// What no answer told: slow decisions, 3-D Secure, lost answers, disputes, payouts.
    Unasked,
    /// Each change, also one that its own answer tells.
    Every,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    AsItComes,
    /// Collects for the delay (at least 200 ms) and begins with the last.
    NewestFirst,
}

impl Default for Manner {
    fn default() -> Self {
        Manner { url: None, notify: Notify::Unasked, delay: 0, copies: 1, order: Order::AsItComes, lose: 0 }
    }
}

const AT_ONCE: usize = 8;
const TIMEOUT: Duration = Duration::from_secs(10);
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// About half an hour; then it stays in the book without a time.
const TRIES: i64 = 32;

/// The value of `Bank-Signature`: `t=<unix seconds>,v1=<hex of HMAC-SHA-256 over "t.body">`.
pub fn sign(secret: &str, at: i64, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length"); // can't fail: HMAC takes any key
    mac.update(format!("{at}.").as_bytes());
    mac.update(body);
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={at},v1={hex}")
}

impl Manner {
    pub fn due(&self, now: Timestamp) -> Timestamp {
        let delay = Duration::from_millis(self.delay);
        match self.order {
            Order::AsItComes => now + delay,
            Order::NewestFirst => {
                let window = i64::try_from(delay.as_micros()).unwrap_or_default().max(200_000);
                Timestamp((now.0 / window + 1) * window)
            }
        }
    }
}

impl Bank {
    /// Sends what is due and says when the next one is.
    pub(crate) async fn ring(&self) -> Result<Option<Timestamp>, SqlError> {
        let Manner { url: Some(url), order, .. } = self.manner() else { return Ok(None) };
        loop {
            let mut due = self.book.webhooks(now()).await?;
            if due.is_empty() {
                return self.book.next_webhook().await;
            }
            if order == Order::NewestFirst {
                due.reverse();
            }
            let at_once = if order == Order::NewestFirst { 1 } else { AT_ONCE };
            let mut sending = futures::stream::iter(due).map(|hook| self.send(&url, hook)).buffered(at_once);
            while let Some(sent) = sending.next().await {
                sent?;
            }
        }
    }

    async fn send(&self, url: &str, hook: Webhook) -> Result<(), SqlError> {
        let copies = self.copies();
        let mut heard = copies == 0;
        for _ in 0..copies {
            heard |= self.post(url, &hook.body).await;
        }
        if heard {
            return self.book.heard(&hook.id).await;
        }
        let tries = hook.tries + 1;
        let doubled = FIRST_PAUSE * 2u32.saturating_pow(u32::try_from(hook.tries).unwrap_or(u32::MAX).min(10));
        let again = (tries < TRIES).then(|| now() + doubled.min(LONGEST_PAUSE));
        self.book.unheard(&hook.id, tries, again).await
    }

    /// 0 for one of those that get lost.
    fn copies(&self) -> u32 {
        let mut manner = self.manner.lock().unwrap_or_else(PoisonError::into_inner);
        if manner.lose > 0 {
            manner.lose -= 1;
            return 0;
        }
        manner.copies.max(1)
    }

    async fn post(&self, url: &str, body: &str) -> bool {
        let signature = sign(self.config.webhook_secret.reveal(), now().0 / 1_000_000, body.as_bytes());
        let request = self.client.post(url).timeout(TIMEOUT).header("bank-signature", signature);
        let sent = request.header("content-type", "application/json").body(body.to_string()).send().await;
        match sent {
            Ok(answer) if answer.status().is_success() => true,
            Ok(answer) => {
                tracing::debug!(status = answer.status().as_u16(), "webhook not taken");
                false
            }
            Err(error) => {
                tracing::debug!(%error, "webhook not delivered");
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `printf '1700000000.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_test`
    #[test]
    fn the_signature_is_what_others_compute() {
        let expected = "t=1700000000,v1=c89214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d632925";
        assert_eq!(sign("whsec_test", 1_700_000_000, br#"{"id":"evt_1"}"#), expected);
    }
}
