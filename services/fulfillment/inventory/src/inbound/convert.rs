//! The one place that knows both sides.
use crate::{
    Error,
    app::{PlaceHold, ReleaseUnits, ReturnUnits, SetStock, Ship},
    domain::{Free, Hold, Line, Shelf},
};
use contracts::{inventory as pb, order as facts};
use kernel::{HoldId, LocationId, OfferId, OrderId};
use platform::{
    ask::Key,
    http::{Call, Problem, View},
    store::StoreError,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::str::FromStr;
use tonic::Status;

const MOST: i64 = 1_000_000;

/// What was counted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(example = serde_json::json!({"on_hand": 12}))]
pub struct StockBody {
    #[schemars(range(min = 0, max = MOST))]
    pub on_hand: i64,
    /// How many more may be promised than are there.
    #[serde(default)]
    #[schemars(range(min = 0, max = MOST))]
    pub backorder: i64,
}

#[derive(Serialize, JsonSchema)]
pub struct FreeView {
    pub offer: OfferId,
    pub free: i64,
}

#[derive(Serialize, JsonSchema)]
pub struct ShelfView {
    pub offer: OfferId,
    pub location: LocationId,
    pub on_hand: i64,
    pub backorder: i64,
    pub held: i64,
    pub free: i64,
    pub version: u64,
}

impl View for FreeView {}
impl View for ShelfView {
    fn version(&self) -> Option<u64> {
        Some(self.version)
    }
}

pub fn free_view((offer, free): &(OfferId, Vec<Free>)) -> FreeView {
    FreeView { offer: *offer, free: free.iter().map(|f| f.units).sum() }
}

pub fn shelf_view(s: &Shelf) -> ShelfView {
    ShelfView {
        offer: s.offer,
        location: s.location,
        on_hand: s.on_hand,
        backorder: s.backorder,
        held: s.held,
        free: s.free(),
        version: u64::try_from(s.version).unwrap_or_default(),
    }
}

pub fn set_stock(call: Call<StockBody, (OfferId, LocationId)>) -> Result<SetStock, Problem> {
    let vendor = call.actor.vendor()?;
    let StockBody { on_hand, backorder } = call.body;
    for (name, units) in [("/on_hand", on_hand), ("/backorder", backorder)] {
        if !(0..=MOST).contains(&units) {
            return Err(Problem::invalid("a count is 0 to 1000000").at(name, "range", "0 to 1000000"));
        }
    }
    let (offer, location) = call.path;
    let expected = call.version.and_then(|v| i64::try_from(v).ok()).unwrap_or_default();
    Ok(SetStock { vendor, offer, location, on_hand, backorder, expected })
}

pub fn place_hold(m: pb::PlaceHoldRequest) -> Result<PlaceHold, Status> {
    Ok(PlaceHold { id: HoldId::from_uuid(uuid::Uuid::now_v7()), order: id(&m.order)?, lines: lines(m.lines)? })
}

pub fn release_units(m: pb::ReleaseUnitsRequest) -> Result<ReleaseUnits, Status> {
    Ok(ReleaseUnits { order: id(&m.order)?, lines: lines(m.lines)? })
}

/// Its movement names the step as its cause, so there must be one.
pub fn return_units(m: pb::ReturnUnitsRequest, key: Option<&Key>) -> Result<ReturnUnits, Status> {
    let cause = key.map(|key| key.text.clone()).ok_or_else(|| Status::invalid_argument("a return names its step"))?;
    Ok(ReturnUnits { order: id(&m.order)?, lines: lines(m.lines)?, cause })
}

fn lines(lines: Vec<pb::Line>) -> Result<Vec<Line>, Status> {
    lines.into_iter().map(|l| Ok(Line { offer: id(&l.offer)?, quantity: l.quantity })).collect()
}

pub fn order(text: &str) -> Result<OrderId, Status> {
    id(text)
}

pub fn offers(m: pb::AvailabilityRequest) -> Result<Vec<OfferId>, Status> {
    m.offers.iter().map(|offer| id(offer)).collect()
}

pub fn availability(free: &[Free]) -> pb::AvailabilityReply {
    let mut reply = pb::AvailabilityReply::default();
    for f in free {
        *reply.free.entry(f.offer.to_string()).or_default() += u32::try_from(f.units).unwrap_or_default();
    }
    reply
}

pub fn hold(h: &Hold) -> pb::Hold {
    let part = |a: &crate::domain::Allocation| pb::Allocation {
        offer: a.offer.to_string(),
        location: a.location.to_string(),
        quantity: a.quantity,
    };
    pb::Hold {
        id: h.id.to_string(),
        order: h.order.to_string(),
        state: format!("{:?}", h.state).to_lowercase(),
        allocations: h.allocations.iter().map(part).collect(),
        expires_us: h.expires.0,
    }
}

pub fn ship(fact: facts::VendorOrderShipped) -> Result<Ship, StoreError> {
    let broken = |e: Status| StoreError::Broken(e.message().to_string());
    let line = |l: facts::ShippedLine| Ok(Line { offer: id(&l.offer).map_err(broken)?, quantity: l.quantity });
    let lines = fact.lines.into_iter().map(line).collect::<Result<_, StoreError>>()?;
    Ok(Ship { order: id(&fact.order).map_err(broken)?, lines })
}

/// A fact that our rules refuse is a fault of ours or theirs: it is tried again, and parked in the end.
pub fn unhandled(error: Error) -> StoreError {
    match error {
        Error::Store(e) => e,
        Error::Contended => StoreError::Stale,
        refused => StoreError::Broken(refused.to_string()),
    }
}

fn id<T: FromStr>(text: &str) -> Result<T, Status>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|e: T::Err| Status::invalid_argument(e.to_string()))
}
