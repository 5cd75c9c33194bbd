//! Cart's port over catalog's client.
use super::told::told;
use crate::{
    Error,
    ports::{Good, Goods},
};
use contracts::catalog::{Offer, OffersRequest, catalog_client::CatalogClient};
use kernel::OfferId;
use platform::grpc::Transport;

pub struct Catalog(CatalogClient<Transport>);

impl Catalog {
    pub fn over(transport: Transport) -> Self {
        Self(CatalogClient::new(transport))
    }
}

#[platform::async_trait]
impl Goods for Catalog {
    async fn look(&self, offers: &[OfferId]) -> Result<Vec<Good>, Error> {
        let message = OffersRequest { offers: offers.iter().map(ToString::to_string).collect() };
        let reply = self.0.clone().offers(message).await.map_err(|status| told("catalog", &status))?;
        Ok(reply.into_inner().offers.into_iter().filter_map(good).collect())
    }
}

/// One whose ids are none is none that we can sell.
fn good(offer: Offer) -> Option<Good> {
    Some(Good {
        offer: offer.id.parse().ok()?,
        vendor: offer.vendor.parse().ok()?,
        title: offer.title,
        variant_title: offer.variant_title,
        sku: offer.sku,
        slug: offer.slug,
        sold: offer.sold,
        weight_grams: offer.weight_grams,
    })
}
