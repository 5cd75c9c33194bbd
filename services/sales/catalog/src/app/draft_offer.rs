//! A vendor wants to sell a variant.
use super::Catalog;
use crate::{
    Error,
    domain::{Condition, Offer, OfferEvent, OfferState, ProductState},
};
use kernel::{OfferId, VariantId, VendorId};
use platform::{
    ask::Ask,
    store::{Change, StoreError},
};

pub struct DraftOffer {
    pub id: OfferId,
    pub vendor: VendorId,
    pub variant: VariantId,
    pub sku: String,
    pub condition: Condition,
    pub handling_days: u32,
}

impl Catalog {
    /// Of a product that is retired nothing can be offered any more.
    pub async fn draft_offer(&self, command: DraftOffer, ask: &Ask<Offer>) -> Result<Offer, Error> {
        let DraftOffer { id, vendor, variant, sku, condition, handling_days } = command;
        let found = self.shelves.product_of(variant).await?;
        let product = found.filter(|product| product.state != ProductState::Retired).ok_or(Error::NoVariant)?.id;
        let (state, reason, version) = (OfferState::Draft, String::new(), 1);
        let offer = Offer { id, vendor, variant, product, sku, condition, handling_days, state, reason, version };
        let change = Change::new(&offer, vec![OfferEvent::Moved]).answering(ask);
        match self.shelves.save_offer(change, self.clock.now()).await {
            Err(StoreError::Stale) => Err(Error::SkuTaken),
            written => Ok(written.map(|()| offer)?),
        }
    }
}
