//! Stock, holds and movements of every vendor. Owns: stock, movements, holds, locations. Calls nobody.
pub mod app;
pub mod checks;
mod config;
pub mod domain;
mod error;
mod inbound;
mod outbound;
pub mod ports;
pub mod views;
pub use config::Config;
pub use error::Error;
pub use inbound::rest::routes;
pub use outbound::sql;

use app::Inventory;
use kernel::Clock;
use outbound::sql::{SqlHolds, SqlLocations, SqlRecords, SqlShelves};
use platform::{
    module::{Deps, Module},
    net::StartError,
    store::Store,
};
use platform_sql::{Db, Migration, migrations};
use std::sync::Arc;

pub const MIGRATIONS: &[Migration] = migrations!["0001_stock"];

/// The use cases over a store: what the module serves, and what an import calls in its own process.
pub fn over(db: &Db, clock: Arc<dyn Clock>, config: Config) -> Inventory {
    Inventory {
        shelves: Arc::new(SqlShelves(db.clone())),
        records: Arc::new(SqlRecords(db.clone())),
        locations: Arc::new(SqlLocations(db.clone())),
        holds: Arc::new(SqlHolds(db.clone())),
        clock,
        expiry: db.alarm("inventory.expiry"),
        config,
    }
}

pub async fn module(deps: Deps<'_>) -> Result<Module, StartError> {
    let db = Db::open(&deps.store, MIGRATIONS).await.map_err(|e| deps.no_store(e))?;
    let app = Arc::new(over(&db, deps.clock.clone(), deps.section()?));
    let ([owners, parcels], worker) = (inbound::events::subscriptions(&app), app.clone());
    let expiry = app.expiry.clone();
    Ok(Module::new("inventory", Arc::new(db.clone()))
        .grpc(inbound::grpc::server(app.clone()))
        .rest(routes().bind(app, Arc::new(db), deps.door.clone()))
        .listens(owners)
        .listens(parcels)
        .task("expire holds", expiry, move |now| {
            let app = worker.clone();
            async move { app.expire_holds(now).await }
        })
        .checks(checks::all()))
}
