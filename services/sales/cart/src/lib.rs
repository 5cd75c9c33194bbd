//! Carts of guests and customers, over many vendors. Owns them. Calls catalog, pricing, inventory, shipping.
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

use outbound::{catalog::Catalog, inventory::Inventory, pricing::Pricing, shipping::Shipping, sql::SqlCarts};
use platform::{
    module::{Deps, Module},
    net::StartError,
};
use platform_sql::{Db, Migration, migrations};
use std::sync::Arc;

pub const MIGRATIONS: &[Migration] = migrations!["0001_carts"];

pub async fn module(mut deps: Deps<'_>) -> Result<Module, StartError> {
    let db = Db::open(&deps.store, MIGRATIONS).await.map_err(|e| deps.no_store(e))?;
    let app = Arc::new(app::Baskets {
        carts: Arc::new(SqlCarts(db.clone())),
        goods: Arc::new(Catalog::over(deps.call("catalog")?)),
        prices: Arc::new(Pricing::over(deps.call("pricing")?)),
        stock: Arc::new(Inventory::over(deps.call("inventory")?)),
        deliveries: Arc::new(Shipping::over(deps.call("shipping")?)),
        clock: deps.clock.clone(),
    });
    let listener = inbound::events::subscription(&app);
    Ok(Module::new("cart", Arc::new(db.clone()))
        .rest(routes().bind(app, Arc::new(db), deps.door.clone()))
        .listens(listener)
        .checks(checks::all()))
}
