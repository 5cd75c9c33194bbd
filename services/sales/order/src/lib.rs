//! Orders of customers over many vendors, and the saga that decides them. Owns: orders and whom they are for. Calls pricing,
//! inventory and payment; hears of payment and shipping.
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
pub use inbound::rest::{routes, says};
pub use outbound::{events, inventory::Inventory, payment::Payment, pricing::Pricing, sql};

use outbound::sql::{SqlDesk, SqlLists, SqlOrders};
use platform::{
    clock::SystemClock,
    module::{Deps, Module},
    net::StartError,
    store::Store,
};
use platform_sql::{Db, Migration, migrations};
use std::sync::Arc;
use tokio::sync::Semaphore;
use uuid::Uuid;

pub const MIGRATIONS: &[Migration] = migrations!["0001_orders", "0002_attributes"];

/// How many orders one process takes over at once.
const HANDS: usize = 64;

pub async fn module(mut deps: Deps<'_>) -> Result<Module, StartError> {
    let db = Db::open(&deps.store, MIGRATIONS).await.map_err(|e| deps.no_store(e))?;
    let app = Arc::new(orders(&db, &mut deps)?);
    let (decider, completer) = (app.clone(), app.clone());
    Ok(Module::new("order", Arc::new(db.clone()))
        .grpc(inbound::grpc::server(app.clone()))
        .listens(inbound::events::of_payment(&app))
        .listens(inbound::events::of_shipping(&app))
        .machine_task("decide orders", app.due.clone(), move |now| {
            let app = decider.clone();
            async move { app.decide_due(now).await }
        })
        .does(app::REFUND, &app, |app, owed| async move {
            let order = inbound::convert::order(&String::from_utf8_lossy(&owed.payload))?;
            app.pay_back(order).await
        })
        .task("complete orders", app.completion.clone(), move |now| {
            let app = completer.clone();
            async move { app.complete_orders(now).await }
        })
        .rest(routes().bind(app, Arc::new(db), deps.door.clone()))
        .checks(checks::all()))
}

fn orders(db: &Db, deps: &mut Deps<'_>) -> Result<app::Orders, StartError> {
    let config: Config = deps.section()?;
    config.validate().map_err(StartError::Settings)?;
    Ok(app::Orders {
        book: Arc::new(SqlOrders(db.clone())),
        desk: Arc::new(SqlDesk(db.clone())),
        lists: Arc::new(SqlLists(db.clone())),
        pricing: Arc::new(Pricing::over(deps.call("pricing")?)),
        stock: Arc::new(Inventory::over(deps.call("inventory")?)),
        payments: Arc::new(Payment::over(deps.call("payment")?)),
        clock: deps.clock.clone(),
        machine: Arc::new(SystemClock),
        due: db.alarm("order.due"),
        completion: db.alarm("order.completion"),
        says: says(),
        fresh: Uuid::now_v7,
        hands: Arc::new(Semaphore::new(HANDS)),
        config,
    })
}
