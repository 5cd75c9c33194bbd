//! Who sells on the marketplace, and on which terms. Owns: vendors and their commission plans. Calls nobody.
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

use outbound::sql::SqlVendors;
use platform::{
    module::{Deps, Module},
    net::StartError,
};
use platform_sql::{Db, Migration, migrations};
use std::sync::Arc;

pub const MIGRATIONS: &[Migration] = migrations!["0001_vendors"];

pub async fn module(deps: Deps<'_>) -> Result<Module, StartError> {
    let config: Config = deps.section()?;
    config.validate().map_err(StartError::Settings)?;
    let db = Db::open(&deps.store, MIGRATIONS).await.map_err(|e| deps.no_store(e))?;
    let vendors = Arc::new(SqlVendors(db.clone()));
    let app = Arc::new(app::Vendors { vendors, clock: deps.clock.clone(), config });
    Ok(Module::new("vendor", Arc::new(db.clone()))
        .grpc(inbound::grpc::server(app.clone()))
        .rest(routes().bind(app, Arc::new(db), deps.door.clone()))
        .checks(checks::all()))
}
