//! Pricing's port over shipping's client.
use crate::{
    Error,
    domain::{Enquiry, ParcelAsked, Rate},
    ports::Deliveries,
};
use contracts::shipping::{self as pb, shipping_client::ShippingClient};
use kernel::Timestamp;
use platform::grpc::{Transport, code_of};
use tonic::Status;

const NAME: &str = "shipping";
/// What shipping calls a method that does not serve an address or these goods.
const NOT_SERVED: &str = "shipping.not_served";

pub struct ShippingService(ShippingClient<Transport>);

impl ShippingService {
    pub fn over(transport: Transport) -> Self {
        Self(ShippingClient::new(transport))
    }
}

#[platform::async_trait]
impl Deliveries for ShippingService {
    async fn rates(&self, enquiry: &Enquiry) -> Result<Vec<Rate>, Error> {
        let reply = self.0.clone().rates(request(enquiry)).await.map_err(|status| refusal(&status))?;
        let answered = reply.into_inner().vendors;
        enquiry.parcels.iter().map(|parcel| rate(enquiry, parcel, &answered)).collect()
    }
}

fn request(enquiry: &Enquiry) -> pb::RatesRequest {
    let (country, state, postcode) = (&enquiry.to.country, &enquiry.to.state, &enquiry.to.postcode);
    let to = pb::Destination { country: country.clone(), state: state.clone(), postcode: postcode.clone() };
    let vendors = enquiry.parcels.iter().map(|parcel| pb::VendorGoods {
        vendor: parcel.vendor.to_string(),
        lines: parcel.goods.iter().map(goods).collect(),
        method: parcel.method.clone(),
    });
    pb::RatesRequest { to: Some(to), currency: enquiry.currency.to_string(), vendors: vendors.collect() }
}

fn goods(goods: &crate::domain::GoodsAsked) -> pb::Goods {
    let crate::domain::GoodsAsked { offer, quantity, weight_grams, price } = *goods;
    pb::Goods { offer: offer.to_string(), quantity, weight_grams, price }
}

/// The one option of a vendor that was asked for one method.
fn rate(enquiry: &Enquiry, parcel: &ParcelAsked, answered: &[pb::VendorOptions]) -> Result<Rate, Error> {
    let vendor = parcel.vendor.to_string();
    let options = answered.iter().find(|options| options.vendor == vendor).ok_or(Error::Odd(NAME))?;
    let option = options.options.first().ok_or(Error::NotServed(vendor))?;
    if option.currency != enquiry.currency.as_str() || option.price < 0 {
        return Err(Error::Odd(NAME));
    }
    Ok(Rate {
        vendor: parcel.vendor,
        method: option.id.clone(),
        name: option.name.clone(),
        price: option.price,
        promised: (option.promised_us > 0).then_some(Timestamp(option.promised_us)),
        why: option.why.clone(),
    })
}

/// Only a refusal by rule is a no; everything else is unknown.
fn refusal(status: &Status) -> Error {
    match code_of(status) {
        NOT_SERVED => Error::NotServed(status.message().to_string()),
        _ => Error::Away(NAME),
    }
}
