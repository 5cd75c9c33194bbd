//! What orders hear of payment and shipping.
use super::convert;
use crate::app::{Fate, Orders};
use contracts::{payment, shipping};
use platform::feed::Subscription;
use std::sync::Arc;

/// Whatever payment tells of an order: who sleeps until its customer pays is woken, and asks payment itself.
pub fn of_payment(app: &Arc<Orders>) -> Subscription {
    Subscription::to("payment", "order.payment")
        .on(app, |app, fact: payment::PaymentAuthorized, seen| async move {
            app.hear_of_payment(convert::order(&fact.order)?, seen).await.map_err(convert::unhandled)
        })
        .on(app, |app, fact: payment::PaymentFailed, seen| async move {
            app.hear_of_payment(convert::order(&fact.order)?, seen).await.map_err(convert::unhandled)
        })
        .on(app, |app, fact: payment::PaymentCaptured, seen| async move {
            app.hear_of_payment(convert::order(&fact.order)?, seen).await.map_err(convert::unhandled)
        })
        .on(app, |app, fact: payment::PaymentClosed, seen| async move {
            app.hear_of_payment(convert::order(&fact.order)?, seen).await.map_err(convert::unhandled)
        })
}

pub fn of_shipping(app: &Arc<Orders>) -> Subscription {
    Subscription::to("shipping", "order.shipping")
        .on(app, |app, fact: shipping::ShipmentDelivered, seen| async move {
            let parcel = convert::parcel(&fact.order, &fact.shipment, Fate::Delivered)?;
            app.record_parcel(parcel, seen).await.map_err(convert::unhandled)
        })
        .on(app, |app, fact: shipping::ShipmentReturned, seen| async move {
            let parcel = convert::parcel(&fact.order, &fact.shipment, Fate::SentBack)?;
            app.record_parcel(parcel, seen).await.map_err(convert::unhandled)
        })
}
