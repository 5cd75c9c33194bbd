//! How the simulated carrier signs what it tells: `Carrier-Signature: t=<unix seconds>,v1=<hex>`, the HMAC-SHA-256 of `<t>.<body>`.
//! An old telling that is sent again is known by its event's id, so no age is judged here.
use hmac::{Hmac, Mac};
use platform::secret::Secret;
use sha2::Sha256;

/// The name of the header.
pub const HEADER: &str = "carrier-signature";

/// The value of the header, `at` in unix seconds.
pub fn sign(secret: &Secret, at: i64, body: &[u8]) -> String {
    let hex: String =
        mac(secret, &at.to_string(), body).finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect();
    format!("t={at},v1={hex}")
}

/// Compares in a time that tells nothing.
pub fn verify(secret: &Secret, header: &str, body: &[u8]) -> bool {
    let Some((at, hex)) = header.strip_prefix("t=").and_then(|rest| rest.split_once(",v1=")) else { return false };
    let Some(given) = unhex(hex) else { return false };
    at.parse::<i64>().is_ok() && mac(secret, at, body).verify_slice(&given).is_ok()
}

fn mac(secret: &Secret, at: &str, body: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.reveal().as_bytes()).expect("any length"); // can't fail: HMAC takes any key
    mac.update(at.as_bytes());
    mac.update(b".");
    mac.update(body);
    mac
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_body_that_was_signed_with_the_secret_is_believed() {
        let (secret, other) = (Secret::new("secret"), Secret::new("other"));
        let header = sign(&secret, 1_700_000_000, b"{}");
        assert!(verify(&secret, &header, b"{}"));
        assert!(!verify(&secret, &header, b"{ }") && !verify(&other, &header, b"{}"));
        for header in ["", "t=1,v1=", "t=1,v1=zz", "t=1", "v1=00", "t=x,v1=00", "t=1,v1=é"] {
            assert!(!verify(&secret, header, b"{}"), "{header}");
        }
    }

    /// `printf '1700000000.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_test`
    #[test]
    fn the_signature_is_what_others_compute() {
        let expected = "t=1700000000,v1=c89214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d632925";
        assert_eq!(sign(&Secret::new("whsec_test"), 1_700_000_000, br#"{"id":"evt_1"}"#), expected);
    }
}
