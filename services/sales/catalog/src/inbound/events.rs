//! What catalog hears of others, for its lists.
use super::convert;
use crate::app::Catalog;
use contracts::{inventory, pricing};
use platform::feed::Subscription;
use std::sync::Arc;

pub fn subscriptions(app: &Arc<Catalog>) -> Vec<Subscription> {
    vec![prices(app), stock(app)]
}

fn prices(app: &Arc<Catalog>) -> Subscription {
    Subscription::to("pricing", "catalog.prices").on(app, |app, fact: pricing::PriceChanged, seen| async move {
        app.see_price(convert::price(fact)?, seen).await
    })
}

fn stock(app: &Arc<Catalog>) -> Subscription {
    Subscription::to("inventory", "catalog.stock")
        .on(app, |app, fact: inventory::StockRestocked, seen| async move {
            app.see_stock(convert::restocked(fact)?, seen).await
        })
        .on(app, |app, fact: inventory::StockLow, seen| async move { app.see_stock(convert::low(fact)?, seen).await })
        .on(app, |app, fact: inventory::StockDepleted, seen| async move {
            app.see_stock(convert::depleted(fact)?, seen).await
        })
}
