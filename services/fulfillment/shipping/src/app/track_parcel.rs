//! A carrier tells where a parcel is.
use super::{ATTEMPTS, Shipping};
use crate::{
    Error,
    domain::{Parcel, Report},
};
use kernel::ShipmentId;
use platform::store::{Change, StoreError};

/// How a carrier names a parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    Shipment(ShipmentId),
    Tracking(String),
}

pub struct Told {
    pub which: Which,
    pub report: Report,
}

impl Shipping {
    /// Told again, it changes nothing. Of a parcel that is not known yet it has to be told again later.
    pub async fn track_parcel(&self, told: Told) -> Result<Parcel, Error> {
        let id = self.which(told.which).await?;
        for _ in 0..ATTEMPTS {
            let mut parcel = self.parcels.find(id).await?.ok_or(Error::NoParcel)?;
            let events = parcel.hear(told.report.clone());
            if events.is_empty() {
                return Ok(parcel);
            }
            match self.parcels.save(Change::new(&parcel, events), self.clock.now()).await {
                Err(StoreError::Stale) => continue,
                written => return written.map(|()| parcel).map_err(Error::from),
            }
        }
        Err(Error::Contended)
    }

    async fn which(&self, which: Which) -> Result<ShipmentId, Error> {
        let tracking = match which {
            Which::Shipment(id) => return Ok(id),
            Which::Tracking(tracking) => tracking,
        };
        match self.parcels.tracked_by(&tracking).await?[..] {
            [] => Err(Error::NoParcel),
            [id] => Ok(id),
            _ => Err(Error::Ambiguous),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::fakes::{Fakes, NOW, id, seen, shipment},
        domain::{ParcelState, ReportKind},
    };

    fn told(which: Which, event: &str, kind: ReportKind) -> Told {
        Told { which, report: Report { event: event.into(), kind, at: NOW } }
    }

    #[tokio::test]
    async fn a_parcel_is_found_by_its_shipment_or_its_tracking_number() {
        let fakes = Fakes::default();
        let app = fakes.app();
        app.prepare_parcel(shipment(1, "T-1"), seen(1)).await.unwrap();
        let by = |which, event, kind| app.track_parcel(told(which, event, kind));
        let moving = by(Which::Shipment(id(1)), "e1", ReportKind::InTransit).await.unwrap();
        assert_eq!(moving.state, ParcelState::InTransit);
        let there = by(Which::Tracking("T-1".into()), "e2", ReportKind::Delivered).await.unwrap();
        assert_eq!(there.state, ParcelState::Delivered);
        let again = by(Which::Tracking("T-1".into()), "e2", ReportKind::Delivered).await.unwrap();
        assert_eq!((again.version, again.track.len()), (there.version, 2));
        for unknown in [Which::Shipment(id(9)), Which::Tracking("T-9".into())] {
            assert!(matches!(by(unknown, "e3", ReportKind::Delivered).await, Err(Error::NoParcel)));
        }
        app.prepare_parcel(shipment(5, "T-1"), seen(2)).await.unwrap();
        assert!(matches!(by(Which::Tracking("T-1".into()), "e4", ReportKind::Delivered).await, Err(Error::Ambiguous)));
    }
}
