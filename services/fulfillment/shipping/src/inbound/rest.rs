//! What vendors may set and see, and what carriers tell.
use super::{
    carrier::hear_simulated,
    convert::{self, MethodBody, MethodView, ParcelView, ParcelsQuery, ZoneBody, ZoneView},
};
use crate::{
    app::{RemoveMethod, RemoveZone, Shipping},
    domain::{Method, Zone},
    ports::ParcelFilter,
};
use kernel::{MethodId, ZoneId};
use platform::http::{Answer, Call, List, Listed, Nothing, Read, Routes};

pub fn routes() -> Routes<Shipping> {
    platform::routes! {
        /// The zones a vendor delivers to: its own, and the marketplace's.
        get    "/vendor/v1/shipping-zones"            allow("delivery.read")             => list_zones;
        /// A new zone.
        post   "/vendor/v1/shipping-zones"            allow("delivery.set") creates()    => create_zone;
        /// One zone.
        get    "/vendor/v1/shipping-zones/{zone}"     allow("delivery.read")             => read_zone;
        /// Says anew where a zone is.
        put    "/vendor/v1/shipping-zones/{zone}"     allow("delivery.set") if_match()   => replace_zone;
        /// Removes a zone that no method delivers to.
        delete "/vendor/v1/shipping-zones/{zone}"     allow("delivery.set") if_match()   => remove_zone;
        /// How a vendor delivers: its own methods, and the marketplace's.
        get    "/vendor/v1/shipping-methods"          allow("delivery.read")             => list_methods;
        /// A new method.
        post   "/vendor/v1/shipping-methods"          allow("delivery.set") creates()    => create_method;
        /// One method.
        get    "/vendor/v1/shipping-methods/{method}" allow("delivery.read")             => read_method;
        /// Says anew how a method delivers. What was quoted before stays as it was.
        put    "/vendor/v1/shipping-methods/{method}" allow("delivery.set") if_match()   => replace_method;
        /// Removes a method. Orders keep what they were promised.
        delete "/vendor/v1/shipping-methods/{method}" allow("delivery.set") if_match()   => remove_method;
        /// The parcels of a vendor, the newest first, and where they are.
        get    "/vendor/v1/parcels"                   allow("parcels.read")              => list_parcels;
        /// What the simulated carrier tells of a parcel, signed in `Carrier-Signature`. The same event may come again.
        post   "/hooks/v1/shipping/simulated"                                            => hear_simulated;
    }
}

async fn list_zones(app: &Shipping, call: Read<(), Listed>) -> Answer<List<ZoneView>> {
    let (vendor, page) = (call.actor.vendor()?, call.page()?);
    call.list(app.list_zones(vendor, &page).await, convert::zone_view)
}
async fn read_zone(app: &Shipping, call: Read<ZoneId>) -> Answer<ZoneView> {
    let vendor = call.actor.vendor()?;
    call.show(app.zone(vendor, call.path).await, convert::zone_view)
}
async fn create_zone(app: &Shipping, call: Call<ZoneBody>) -> Answer<ZoneView> {
    let ask = call.ask(convert::zone_view);
    let command = convert::create_zone(call)?;
    ask.answer_found(app.save_zone(command, &ask).await)
}
async fn replace_zone(app: &Shipping, call: Call<ZoneBody, ZoneId>) -> Answer<ZoneView> {
    let ask = call.ask(convert::zone_view);
    let command = convert::replace_zone(call)?;
    ask.answer_found(app.save_zone(command, &ask).await)
}
async fn remove_zone(app: &Shipping, call: Read<ZoneId>) -> Answer<Nothing> {
    let ask = call.ask(|_: &Zone| Nothing);
    let (vendor, seen) = (call.actor.vendor()?, convert::seen(call.version));
    ask.answer_found(app.remove_zone(RemoveZone { id: call.path, vendor, seen }, &ask).await)
}

async fn list_methods(app: &Shipping, call: Read<(), Listed>) -> Answer<List<MethodView>> {
    let (vendor, page) = (call.actor.vendor()?, call.page()?);
    call.list(app.list_methods(vendor, &page).await, convert::method_view)
}
async fn read_method(app: &Shipping, call: Read<MethodId>) -> Answer<MethodView> {
    let vendor = call.actor.vendor()?;
    call.show(app.method(vendor, call.path).await, convert::method_view)
}
async fn create_method(app: &Shipping, call: Call<MethodBody>) -> Answer<MethodView> {
    let ask = call.ask(convert::method_view);
    let command = convert::create_method(call)?;
    ask.answer_found(app.save_method(command, &ask).await)
}
async fn replace_method(app: &Shipping, call: Call<MethodBody, MethodId>) -> Answer<MethodView> {
    let ask = call.ask(convert::method_view);
    let command = convert::replace_method(call)?;
    ask.answer_found(app.save_method(command, &ask).await)
}
async fn remove_method(app: &Shipping, call: Read<MethodId>) -> Answer<Nothing> {
    let ask = call.ask(|_: &Method| Nothing);
    let (vendor, seen) = (call.actor.vendor()?, convert::seen(call.version));
    ask.answer_found(app.remove_method(RemoveMethod { id: call.path, vendor, seen }, &ask).await)
}

async fn list_parcels(app: &Shipping, call: Read<(), Listed<ParcelsQuery>>) -> Answer<List<ParcelView>> {
    let (vendor, page) = (call.actor.vendor()?, call.page()?);
    let filter = ParcelFilter { vendor, state: convert::state(&call.query.filter) };
    call.list(app.list_parcels(filter, &page).await, convert::parcel_view)
}
