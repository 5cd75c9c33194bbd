//! An order as the files tell it.
use super::time::Moment;
use std::{collections::BTreeSet, str::FromStr};

/// Each that the data know. Another one ends the run (rule 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    Approved,
    Canceled,
    Created,
    Delivered,
    Invoiced,
    Processing,
    Shipped,
    Unavailable,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub id: String,
    pub status: Status,
    /// `customer_unique_id`.
    pub person: String,
    pub address: Address,
    pub purchase: Moment,
    pub approved: Option<Moment>,
    /// Handed over to the carrier.
    pub carrier: Option<Moment>,
    pub delivered: Option<Moment>,
    /// By product, then by seller.
    pub lines: Vec<Line>,
    pub facts: Facts,
}

/// As far as it is known; the street is not (rule 8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub zip: String,
    pub city: String,
    pub state: String,
}

/// All units of one product of one seller; price and freight are of one unit, in centavos.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub seller: String,
    pub product: String,
    pub price: i64,
    pub freight: i64,
    pub quantity: u32,
}

/// Metadata, never interpreted (rule 21).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    pub estimated: String,
    /// By seller.
    pub shipping_limits: BTreeSet<(String, String)>,
    pub payments: Vec<Paid>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paid {
    pub tender: String,
    pub installments: u32,
    pub cents: i64,
}

impl Order {
    pub fn sellers(&self) -> BTreeSet<&str> {
        self.lines.iter().map(|line| line.seller.as_str()).collect()
    }
    pub fn units(&self) -> i64 {
        self.lines.iter().map(|line| i64::from(line.quantity)).sum()
    }
    pub fn items(&self) -> i64 {
        self.lines.iter().map(|line| i64::from(line.quantity) * line.price).sum()
    }
    pub fn freight(&self) -> i64 {
        self.lines.iter().map(|line| i64::from(line.quantity) * line.freight).sum()
    }
    pub fn paid(&self) -> i64 {
        self.facts.payments.iter().map(|paid| paid.cents).sum()
    }
    /// Filtered by its lines, not by its status (rule 1).
    pub fn is_placed(&self) -> bool {
        !self.lines.is_empty() && self.status != Status::Created
    }
}

impl Status {
    pub const ALL: [Status; 8] = [
        Status::Approved,
        Status::Canceled,
        Status::Created,
        Status::Delivered,
        Status::Invoiced,
        Status::Processing,
        Status::Shipped,
        Status::Unavailable,
    ];
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Approved => "approved",
            Status::Canceled => "canceled",
            Status::Created => "created",
            Status::Delivered => "delivered",
            Status::Invoiced => "invoiced",
            Status::Processing => "processing",
            Status::Shipped => "shipped",
            Status::Unavailable => "unavailable",
        }
    }
}

impl FromStr for Status {
    type Err = String;
    fn from_str(text: &str) -> Result<Status, String> {
        Status::ALL.into_iter().find(|s| s.as_str() == text).ok_or_else(|| format!("status {text:?} is unknown"))
    }
}
