//! The one place that knows both sides: messages here, what the public door reads and shows in its own files.
mod locations;
mod stock;
pub use locations::*;
pub use stock::*;

use crate::{
    Error,
    app::{OwnOffer, PlaceHold, ReleaseUnits, ReturnUnits, Ship},
    domain::{Allocation, Free, Hold, Line},
};
use contracts::{catalog, inventory as pb, order as facts};
use kernel::{HoldId, OfferId, OrderId};
use platform::{ask::Key, store::StoreError};
use std::{fmt, str::FromStr};
use tonic::Status;
use uuid::Uuid;

/// The most units that one request counts, moves or asks for.
pub const MOST: i64 = 1_000_000;

pub fn place_hold(m: pb::PlaceHoldRequest) -> Result<PlaceHold, Status> {
    Ok(PlaceHold { id: HoldId::from_uuid(Uuid::now_v7()), order: id(&m.order)?, lines: lines(m.lines)? })
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
        let sum = reply.free.entry(f.offer.to_string()).or_default();
        *sum = sum.saturating_add(u32::try_from(f.units).unwrap_or(u32::MAX));
    }
    reply
}

pub fn hold(h: &Hold) -> pb::Hold {
    let part = |a: &Allocation| pb::Allocation {
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

pub fn own_offer(fact: catalog::OfferActivated) -> Result<OwnOffer, StoreError> {
    Ok(OwnOffer { offer: id(&fact.offer).map_err(broken)?, vendor: id(&fact.vendor).map_err(broken)? })
}

pub fn ship(fact: facts::VendorOrderShipped) -> Result<Ship, StoreError> {
    let line = |l: facts::ShippedLine| Ok(Line { offer: id(&l.offer).map_err(broken)?, quantity: l.quantity });
    let lines = fact.lines.into_iter().map(line).collect::<Result<_, StoreError>>()?;
    Ok(Ship { order: id(&fact.order).map_err(broken)?, lines })
}

fn broken(e: Status) -> StoreError {
    StoreError::Broken(e.message().to_string())
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
    T::Err: fmt::Display,
{
    text.parse().map_err(|e: T::Err| Status::invalid_argument(e.to_string()))
}
