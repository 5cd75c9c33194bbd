//! The use cases.
#[cfg(test)]
mod fakes;
mod import;
mod prepare_parcel;
mod rate;
mod remove_method;
mod remove_zone;
mod save_method;
mod save_zone;
mod track_parcel;
pub use rate::{DeliveryOption, Enquiry, Options, VendorGoods};
pub use remove_method::RemoveMethod;
pub use remove_zone::RemoveZone;
pub use save_method::{MethodDraft, SaveMethod};
pub use save_zone::{SaveZone, ZoneDraft};
pub use track_parcel::{Told, Which};

use crate::{
    Config,
    ports::{Calendar, Methods, Parcels, RecordedRates, Zones},
};
use kernel::Clock;
use std::sync::Arc;

/// How often a use case looks again when somebody was faster.
const ATTEMPTS: usize = 8;

pub struct Shipping {
    pub zones: Arc<dyn Zones>,
    pub methods: Arc<dyn Methods>,
    pub rates: Arc<dyn RecordedRates>,
    pub parcels: Arc<dyn Parcels>,
    pub calendar: Arc<dyn Calendar>,
    pub clock: Arc<dyn Clock>,
    pub config: Config,
}
