//! How a quote's goods get there: what shipping is asked, and what it answers.
use super::{Line, Offer};
use kernel::{Currency, OfferId, Timestamp, VendorId};

/// Where it goes. The country is ISO 3166, two letters; what nobody said is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub country: String,
    pub state: String,
    pub postcode: String,
}

/// How one vendor's lines are to be delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub vendor: VendorId,
    pub method: String,
}

/// What is asked: of each vendor the price of one method for these goods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enquiry {
    pub to: Place,
    pub currency: Currency,
    pub parcels: Vec<ParcelAsked>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParcelAsked {
    pub vendor: VendorId,
    pub method: String,
    pub goods: Vec<GoodsAsked>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GoodsAsked {
    pub offer: OfferId,
    pub quantity: u32,
    pub weight_grams: u32,
    /// Of the whole line.
    pub price: i64,
}

/// What one vendor's chosen method costs for these goods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    pub vendor: VendorId,
    pub method: String,
    pub name: String,
    /// As the vendor means it: with or without tax, as its prices.
    pub price: i64,
    /// Latest day of arrival.
    pub promised: Option<Timestamp>,
    pub why: Vec<String>,
}

/// Vendors for which no method was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoDelivery(pub Vec<VendorId>);

/// One parcel for each vendor, in the order in which the vendors first appear among the lines.
pub fn parcels(lines: &[Line], offers: &[Offer], chosen: &[Delivery]) -> Result<Vec<ParcelAsked>, NoDelivery> {
    let (mut parcels, mut missing): (Vec<ParcelAsked>, Vec<VendorId>) = (vec![], vec![]);
    for line in lines {
        let offer = offers.iter().find(|o| o.id == line.offer);
        let weight_grams = offer.map(|o| o.goods.weight_grams).unwrap_or_default();
        let goods = GoodsAsked { offer: line.offer, quantity: line.quantity, weight_grams, price: line.price };
        if let Some(parcel) = parcels.iter_mut().find(|p| p.vendor == line.vendor) {
            parcel.goods.push(goods);
            continue;
        }
        match chosen.iter().find(|d| d.vendor == line.vendor && !d.method.is_empty()) {
            Some(d) => parcels.push(ParcelAsked { vendor: d.vendor, method: d.method.clone(), goods: vec![goods] }),
            None if !missing.contains(&line.vendor) => missing.push(line.vendor),
            None => {}
        }
    }
    if missing.is_empty() { Ok(parcels) } else { Err(NoDelivery(missing)) }
}
