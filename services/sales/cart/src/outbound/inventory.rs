//! Cart's port over inventory's client.
use super::told::told;
use crate::{Error, ports::Stock};
use contracts::inventory::{AvailabilityRequest, inventory_client::InventoryClient};
use kernel::OfferId;
use platform::grpc::Transport;

pub struct Inventory(InventoryClient<Transport>);

impl Inventory {
    pub fn over(transport: Transport) -> Self {
        Self(InventoryClient::new(transport))
    }
}

#[platform::async_trait]
impl Stock for Inventory {
    async fn free(&self, offers: &[OfferId]) -> Result<Vec<(OfferId, u32)>, Error> {
        let message = AvailabilityRequest { offers: offers.iter().map(ToString::to_string).collect() };
        let reply = self.0.clone().availability(message).await.map_err(|status| told("inventory", &status))?;
        let free = reply.into_inner().free;
        Ok(offers.iter().map(|offer| (*offer, free.get(&offer.to_string()).copied().unwrap_or_default())).collect())
    }
}
