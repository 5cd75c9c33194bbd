//! The order says that units left the vendor's hands: a parcel.
use super::Shipping;
use crate::{
    Error,
    domain::{Parcel, Shipment},
};
use platform::store::{Change, Seen};

impl Shipping {
    /// A shipment is one parcel, however often it is told.
    pub async fn prepare_parcel(&self, shipment: Shipment, seen: Seen) -> Result<(), Error> {
        if self.parcels.find(shipment.id).await?.is_some() {
            return Ok(());
        }
        let (parcel, events) = Parcel::dispatch(shipment);
        Ok(self.parcels.save(Change::new(&parcel, events).seen(seen), self.clock.now()).await?)
    }
}

#[cfg(test)]
mod tests {
    use crate::app::fakes::{Fakes, id, seen, shipment};
    use crate::domain::ParcelState;

    #[tokio::test]
    async fn a_shipment_is_one_parcel() {
        let fakes = Fakes::default();
        let app = fakes.app();
        for message in [1, 2] {
            app.prepare_parcel(shipment(1, "T-1"), seen(message)).await.unwrap();
        }
        let parcels = app.order_parcels(id(2)).await.unwrap();
        assert_eq!((parcels.len(), parcels[0].state, parcels[0].version), (1, ParcelState::Dispatched, 2));
    }
}
