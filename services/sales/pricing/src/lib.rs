//! Prices, coupons, quotes, and what was accepted of them. Owns: price lists, coupons, quotes, acceptances. Calls nobody.
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

use outbound::sql::{SqlAcceptances, SqlCoupons, SqlPrices, SqlQuotes};
use platform::{
    module::{Deps, Module},
    net::StartError,
    store::Store,
};
use platform_sql::{Db, Migration, migrations};
use std::sync::Arc;

pub const MIGRATIONS: &[Migration] = migrations!["0001_pricing"];

pub async fn module(deps: Deps<'_>) -> Result<Module, StartError> {
    let config: Config = deps.section()?;
    config.validate().map_err(StartError::Settings)?;
    let db = Db::open(&deps.store, MIGRATIONS).await.map_err(|e| deps.no_store(e))?;
    let (beginning, forgetting) = (db.alarm("pricing.beginning"), db.alarm("pricing.forgetting"));
    let prices = Arc::new(SqlPrices(db.clone()));
    let app = Arc::new(app::Pricing {
        offers: prices.clone(),
        prices,
        coupons: Arc::new(SqlCoupons(db.clone())),
        quotes: Arc::new(SqlQuotes::new(db.clone(), config.quote_key.bytes())),
        acceptances: Arc::new(SqlAcceptances(db.clone())),
        clock: deps.clock.clone(),
        mint: uuid::Uuid::now_v7,
        beginning: beginning.clone(),
        forgetting: forgetting.clone(),
        config,
    });
    let (begin, forget) = (app.clone(), app.clone());
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
