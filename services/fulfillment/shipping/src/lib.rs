//! Zones, delivery methods and their prices, parcels and where they are. Owns all of them. Calls nobody.
pub mod app;
pub mod checks;
mod config;
pub mod domain;
mod error;
mod inbound;
mod outbound;
pub mod ports;
mod views;
pub use config::Config;
pub use error::Error;
pub use inbound::{rest::routes, signature};
pub use outbound::sql;

use app::Shipping;
use kernel::Clock;
use outbound::{
    calendar::TimeZones,
    sql::{SqlMethods, SqlParcels, SqlRates, SqlZones},
};
use platform::{
    module::{Deps, Module},
    net::StartError,
};
use platform_sql::{Db, Migration, migrations};
use std::sync::Arc;

pub const MIGRATIONS: &[Migration] = migrations!["0001_delivery"];

/// The use cases over a store: what the module serves, and what an import calls in its own process.
pub fn over(db: &Db, clock: Arc<dyn Clock>, config: Config) -> Shipping {
    Shipping {
        zones: Arc::new(SqlZones(db.clone())),
        methods: Arc::new(SqlMethods(db.clone())),
        rates: Arc::new(SqlRates(db.clone())),
        parcels: Arc::new(SqlParcels(db.clone())),
        calendar: Arc::new(TimeZones),
        clock,
        config,
    }
}

pub async fn module(deps: Deps<'_>) -> Result<Module, StartError> {
    let db = Db::open(&deps.store, MIGRATIONS).await.map_err(|e| deps.no_store(e))?;
    let app = Arc::new(over(&db, deps.clock.clone(), deps.section()?));
    let listener = inbound::events::subscription(&app);
    Ok(Module::new("shipping", Arc::new(db.clone()))
        .grpc(inbound::grpc::server(app.clone()))
        .rest(routes().bind(app, Arc::new(db), deps.door.clone()))
        .listens(listener)
        .checks(checks::all()))
}
