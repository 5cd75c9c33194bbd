//! Parcels as vendors see them, and as carriers tell of them.
use crate::{
    app::{Told, Which},
    domain::{Parcel, ParcelState, Report, ReportKind},
};
use kernel::{OfferId, OrderId, ShipmentId, Timestamp, VendorOrderId};
use platform::http::{Problem, View, strict};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a carrier's event or tracking number may have.
const LONGEST: usize = 200;

#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StateWord {
    Prepared,
    Dispatched,
    InTransit,
    Delivered,
    Returned,
}

#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KindWord {
    InTransit,
    Delivered,
    Returned,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ParcelsQuery {
    /// Only those in this state.
    pub state: Option<StateWord>,
}

#[derive(Serialize, JsonSchema)]
pub struct ParcelView {
    pub id: ShipmentId,
    pub order: OrderId,
    pub vendor_order: VendorOrderId,
    pub carrier: String,
    pub tracking: String,
    pub state: StateWord,
    pub lines: Vec<ParcelLineView>,
    /// As the carrier told it, the oldest first.
    pub track: Vec<TrackView>,
}
#[derive(Serialize, JsonSchema)]
pub struct ParcelLineView {
    pub line: String,
    pub offer: OfferId,
    pub quantity: u32,
}
#[derive(Serialize, JsonSchema)]
pub struct TrackView {
    pub kind: KindWord,
    pub at: Timestamp,
}
impl View for ParcelView {}

pub fn parcel_view(p: &Parcel) -> ParcelView {
    let line =
        |l: &crate::domain::ParcelLine| ParcelLineView { line: l.line.clone(), offer: l.offer, quantity: l.quantity };
    ParcelView {
        id: p.id,
        order: p.order,
        vendor_order: p.vendor_order,
        carrier: p.carrier.clone(),
        tracking: p.tracking.clone(),
        state: word(p.state),
        lines: p.lines.iter().map(line).collect(),
        track: p.track.iter().map(|report| TrackView { kind: kind_word(report.kind), at: report.at }).collect(),
    }
}

pub fn state(query: &ParcelsQuery) -> Option<ParcelState> {
    query.state.map(|word| match word {
        StateWord::Prepared => ParcelState::Prepared,
        StateWord::Dispatched => ParcelState::Dispatched,
        StateWord::InTransit => ParcelState::InTransit,
        StateWord::Delivered => ParcelState::Delivered,
        StateWord::Returned => ParcelState::Returned,
    })
}
pub(super) fn word(state: ParcelState) -> StateWord {
    match state {
        ParcelState::Prepared => StateWord::Prepared,
        ParcelState::Dispatched => StateWord::Dispatched,
        ParcelState::InTransit => StateWord::InTransit,
        ParcelState::Delivered => StateWord::Delivered,
        ParcelState::Returned => StateWord::Returned,
    }
}
pub(super) fn kind_word(kind: ReportKind) -> KindWord {
    match kind {
        ReportKind::InTransit => KindWord::InTransit,
        ReportKind::Delivered => KindWord::Delivered,
        ReportKind::Returned => KindWord::Returned,
    }
}

/// What a carrier sends. It names the parcel by one of two.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CarrierEvent {
    id: String,
    shipment: Option<ShipmentId>,
    tracking: Option<String>,
    r#type: KindWord,
    at: Timestamp,
}

pub fn told(body: &[u8]) -> Result<Told, Problem> {
    let CarrierEvent { id, shipment, tracking, r#type, at } = strict(body)?;
    if !(1..=LONGEST).contains(&id.len()) {
        return Err(Problem::invalid("an event has an id").at("/id", "length", "1 to 200 bytes"));
    }
    let which = match (shipment, tracking) {
        (Some(shipment), None) => Which::Shipment(shipment),
        (None, Some(tracking)) if (1..=LONGEST).contains(&tracking.len()) => Which::Tracking(tracking),
        _ => return Err(Problem::invalid("either a shipment or its tracking number").at("", "which", "one of two")),
    };
    let kind = match r#type {
        KindWord::InTransit => ReportKind::InTransit,
        KindWord::Delivered => ReportKind::Delivered,
        KindWord::Returned => ReportKind::Returned,
    };
    Ok(Told { which, report: Report { event: id, kind, at } })
}
