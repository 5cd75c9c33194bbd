//! Cart's port over shipping's client.
use super::told::told;
use crate::{
    Error,
    ports::{Deliveries, DeliveryOption, Good, Shown, VendorOptions},
};
use contracts::shipping::{self as pb, shipping_client::ShippingClient};
use kernel::{Timestamp, VendorId};
use platform::grpc::Transport;
use std::collections::BTreeMap;

pub struct Shipping(ShippingClient<Transport>);

impl Shipping {
    pub fn over(transport: Transport) -> Self {
        Self(ShippingClient::new(transport))
    }
}

#[platform::async_trait]
impl Deliveries for Shipping {
    async fn options(&self, shown: &Shown) -> Result<Vec<VendorOptions>, Error> {
        let reply = self.0.clone().rates(request(shown)).await.map_err(|status| told("shipping", &status))?;
        Ok(reply.into_inner().vendors.into_iter().filter_map(vendor).collect())
    }
}

fn request(shown: &Shown) -> pb::RatesRequest {
    let cart = &shown.cart;
    let address = cart.delivery.as_ref().map(|delivery| &delivery.address);
    let to = pb::Destination {
        country: cart.country.clone().unwrap_or_default(),
        state: address.map(|a| a.state.clone()).unwrap_or_default(),
        postcode: address.map(|a| a.postcode.clone()).unwrap_or_default(),
    };
    let mut vendors: BTreeMap<VendorId, Vec<pb::Goods>> = BTreeMap::new();
    for line in &cart.lines {
        if let Some(good) = shown.goods.iter().find(|good| good.offer == line.offer) {
            vendors.entry(good.vendor).or_default().push(goods(shown, good, line.quantity));
        }
    }
    let vendor =
        |(vendor, lines): (VendorId, _)| pb::VendorGoods { vendor: vendor.to_string(), lines, method: String::new() };
    let vendors = vendors.into_iter().map(vendor).collect();
    pb::RatesRequest { to: Some(to), currency: cart.currency.to_string(), vendors }
}

fn goods(shown: &Shown, good: &Good, quantity: u32) -> pb::Goods {
    let priced = shown.priced.lines.iter().find(|line| line.offer == good.offer);
    pb::Goods {
        offer: good.offer.to_string(),
        quantity,
        weight_grams: good.weight_grams,
        price: priced.map(|line| line.price).unwrap_or_default(),
    }
}

fn vendor(vendor: pb::VendorOptions) -> Option<VendorOptions> {
    let options = vendor.options.into_iter().filter_map(option).collect();
    Some(VendorOptions { vendor: vendor.vendor.parse().ok()?, options })
}

fn option(option: pb::DeliveryOption) -> Option<DeliveryOption> {
    Some(DeliveryOption {
        method: option.id.parse().ok()?,
        name: option.name,
        carrier: option.carrier,
        price: option.price,
        promised: (option.promised_us > 0).then_some(Timestamp(option.promised_us)),
        why: option.why,
    })
}
