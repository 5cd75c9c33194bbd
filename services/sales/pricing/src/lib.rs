//! Prices, taxes, coupons, quotes, and what was accepted of them. Owns: price lists, tax zones, coupons, quotes, acceptances. Calls
//! catalog, vendor and shipping.
pub mod app;
pub mod checks;
mod config;
pub mod domain;
mod error;
mod inbound;
mod outbound;
pub mod ports;
pub use config::Config;
pub use error::Error;
pub use inbound::rest::routes;
pub use outbound::sql;

use outbound::{
    catalog::CatalogService,
    shipping::ShippingService,
    sql::{SqlAcceptances, SqlCoupons, SqlPrices, SqlQuotes, SqlTaxZones},
    vendor::VendorService,
};
use platform::{
    module::{Deps, Module},
    net::StartError,
    store::Store,
};
use platform_sql::{Db, Migration, migrations};
use std::sync::Arc;

pub const MIGRATIONS: &[Migration] = migrations!["0001_pricing", "0002_taxes"];

pub async fn module(mut deps: Deps<'_>) -> Result<Module, StartError> {
    let db = Db::open(&deps.store, MIGRATIONS).await.map_err(|e| deps.no_store(e))?;
    let app = app(&db, &mut deps)?;
    let (begin, forget) = (app.clone(), app.clone());
    let (beginning, forgetting) = (app.beginning.clone(), app.forgetting.clone());
    Ok(Module::new("pricing", Arc::new(db.clone()))
        .grpc(inbound::grpc::server(app.clone()))
        .rest(routes().bind(app, Arc::new(db), deps.door.clone()))
        .task("begin dated prices", beginning, move |now| {
            let app = begin.clone();
            async move { app.begin_prices(now).await }
        })
        .task("forget whom old quotes were for", forgetting, move |now| {
            let app = forget.clone();
            async move { app.forget_parties(now).await }
        })
        .checks(checks::all()))
}

fn app(db: &Db, deps: &mut Deps<'_>) -> Result<Arc<app::Pricing>, StartError> {
    let config: Config = deps.section()?;
    Ok(Arc::new(app::Pricing {
        offers: Arc::new(CatalogService::over(deps.call("catalog")?)),
        prices: Arc::new(SqlPrices(db.clone())),
        vendors: Arc::new(VendorService::over(deps.call("vendor")?)),
        deliveries: Arc::new(ShippingService::over(deps.call("shipping")?)),
        zones: Arc::new(SqlTaxZones(db.clone())),
        coupons: Arc::new(SqlCoupons(db.clone())),
        quotes: Arc::new(SqlQuotes::new(db.clone(), config.quote_key.reveal().as_bytes())),
        acceptances: Arc::new(SqlAcceptances(db.clone())),
        clock: deps.clock.clone(),
        mint: uuid::Uuid::now_v7,
        beginning: db.alarm("pricing.beginning"),
        forgetting: db.alarm("pricing.forgetting"),
        config,
    }))
}
