//! What shipping hears of others.
use super::convert;
use crate::app::Shipping;
use contracts::order;
use platform::feed::Subscription;
use std::sync::Arc;

pub fn subscription(app: &Arc<Shipping>) -> Subscription {
    Subscription::to("order", "shipping.parcels").on(app, |app, fact: order::VendorOrderShipped, seen| async move {
        app.prepare_parcel(convert::shipment(fact)?, seen).await.map_err(convert::unhandled)
    })
}
