//! Pricing's port over catalog's client.
use crate::{
    Error,
    domain::{Goods, Offer},
    ports::Offers,
};
use contracts::catalog::{self as pb, catalog_client::CatalogClient};
use kernel::OfferId;
use platform::grpc::Transport;

const NAME: &str = "catalog";

pub struct CatalogService(CatalogClient<Transport>);

impl CatalogService {
    pub fn over(transport: Transport) -> Self {
        Self(CatalogClient::new(transport))
    }
}

#[platform::async_trait]
impl Offers for CatalogService {
    async fn find(&self, offers: &[OfferId]) -> Result<Vec<Offer>, Error> {
        if offers.is_empty() {
            return Ok(vec![]);
        }
        let message = pb::OffersRequest { offers: offers.iter().map(ToString::to_string).collect() };
        let reply = self.0.clone().offers(message).await.map_err(|_| Error::Away(NAME))?;
        let found = reply.into_inner().offers.into_iter().map(offer).collect::<Option<_>>();
        found.ok_or(Error::Odd(NAME))
    }
}

/// `None` for what the contract does not say.
fn offer(m: pb::Offer) -> Option<Offer> {
    let mut categories = m.category_path;
    if !m.category.is_empty() && categories.last() != Some(&m.category) {
        categories.push(m.category);
    }
    let goods = Goods {
        product: Some(m.product.parse().ok()?),
        categories,
        condition: (!m.condition.is_empty()).then_some(m.condition),
        weight_grams: m.weight_grams,
    };
    let title = if m.variant_title.is_empty() { m.title } else { format!("{}, {}", m.title, m.variant_title) };
    Some(Offer { id: m.id.parse().ok()?, vendor: m.vendor.parse().ok()?, active: m.sold, title, sku: m.sku, goods })
}
