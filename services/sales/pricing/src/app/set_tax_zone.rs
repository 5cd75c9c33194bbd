//! An operator says how sales to a region are taxed, from the next quote on.
use super::Pricing;
use crate::{Error, domain::TaxZone};
use platform::{
    ask::Ask,
    store::{Change, StoreError},
};

pub struct SetTaxZone {
    pub zone: TaxZone,
    /// The version the operator saw; 0 for a region that had none.
    pub expected: i64,
}

impl Pricing {
    pub async fn set_tax_zone(&self, command: SetTaxZone, ask: &Ask<TaxZone>) -> Result<TaxZone, Error> {
        let SetTaxZone { zone, expected } = command;
        let known = self.zones.find(&zone.region).await?;
        if known.map_or(0, |known| known.version) != expected {
            return Err(Error::Rezoned);
        }
        let zone = TaxZone { version: expected + 1, ..zone };
        match self.zones.save(Change::new(&zone, vec![]).answering(ask), self.clock.now()).await {
            Err(StoreError::Stale) => Err(Error::Rezoned),
            written => Ok(written.map(|()| zone)?),
        }
    }
}
