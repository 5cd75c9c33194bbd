//! Products, variants, the category tree, and vendors' offers. Owns them, and the lists made of them. Calls nobody.
pub mod app;
pub mod checks;
pub mod domain;
mod error;
mod inbound;
mod outbound;
pub mod ports;
pub use error::Error;
pub use inbound::rest::routes;
pub use outbound::sql;

use outbound::sql::{SqlShelves, SqlViews};
use platform::{
    module::{Deps, Module},
    net::StartError,
};
use platform_sql::{Db, Migration, migrations};
use std::sync::Arc;

pub const MIGRATIONS: &[Migration] = migrations!["0001_catalog"];

pub async fn module(deps: Deps<'_>) -> Result<Module, StartError> {
    let db = Db::open(&deps.store, MIGRATIONS).await.map_err(|e| deps.no_store(e))?;
    let app = Arc::new(app::Catalog {
        shelves: Arc::new(SqlShelves(db.clone())),
        views: Arc::new(SqlViews(db.clone())),
        clock: deps.clock.clone(),
    });
    let module = Module::new("catalog", Arc::new(db.clone()))
        .grpc(inbound::grpc::server(app.clone()))
        .rest(routes().bind(app.clone(), Arc::new(db), deps.door.clone()))
        .checks(checks::all());
    Ok(inbound::events::subscriptions(&app).into_iter().fold(module, Module::listens))
}
