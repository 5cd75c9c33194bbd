//! THE page: every service, callees before callers. A call may only point up; what points down is an event.
use platform::net::{Net, StartError};

pub async fn wire(net: &mut Net) -> Result<(), StartError> {
    net.host("inventory", inventory::routes, inventory::module).await?;
    Ok(())
}
