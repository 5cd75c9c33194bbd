//! Who people are and what they may do. Owns: users, roles, the log of acting as somebody. Calls nobody.
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
pub use outbound::{sql, tokens};

use outbound::{sql::SqlPeople, tokens::RsaTokens};
use platform::{
    module::{Deps, Module},
    net::StartError,
};
use platform_sql::{Db, Migration, migrations};
use std::sync::Arc;

pub const MIGRATIONS: &[Migration] = migrations!["0001_users"];

pub async fn module(deps: Deps<'_>) -> Result<Module, StartError> {
    let db = Db::open(&deps.store, MIGRATIONS).await.map_err(|e| deps.no_store(e))?;
    let config: Config = deps.section()?;
    let tokens = RsaTokens::of(&config).map_err(|why| StartError::Settings(format!("[identity] token_key: {why}")))?;
    let app = Arc::new(app::Identity {
        people: Arc::new(SqlPeople(db.clone())),
        tokens: Arc::new(tokens),
        clock: deps.clock.clone(),
        config,
    });
    let listener = inbound::events::subscription(&app);
    Ok(Module::new("identity", Arc::new(db.clone()))
        .grpc(inbound::grpc::server(app.clone()))
        .rest(routes().bind(app, Arc::new(db), deps.door.clone()))
        .listens(listener)
        .checks(checks::all()))
}
