//! THE page: every service, callees before callers. A call may only point up; what points down is an event.
use platform::net::{Net, StartError};

/// As a target: the routes of all services on one public address.
pub const GATEWAY: &str = "gateway";

/// Every service, as `--target` names it.
pub const SERVICES: &[&str] =
    &["catalog", "vendor", "inventory", "shipping", "payment", "identity", "pricing", "cart", "order"];

pub async fn wire(net: &mut Net) -> Result<(), StartError> {
    net.host("catalog", catalog::routes, catalog::module).await?;
    net.host("vendor", vendor::routes, vendor::module).await?;
    net.host("inventory", inventory::routes, inventory::module).await?;
    net.host("shipping", shipping::routes, shipping::module).await?;
    net.host("payment", payment::routes, payment::module).await?;
    net.host("identity", identity::routes, identity::module).await?;
    net.host("pricing", pricing::routes, pricing::module).await?; // calls catalog, shipping, vendor
    net.host("cart", cart::routes, cart::module).await?; // calls catalog, pricing, inventory, shipping
    net.host("order", order::routes, order::module).await?; // calls pricing, inventory, payment
    Ok(())
}
