//! What a shop asks of its bank, as parsed. It can be written down, because a request may be under way for long.
use crate::{
    answer::No,
    card::{Act, Card},
};
use kernel::Currency;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPayment {
    /// The shop's payment; several attempts may carry one.
    pub reference: String,
    /// Names this try for ever: there is one payment an attempt.
    pub attempt: String,
    pub amount: i64,
    pub currency: Currency,
    pub card_token: String,
    /// Where the customer goes after 3-D Secure.
    #[serde(default)]
    pub return_url: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPayout {
    pub vendor: String,
    pub amount: i64,
    pub currency: Currency,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    Authorize(NewPayment),
    Capture { payment: String, amount: i64 },
    Void { payment: String },
    VoidAttempt { attempt: String },
    Refund { payment: String, amount: i64 },
    PayOut(NewPayout),
}

const MOST: i64 = (1 << 53) - 1;

impl Call {
    pub fn check(&self) -> Result<(), No> {
        let amount = match self {
            Call::Authorize(n) => {
                let url = n.return_url.as_deref();
                if url.is_some_and(|u| !u.starts_with("https://") && !u.starts_with("http://")) {
                    return Err(No::invalid("return_url must be an http address"));
                }
                if n.reference.is_empty() || n.attempt.is_empty() {
                    return Err(No::invalid("reference and attempt must not be empty"));
                }
                if Card::of(&n.card_token).is_none() {
                    return Err(No::refused("card_unknown", "this bank knows no such card"));
                }
                n.amount
            }
            Call::VoidAttempt { attempt } if attempt.is_empty() => {
                return Err(No::invalid("attempt must not be empty"));
            }
            Call::Void { .. } | Call::VoidAttempt { .. } => return Ok(()),
            Call::Capture { amount, .. } | Call::Refund { amount, .. } => *amount,
            Call::PayOut(n) => n.amount,
        };
        match (1..=MOST).contains(&amount) {
            true => Ok(()),
            false => Err(No::invalid("amount must be 1 to 2^53 - 1 minor units")),
        }
    }
    pub fn act(&self) -> Option<Act> {
        match self {
            Call::Authorize(_) => Some(Act::Authorize),
            Call::Capture { .. } => Some(Act::Capture),
            Call::Void { .. } | Call::VoidAttempt { .. } => Some(Act::Void),
            Call::Refund { .. } => Some(Act::Refund),
            Call::PayOut(_) => None,
        }
    }
    /// Two requests with one key are the same if this is.
    pub fn fingerprint(&self) -> Result<Vec<u8>, serde_json::Error> {
        Ok(Sha256::digest(serde_json::to_vec(self)?).to_vec())
    }
}
