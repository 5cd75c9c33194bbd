//! A cart as the value that is kept.
use crate::domain::{Address, Cart, Choice, Delivery, Line};
use kernel::{Currency, LineId, MethodId, OfferId, VendorId};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
pub struct Document {
    currency: Currency,
    country: Option<String>,
    lines: Vec<(LineId, OfferId, u32, Option<i64>)>,
    delivery: Option<DeliveryPart>,
    coupon: String,
}

#[derive(Serialize, Deserialize)]
struct DeliveryPart {
    email: String,
    name: String,
    country: String,
    state: String,
    city: String,
    postcode: String,
    street: String,
    phone: String,
    choices: Vec<(VendorId, MethodId)>,
}

impl Document {
    pub fn of(cart: &Cart) -> Document {
        Document {
            currency: cart.currency,
            country: cart.country.clone(),
            lines: cart.lines.iter().map(|l| (l.id, l.offer, l.quantity, l.seen_price)).collect(),
            delivery: cart.delivery.as_ref().map(DeliveryPart::of),
            coupon: cart.coupon.clone(),
        }
    }
    /// Into the rest of its row.
    pub fn into(self, cart: Cart) -> Cart {
        let line = |(id, offer, quantity, seen_price)| Line { id, offer, quantity, seen_price };
        Cart {
            currency: self.currency,
            country: self.country,
            lines: self.lines.into_iter().map(line).collect(),
            delivery: self.delivery.map(DeliveryPart::into),
            coupon: self.coupon,
            ..cart
        }
    }
}

impl DeliveryPart {
    fn of(delivery: &Delivery) -> DeliveryPart {
        let Address { name, country, state, city, postcode, street, phone } = delivery.address.clone();
        let choices = delivery.choices.iter().map(|choice| (choice.vendor, choice.method)).collect();
        let email = delivery.email.clone();
        DeliveryPart { email, name, country, state, city, postcode, street, phone, choices }
    }
    fn into(self) -> Delivery {
        let DeliveryPart { email, name, country, state, city, postcode, street, phone, choices } = self;
        let choices = choices.into_iter().map(|(vendor, method)| Choice { vendor, method }).collect();
        Delivery { email, address: Address { name, country, state, city, postcode, street, phone }, choices }
    }
}
