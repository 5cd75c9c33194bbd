//! The one place that knows both sides.
mod edits;
mod messages;
mod parcels;
pub use edits::{
    MethodBody, MethodView, ZoneBody, ZoneView, create_method, create_zone, method_view, replace_method, replace_zone,
    seen, zone_view,
};
pub use messages::{enquiry, order, parcels, rates, shipment, unhandled};
pub use parcels::{ParcelView, ParcelsQuery, parcel_view, state, told};
