//! Messages of other services.
use super::parcels::{kind_word, word};
use crate::{
    Error,
    app::{DeliveryOption, Enquiry, Options, VendorGoods},
    domain::{Destination, Goods, Parcel, ParcelLine, Report, Shipment},
    error::NOT_SERVED,
};
use contracts::{order as facts, shipping as pb};
use kernel::OrderId;
use platform::store::StoreError;
use serde::Serialize;
use std::{fmt::Display, str::FromStr};
use tonic::Status;

pub fn enquiry(m: pb::RatesRequest) -> Result<Enquiry, Status> {
    let to = m.to.ok_or_else(|| Status::invalid_argument("where to is missing"))?;
    let vendors = m.vendors.into_iter().map(vendor_goods).collect::<Result<_, Status>>()?;
    Ok(Enquiry { to: Destination::new(&to.country, &to.state, &to.postcode), currency: read(&m.currency)?, vendors })
}

fn vendor_goods(m: pb::VendorGoods) -> Result<VendorGoods, Status> {
    let goods = |g: pb::Goods| {
        let (quantity, weight_grams, price) = (g.quantity, g.weight_grams, g.price);
        Ok(Goods { offer: read(&g.offer)?, quantity, weight_grams, price })
    };
    let method = if m.method.is_empty() { None } else { Some(read(&m.method)?) };
    let goods = m.lines.into_iter().map(goods).collect::<Result<_, Status>>()?;
    Ok(VendorGoods { vendor: read(&m.vendor)?, goods, method })
}

pub fn rates(rated: &[Options]) -> pb::RatesReply {
    let vendor = |o: &Options| pb::VendorOptions {
        vendor: o.vendor.to_string(),
        options: o.options.iter().map(option).collect(),
        problem: if o.options.is_empty() { NOT_SERVED.to_string() } else { String::new() },
    };
    pb::RatesReply { vendors: rated.iter().map(vendor).collect() }
}

fn option(o: &DeliveryOption) -> pb::DeliveryOption {
    pb::DeliveryOption {
        id: o.method.to_string(),
        name: o.name.clone(),
        carrier: o.carrier.clone(),
        price: o.price.minor(),
        currency: o.price.currency().to_string(),
        promised_us: o.promised.0,
        why: o.why.clone(),
    }
}

pub fn order(text: &str) -> Result<OrderId, Status> {
    read(text)
}

pub fn parcels(parcels: &[Parcel]) -> pb::ParcelsReply {
    let line =
        |l: &ParcelLine| pb::ParcelLine { line: l.line.clone(), offer: l.offer.to_string(), quantity: l.quantity };
    let point = |r: &Report| pb::TrackPoint { kind: text(&kind_word(r.kind)), at_us: r.at.0 };
    let parcel = |p: &Parcel| pb::Parcel {
        id: p.id.to_string(),
        vendor_order: p.vendor_order.to_string(),
        vendor: p.vendor.to_string(),
        carrier: p.carrier.clone(),
        tracking: p.tracking.clone(),
        state: text(&word(p.state)),
        lines: p.lines.iter().map(line).collect(),
        track: p.track.iter().map(point).collect(),
    };
    pb::ParcelsReply { parcels: parcels.iter().map(parcel).collect() }
}

pub fn shipment(fact: facts::VendorOrderShipped) -> Result<Shipment, StoreError> {
    let broken = |e: Status| StoreError::Broken(e.message().to_string());
    let line = |l: facts::ShippedLine| {
        Ok(ParcelLine { line: l.line, offer: read(&l.offer).map_err(broken)?, quantity: l.quantity })
    };
    Ok(Shipment {
        id: read(&fact.shipment).map_err(broken)?,
        order: read(&fact.order).map_err(broken)?,
        vendor_order: read(&fact.vendor_order).map_err(broken)?,
        vendor: read(&fact.vendor).map_err(broken)?,
        carrier: fact.carrier,
        tracking: fact.tracking,
        lines: fact.lines.into_iter().map(line).collect::<Result<_, StoreError>>()?,
    })
}

/// A fact that our rules refuse is a fault of ours or theirs: it is tried again, and parked in the end.
pub fn unhandled(error: Error) -> StoreError {
    match error {
        Error::Store(e) => e,
        refused => StoreError::Broken(refused.to_string()),
    }
}

/// Words are the same in all messages, JSON and proto.
fn text(word: &impl Serialize) -> String {
    serde_json::to_value(word).ok().and_then(|v| v.as_str().map(str::to_string)).unwrap_or_default()
}

fn read<T: FromStr>(text: &str) -> Result<T, Status>
where
    T::Err: Display,
{
    text.parse().map_err(|e: T::Err| Status::invalid_argument(e.to_string()))
}
