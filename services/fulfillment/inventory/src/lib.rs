//! Stock, holds and movements of every vendor. Owns: stock, holds. Calls nobody.
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

use outbound::sql::{SqlHolds, SqlShelves};
use platform::{
    module::{Deps, Module},
    net::StartError,
    store::Store,
};
use platform_sql::{Db, Migration, migrations};
use std::sync::Arc;

pub const MIGRATIONS: &[Migration] = migrations!["0001_stock"];

pub async fn module(deps: Deps<'_>) -> Result<Module, StartError> {
    let db = Db::open(&deps.store, MIGRATIONS).await.map_err(|e| deps.no_store(e))?;
    let expiry = db.alarm("inventory.expiry");
    let app = Arc::new(app::Inventory {
        shelves: Arc::new(SqlShelves(db.clone())),
        holds: Arc::new(SqlHolds(db.clone())),
        clock: deps.clock.clone(),
        expiry: expiry.clone(),
        config: deps.section()?,
    });
    let (listener, worker) = (inbound::events::subscription(&app), app.clone());
    Ok(Module::new("inventory", Arc::new(db.clone()))
        .grpc(inbound::grpc::server(app.clone()))
        .rest(routes().bind(app, Arc::new(db), deps.door.clone()))
        .listens(listener)
        .task("expire holds", expiry, move |now| {
            let app = worker.clone();
            async move { app.expire_holds(now).await }
        })
        .checks(checks::all()))
}
