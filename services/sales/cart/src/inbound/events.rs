//! What a cart hears of its order.
use crate::app::{Baskets, News};
use contracts::order;
use platform::{
    feed::Subscription,
    store::{Seen, StoreError},
};
use std::sync::Arc;

pub fn subscription(app: &Arc<Baskets>) -> Subscription {
    Subscription::to("order", "cart.order")
        .on(app, |app, fact: order::OrderPlaced, seen| async move {
            hear(&app, (&fact.cart, &fact.order), News::Placed, seen).await
        })
        .on(app, |app, fact: order::OrderConfirmed, seen| async move {
            hear(&app, (&fact.cart, &fact.order), News::Confirmed, seen).await
        })
        .on(app, |app, fact: order::OrderCancelled, seen| async move {
            hear(&app, (&fact.cart, &fact.order), News::Cancelled, seen).await
        })
}

async fn hear(app: &Baskets, (cart, order): (&str, &str), news: News, seen: Seen) -> Result<(), StoreError> {
    let broken = |e: kernel::id::NotAnId| StoreError::Broken(e.to_string());
    app.hear(cart.parse().map_err(broken)?, order.parse().map_err(broken)?, news, seen).await
}
