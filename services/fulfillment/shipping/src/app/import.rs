//! Many at once, by an operator's hand: no key, no events. Run again it changes nothing.
use super::Shipping;
use crate::{
    Error,
    domain::{Method, RecordedRate, Zone},
};

impl Shipping {
    /// Zones that are there already stay as they are.
    pub async fn import_zones(&self, zones: &[Zone]) -> Result<(), Error> {
        Ok(self.zones.import(zones).await?)
    }
    /// Their zones come first. Methods that are there already stay as they are.
    pub async fn import_methods(&self, methods: &[Method]) -> Result<(), Error> {
        for method in methods {
            if self.calendar.local(self.clock.now(), &method.pace.time_zone).is_none() {
                return Err(Error::NoTimeZone(method.pace.time_zone.clone()));
            }
        }
        Ok(self.methods.import(methods).await?)
    }
    /// What the recorded carrier takes (olist 7). A row of the same key and start is replaced.
    pub async fn import_recorded_rates(&self, rates: &[RecordedRate]) -> Result<(), Error> {
        Ok(self.rates.import(rates).await?)
    }
}
