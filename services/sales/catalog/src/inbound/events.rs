//! What catalog hears of others, for its lists.
use super::convert::seen as convert;
use crate::app::Catalog;
use contracts::{inventory, pricing, vendor};
use platform::feed::Subscription;
use std::sync::Arc;

pub fn subscriptions(app: &Arc<Catalog>) -> Vec<Subscription> {
    vec![prices(app), stock(app), vendors(app)]
}

fn prices(app: &Arc<Catalog>) -> Subscription {
    let prices = Subscription::to("pricing", "catalog.prices").fills(&["seen_prices"]);
    prices.on(
        app,
        |app, fact: pricing::PriceChanged, seen| async move { app.see_price(convert::price(fact)?, seen).await },
    )
}

fn stock(app: &Arc<Catalog>) -> Subscription {
    Subscription::to("inventory", "catalog.stock")
        .fills(&["seen_stock"])
        .on(app, |app, fact: inventory::StockRestocked, seen| async move {
            app.see_stock(convert::restocked(fact)?, seen).await
        })
        .on(app, |app, fact: inventory::StockLow, seen| async move { app.see_stock(convert::low(fact)?, seen).await })
        .on(app, |app, fact: inventory::StockDepleted, seen| async move {
            app.see_stock(convert::depleted(fact)?, seen).await
        })
}

fn vendors(app: &Arc<Catalog>) -> Subscription {
    Subscription::to("vendor", "catalog.vendors")
        .fills(&["seen_vendors"])
        .on(app, |app, fact: vendor::VendorApproved, seen| async move {
            app.see_vendor(convert::approved(fact)?, seen).await
        })
        .on(
            app,
            |app, fact: vendor::VendorChanged, seen| async move { app.see_vendor(convert::changed(fact)?, seen).await },
        )
        .on(app, |app, fact: vendor::VendorSuspended, seen| async move {
            app.close_vendor(convert::suspended(&fact)?, seen).await
        })
}
