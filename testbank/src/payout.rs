//! What the bank pays out to a vendor of the shop.
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize)]
pub struct Payout {
    pub id: String,
    #[serde(skip)]
    pub key: String,
    pub vendor: String,
    pub amount: i64,
    pub currency: String,
    pub status: PayoutStatus,
    pub version: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayoutStatus {
    Pending,
    Paid,
    Bounced,
}
