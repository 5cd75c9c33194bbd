//! Payments of orders, the ledger, payouts to vendors. Owns: payments, entries, payouts, wallets. Calls nobody but the provider.
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
pub use outbound::{sql, testbank};

use app::Payments;
use kernel::Clock;
use outbound::{
    sql::{SqlPayments, SqlPayouts, SqlStatements},
    testbank::TestBank,
};
use platform::{
    clock::SystemClock,
    http::Door,
    module::{Deps, Module},
    net::StartError,
    store::Store,
};
use platform_sql::{Db, Migration, migrations};
use std::sync::Arc;

pub const MIGRATIONS: &[Migration] = migrations!["0001_payment"];

/// Everything outside that the service depends on.
pub struct World {
    pub provider: Arc<dyn ports::Provider>,
    pub bank: Arc<dyn ports::PayoutBank>,
    /// Business time.
    pub clock: Arc<dyn Clock>,
    /// Machine time.
    pub machine: Arc<dyn Clock>,
}

/// The use cases over a store: what the module serves.
pub fn over(db: &Db, world: World, config: Config) -> Payments {
    Payments {
        book: Arc::new(SqlPayments(db.clone())),
        payouts: Arc::new(SqlPayouts(db.clone())),
        statements: Arc::new(SqlStatements(db.clone())),
        provider: world.provider,
        bank: world.bank,
        clock: world.clock,
        machine: world.machine,
        due: db.alarm("payment.due"),
        payout_due: db.alarm("payment.payout_due"),
        windows: config.windows(),
        config,
    }
}

pub async fn module(deps: Deps<'_>) -> Result<Module, StartError> {
    let config: Config = deps.section()?;
    let bank = TestBank::at(&config.bank_url, &config.bank_secret, config.call_timeout);
    let bank = Arc::new(bank.map_err(|why| StartError::Settings(format!("[payment] {why}")))?);
    let db = Db::open(&deps.store, MIGRATIONS).await.map_err(|e| deps.no_store(e))?;
    let world = World { provider: bank.clone(), bank, clock: deps.clock.clone(), machine: Arc::new(SystemClock) };
    Ok(serving(over(&db, world, config), db, deps.door.clone()))
}

/// The doors and tasks of these use cases.
pub fn serving(app: Payments, db: Db, door: Door) -> Module {
    let app = Arc::new(app);
    let (errands, payouts) = (app.clone(), app.clone());
    Module::new("payment", Arc::new(db.clone()))
        .grpc(inbound::grpc::server(app.clone()))
        .rest(routes().bind(app.clone(), Arc::new(db), door))
        .task("payment errands", app.due.clone(), move |now| {
            let app = errands.clone();
            async move { app.run_errands(now).await }
        })
        .task("follow payouts", app.payout_due.clone(), move |now| {
            let app = payouts.clone();
            async move { app.follow_payouts(now).await }
        })
        .checks(checks::all())
}
