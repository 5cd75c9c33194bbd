//! The test bank's webhooks: signed over their very bytes, `Bank-Signature: t=<unix>,v1=<hex of HMAC-SHA256("t.body")>`.
use super::convert;
use crate::{Error, app::Payments};
use hmac::{Hmac, Mac};
use kernel::{AttemptId, Timestamp};
use platform::http::{Problem, RawCall};
use serde::Deserialize;
use sha2::Sha256;

/// How old a signature may be, in seconds of the machine's clock, either way.
const TOLERANCE: i64 = 300;

/// What is named of a doorbell, empty where it is about the other. What else it says is not believed.
#[derive(Deserialize)]
struct Event {
    #[serde(default)]
    attempt: String,
    #[serde(default)]
    payout: String,
}

/// What it is about.
pub enum Bell {
    Attempt(AttemptId),
    /// By the bank's name.
    Payout(String),
    /// Nothing of ours.
    Stranger,
}

pub fn read(call: &RawCall, app: &Payments) -> Result<Bell, Problem> {
    let (signature, body) = (call.head.get("bank-signature").and_then(|s| s.to_str().ok()), &call.body);
    let signature = signature.unwrap_or_default();
    let signed = is_signed(signature, body, app.config.bank_secret.reveal(), app.machine.now());
    if !signed {
        return Err(Problem::of(&Error::BadSignature));
    }
    let event: Event = serde_json::from_slice(body).map_err(|_| Problem::invalid("that is no event of the bank"))?;
    Ok(match convert::attempt(&event.attempt) {
        Some(attempt) => Bell::Attempt(attempt),
        None if event.payout.is_empty() => Bell::Stranger,
        None => Bell::Payout(event.payout),
    })
}

fn is_signed(signature: &str, body: &[u8], secret: &str, now: Timestamp) -> bool {
    let parts: Vec<_> = signature.split(',').filter_map(|part| part.trim().split_once('=')).collect();
    let part = |name: &str| parts.iter().find(|(n, _)| *n == name).map(|(_, value)| *value);
    let (Some(at), Some(mac)) = (part("t"), part("v1").and_then(unhex)) else { return false };
    let Ok(seconds) = at.parse::<i64>() else { return false };
    let Ok(mut expected) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return false };
    expected.update(at.as_bytes());
    expected.update(b".");
    expected.update(body);
    let fresh = (now.0 / 1_000_000).saturating_sub(seconds).saturating_abs() <= TOLERANCE;
    !secret.is_empty() && fresh && expected.verify_slice(&mac).is_ok()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}
