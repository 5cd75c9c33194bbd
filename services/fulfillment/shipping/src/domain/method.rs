//! A way in which goods are delivered: who carries them, what it costs, how long it takes.
use kernel::{Currency, MethodId, OfferId, Timestamp, VendorId, ZoneId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Method {
    pub id: MethodId,
    /// `None`: the marketplace's, by which every vendor delivers.
    pub vendor: Option<VendorId>,
    pub zone: ZoneId,
    pub name: String,
    pub carrier: String,
    /// Of every amount of its rate.
    pub currency: Currency,
    pub rate: Rate,
    pub pace: Pace,
    pub version: i64,
}

/// Amounts are minor units of the method's currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rate {
    Flat(i64),
    /// By the weight of all goods; heavier than the last step is not delivered.
    Weight(Vec<WeightStep>),
    /// Nothing from this value of goods on.
    FreeFrom {
        price: i64,
        from: i64,
    },
    /// What was recorded for each offer and place: unit rate × quantity, line by line (olist 7).
    Recorded,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeightStep {
    pub up_to_grams: i64,
    pub price: i64,
}

/// How long it takes, in business days where the vendor is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    pub handling_days: u16,
    pub transit_days: u16,
    /// Minutes after midnight: what is ordered later counts from the next business day.
    pub cut_off: u16,
    /// Of the time zone database: `Europe/Berlin`.
    pub time_zone: String,
}

/// What one unit of an offer costs to a place from a time on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedRate {
    pub offer: OfferId,
    /// See `Destination::prefix`.
    pub prefix: String,
    pub starts: Timestamp,
    pub price: i64,
}
