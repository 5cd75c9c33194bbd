//! A parcel of one vendor order, from the vendor's hands to its end.
use kernel::{OfferId, OrderId, ShipmentId, Timestamp, VendorId, VendorOrderId};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ParcelState {
    Prepared,
    Dispatched,
    InTransit,
    Delivered,
    /// Came back undelivered.
    Returned,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    pub id: ShipmentId,
    pub order: OrderId,
    pub vendor_order: VendorOrderId,
    pub vendor: VendorId,
    pub carrier: String,
    pub tracking: String,
    pub state: ParcelState,
    pub lines: Vec<ParcelLine>,
    /// What the carrier told, the oldest first.
    pub track: Vec<Report>,
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParcelLine {
    /// The order's own name of it.
    pub line: String,
    pub offer: OfferId,
    pub quantity: u32,
}

/// What left the vendor's hands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shipment {
    pub id: ShipmentId,
    pub order: OrderId,
    pub vendor_order: VendorOrderId,
    pub vendor: VendorId,
    pub carrier: String,
    pub tracking: String,
    pub lines: Vec<ParcelLine>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportKind {
    InTransit,
    Delivered,
    Returned,
}

/// What a carrier tells of a parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The carrier's id of it: told twice, it is one.
    pub event: String,
    pub kind: ReportKind,
    /// When it happened, by the carrier's clock.
    pub at: Timestamp,
}

/// Each raises the version by one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Prepared,
    Dispatched,
    /// Told by the carrier; `moved`: the state it led to, if it led anywhere.
    Told {
        report: Report,
        moved: Option<ParcelState>,
    },
}

impl Parcel {
    /// Units left the vendor's hands: the carrier has them. A parcel without a number of the carrier's is tracked by its own id.
    pub fn dispatch(shipment: Shipment) -> (Parcel, Vec<Event>) {
        let Shipment { id, order, vendor_order, vendor, carrier, tracking, lines } = shipment;
        let tracking = if tracking.is_empty() { id.to_string() } else { tracking };
        let (state, track) = (ParcelState::Dispatched, vec![]);
        let parcel = Parcel { id, order, vendor_order, vendor, carrier, tracking, state, lines, track, version: 2 };
        (parcel, vec![Event::Prepared, Event::Dispatched])
    }

    /// Nothing when it was told before.
    pub fn hear(&mut self, report: Report) -> Vec<Event> {
        if self.track.iter().any(|known| known.event == report.event) {
            return vec![];
        }
        let moved = self.next(report.kind);
        self.state = moved.unwrap_or(self.state);
        self.version += 1;
        self.track.push(report.clone());
        self.track.sort_by_key(|known| known.at);
        vec![Event::Told { report, moved }]
    }

    /// Forward only: an end is an end, and who was delivered was in transit before, whatever is told late.
    fn next(&self, told: ReportKind) -> Option<ParcelState> {
        let next = match told {
            ReportKind::InTransit => ParcelState::InTransit,
            ReportKind::Delivered => ParcelState::Delivered,
            ReportKind::Returned => ParcelState::Returned,
        };
        (self.state < ParcelState::Delivered && self.state < next).then_some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ReportKind::{Delivered, InTransit, Returned};

    fn parcel() -> Parcel {
        let id = |n| uuid::Uuid::from_u128(n);
        Parcel::dispatch(Shipment {
            id: ShipmentId::from_uuid(id(1)),
            order: OrderId::from_uuid(id(2)),
            vendor_order: VendorOrderId::from_uuid(id(3)),
            vendor: VendorId::from_uuid(id(4)),
            carrier: "Post".into(),
            tracking: String::new(),
            lines: vec![],
        })
        .0
    }
    fn after(told: &[ReportKind]) -> (ParcelState, i64) {
        let mut parcel = parcel();
        for (at, kind) in told.iter().enumerate() {
            parcel.hear(Report { event: at.to_string(), kind: *kind, at: Timestamp(at as i64) });
        }
        assert_eq!(parcel.track.len(), told.len(), "all of it is written down");
        (parcel.state, parcel.version)
    }

    #[test]
    fn it_goes_forward_to_one_of_two_ends() {
        assert_eq!(after(&[InTransit, Delivered]), (ParcelState::Delivered, 4));
        assert_eq!(after(&[Delivered]), (ParcelState::Delivered, 3));
        assert_eq!(after(&[InTransit, Returned]), (ParcelState::Returned, 4));
    }

    #[test]
    fn what_is_told_late_or_after_the_end_moves_nothing() {
        assert_eq!(after(&[Delivered, InTransit, Returned]), (ParcelState::Delivered, 5));
        assert_eq!(after(&[Returned, Delivered]), (ParcelState::Returned, 4));
        assert_eq!(after(&[InTransit, InTransit]), (ParcelState::InTransit, 4));
    }

    #[test]
    fn what_is_told_twice_is_told_once() {
        let mut parcel = parcel();
        let report = Report { event: "e".into(), kind: Delivered, at: Timestamp(1) };
        assert_eq!(parcel.hear(report.clone()).len(), 1);
        assert_eq!((parcel.hear(report), parcel.version), (vec![], 3));
    }

    #[test]
    fn without_a_number_it_is_tracked_by_its_own_id() {
        assert_eq!(parcel().tracking, parcel().id.to_string());
    }
}
