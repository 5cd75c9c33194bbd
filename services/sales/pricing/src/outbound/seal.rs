//! What shows that a quote is as it was written.
use hmac::{Hmac, Mac};
use kernel::{QuoteId, Timestamp};
use sha2::Sha256;

/// HMAC-SHA-256 over id, expiry and content. With an empty key it is a plain digest.
#[derive(Clone)]
pub struct Seal(Hmac<Sha256>);

impl Seal {
    pub fn of(key: &[u8]) -> Seal {
        Seal(Hmac::new_from_slice(key).expect("any length")) // can't fail: HMAC takes any key
    }
    pub fn write(&self, id: QuoteId, expires: Timestamp, content: &str) -> Vec<u8> {
        self.over(id, expires, content).finalize().into_bytes().to_vec()
    }
    pub fn holds(&self, seal: &[u8], (id, expires, content): (QuoteId, Timestamp, &str)) -> bool {
        self.over(id, expires, content).verify_slice(seal).is_ok()
    }
    fn over(&self, id: QuoteId, expires: Timestamp, content: &str) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(id.uuid().as_bytes());
        mac.update(&expires.0.to_be_bytes());
        mac.update(content.as_bytes());
        mac
    }
}
