//! Order's port over inventory's client.
use super::{missed, racing};
use crate::{
    Error,
    domain::{Line as OrderLine, Order, Units},
    ports::{Missed, Stock},
};
use contracts::inventory::{
    CommitHoldRequest, Line, PlaceHoldRequest, ReleaseUnitsRequest, ReturnUnitsRequest, UndoHoldRequest,
    inventory_client::InventoryClient,
};
use kernel::{OfferId, OrderId, Timestamp};
use platform::grpc::{Transport, step};

pub struct Inventory(InventoryClient<Transport>);

impl Inventory {
    pub fn over(transport: Transport) -> Self {
        Self(InventoryClient::new(transport))
    }
}

#[platform::async_trait]
impl Stock for Inventory {
    async fn hold(&self, order: &Order) -> Result<Timestamp, Missed> {
        let lines = lines_of(order).map(|l| line(l.offer, l.ordered)).collect();
        let message = PlaceHoldRequest { order: order.id.to_string(), lines };
        let key = format!("{}/hold", order.id);
        let held = racing(|| async { self.0.clone().place_hold(step(&key, message.clone())).await }).await;
        held.map(|hold| Timestamp(hold.get_ref().expires_us)).map_err(|no| named(no, order))
    }

    async fn commit(&self, order: OrderId) -> Result<(), Missed> {
        let key = format!("{order}/commit");
        let message = CommitHoldRequest { order: order.to_string() };
        racing(|| async { self.0.clone().commit_hold(step(&key, message.clone())).await }).await.map(drop)
    }

    async fn undo_hold(&self, order: OrderId) -> Result<(), Missed> {
        let key = format!("{order}/hold");
        let message = UndoHoldRequest { order: order.to_string() };
        racing(|| async { self.0.clone().undo_hold(step(&key, message.clone())).await }).await.map(drop)
    }

    async fn release(&self, order: OrderId, units: &[Units], cause: &str) -> Result<(), Missed> {
        let message = ReleaseUnitsRequest { order: order.to_string(), lines: lines(units) };
        let request = step(&format!("{cause}/release"), message);
        self.0.clone().release_units(request).await.map(drop).map_err(|status| missed(&status))
    }

    async fn restock(&self, order: OrderId, units: &[Units], cause: &str) -> Result<(), Missed> {
        let message = ReturnUnitsRequest { order: order.to_string(), lines: lines(units) };
        let request = step(&format!("{cause}/return"), message);
        self.0.clone().return_units(request).await.map(drop).map_err(|status| missed(&status))
    }
}

fn line(offer: OfferId, quantity: u32) -> Line {
    Line { offer: offer.to_string(), quantity }
}

fn lines(units: &[Units]) -> Vec<Line> {
    units.iter().map(|u| line(u.offer, u.quantity)).collect()
}

fn lines_of(order: &Order) -> impl Iterator<Item = &OrderLine> {
    order.vendor_orders.iter().flat_map(|v| &v.lines)
}

/// The offers of which there is not enough stand in the message; a customer knows them as lines.
fn named(no: Missed, order: &Order) -> Missed {
    match no {
        Missed::No(Error::Step { code, says }) if code.text == "inventory.short" => {
            let mut short: Vec<_> =
                lines_of(order).filter(|l| says.contains(&l.offer.to_string())).map(|l| (l.number, l.offer)).collect();
            short.sort_unstable();
            Missed::No(Error::Short(short))
        }
        other => other,
    }
}
