//! Parcels: sent, arrived, come back; and the end, when the time to return is over.
use super::{Count, Event, Happened, Order, Parcel, ParcelState, Refusal, State, Then, VendorOrder, VendorState, What};
use kernel::{ShipmentId, Timestamp, VendorOrderId};

impl Order {
    /// Units leave the vendor's hands: one parcel. `cancelled + shipped + n ≤ ordered`.
    pub fn ship(&self, id: VendorOrderId, parcel: Parcel) -> Result<Vec<Happened>, Refusal> {
        self.be_open()?;
        let vendor_order = self.vendor_order(id)?;
        vendor_order.be_open()?;
        let (lines, at) = (vendor_order.fit(&parcel.lines)?, parcel.at);
        let event = Event::Shipped { vendor_order: id, parcel: Parcel { lines, ..parcel } };
        Ok(self.after(&[], [event.at(at)]))
    }

    /// A parcel arrived. Told twice it happened once; a parcel that came back did not arrive.
    pub fn deliver(&self, shipment: ShipmentId, now: Timestamp) -> Result<Vec<Happened>, Refusal> {
        let (vendor_order, parcel) = self.parcel(shipment)?;
        match parcel.state {
            ParcelState::Delivered => Ok(vec![]),
            ParcelState::SentBack => Err(Refusal::AlreadyCancelled),
            ParcelState::Shipped => {
                let event = Event::Delivered { vendor_order: vendor_order.id, shipment };
                Ok(self.after(&[], [event.at(now)]))
            }
        }
    }

    /// A parcel came back undelivered: its money goes back, and its units to the shelf.
    pub fn send_back(&self, shipment: ShipmentId, now: Timestamp) -> Result<Vec<Happened>, Refusal> {
        let (vendor_order, parcel) = self.parcel(shipment)?;
        match parcel.state {
            ParcelState::SentBack => return Ok(vec![]),
            ParcelState::Delivered => return Err(Refusal::AlreadyDelivered),
            ParcelState::Shipped => {}
        }
        let lines: Vec<Count> = parcel.lines.clone();
        let mut after = vendor_order.clone();
        after.count(&lines, |l| &mut l.sent_back);
        let then = Then::Restock(vendor_order.units(&lines));
        let refund = self.refund(What::Parts(self.parts(&after, &lines)), SENT_BACK, then);
        let event = Event::SentBack { vendor_order: vendor_order.id, shipment, refund };
        Ok(self.closed(self.after(&[], [event.at(now)]), SENT_BACK, now))
    }

    /// The time to return is over. Nothing happened when it is completed already, or no longer delivered.
    pub fn complete(&self, id: VendorOrderId, now: Timestamp) -> Result<Vec<Happened>, Refusal> {
        let vendor_order = self.vendor_order(id)?;
        if self.state != State::Confirmed || vendor_order.state != VendorState::Delivered {
            return Ok(vec![]);
        }
        let event = Event::VendorOrderCompleted { vendor_order: id };
        Ok(self.closed(self.after(&[], [event.at(now)]), "", now))
    }

    fn parcel(&self, shipment: ShipmentId) -> Result<(&VendorOrder, &Parcel), Refusal> {
        let found = self.vendor_orders.iter().find_map(|v| Some((v, v.parcel(shipment)?)));
        found.ok_or(Refusal::NoSuchParcel)
    }
}

/// As `olist.md` names it.
const SENT_BACK: &str = "returned_to_sender";
