//! Cart's port over pricing's client.
use super::told::told;
use crate::{
    Error,
    domain::{Cart, Delivery, Owner},
    ports::{Priced, PricedLine, Prices, Quoted, QuotedLine, QuotedTax, QuotedVendor},
};
use contracts::pricing::{self as pb, pricing_client::PricingClient};
use kernel::{Currency, Timestamp};
use platform::grpc::{Transport, step};

pub struct Pricing(PricingClient<Transport>);

impl Pricing {
    pub fn over(transport: Transport) -> Self {
        Self(PricingClient::new(transport))
    }
}

#[platform::async_trait]
impl Prices for Pricing {
    async fn price(&self, cart: &Cart) -> Result<Priced, Error> {
        let message = pb::PriceRequest {
            currency: cart.currency.to_string(),
            lines: wants(cart),
            country: cart.country.clone().unwrap_or_default(),
            state: cart.delivery.as_ref().map(|delivery| delivery.address.state.clone()).unwrap_or_default(),
            coupon: cart.coupon.clone(),
        };
        let reply = self.0.clone().price(message).await.map_err(|status| told("pricing", &status))?;
        Ok(priced(reply.into_inner()))
    }

    async fn quote(&self, cart: &Cart, delivery: &Delivery, key: &str) -> Result<Quoted, Error> {
        let message = request(cart, delivery);
        let reply = self.0.clone().make_quote(step(key, message)).await.map_err(|status| told("pricing", &status))?;
        quoted(reply.into_inner(), cart.currency).ok_or(Error::Away("pricing"))
    }
}

fn wants(cart: &Cart) -> Vec<pb::Want> {
    let want = |line: &crate::domain::Line| pb::Want { offer: line.offer.to_string(), quantity: line.quantity };
    cart.lines.iter().map(want).collect()
}

fn request(cart: &Cart, delivery: &Delivery) -> pb::MakeQuoteRequest {
    let (user, guest) = match cart.owner {
        Owner::User(user) => (user.to_string(), vec![]),
        Owner::Guest(hash) => (String::new(), hash.to_vec()),
    };
    let a = delivery.address.clone();
    let choice = |choice: &crate::domain::Choice| pb::Delivery {
        vendor: choice.vendor.to_string(),
        method: choice.method.to_string(),
    };
    pb::MakeQuoteRequest {
        cart: cart.id.to_string(),
        user,
        guest,
        currency: cart.currency.to_string(),
        lines: wants(cart),
        coupon: cart.coupon.clone(),
        party: Some(pb::Party {
            email: delivery.email.clone(),
            name: a.name,
            country: a.country,
            state: a.state,
            city: a.city,
            postcode: a.postcode,
            street: a.street,
            phone: a.phone,
        }),
        deliveries: delivery.choices.iter().map(choice).collect(),
    }
}

fn priced(reply: pb::PriceReply) -> Priced {
    let line = |l: pb::QuoteLine| {
        Some(PricedLine { offer: l.offer.parse().ok()?, unit_price: l.unit_price, price: l.price, why: l.why })
    };
    Priced {
        lines: reply.lines.into_iter().filter_map(line).collect(),
        vendors: reply.vendors.into_iter().filter_map(|v| Some((v.vendor.parse().ok()?, v.name, v.items))).collect(),
        total: reply.total,
        funded: reply.funded,
        coupon_problem: reply.coupon_problem,
        why: reply.why,
    }
}

/// `None` when what pricing answers can't be read.
fn quoted(quote: pb::Quote, currency: Currency) -> Option<Quoted> {
    Some(Quoted {
        id: quote.id.parse().ok()?,
        currency,
        total: quote.total,
        lines: quote.lines.into_iter().map(line).collect::<Option<_>>()?,
        vendors: quote.vendors.into_iter().map(vendor).collect::<Option<_>>()?,
        taxes: quote.taxes.into_iter().map(tax).collect(),
        why: quote.why,
        expires: Timestamp(quote.expires_us),
    })
}

fn line(l: pb::QuoteLine) -> Option<QuotedLine> {
    Some(QuotedLine {
        line: l.line,
        offer: l.offer.parse().ok()?,
        vendor: l.vendor.parse().ok()?,
        title: l.title,
        quantity: l.quantity,
        unit_price: l.unit_price,
        price: l.price,
        discount: l.funded,
        why: l.why,
    })
}

fn vendor(v: pb::QuoteVendor) -> Option<QuotedVendor> {
    Some(QuotedVendor {
        vendor: v.vendor.parse().ok()?,
        name: v.name,
        method: v.method_name,
        shipping: v.shipping,
        promised: (v.promised_us > 0).then_some(Timestamp(v.promised_us)),
        why: v.why,
    })
}

fn tax(t: pb::QuoteTax) -> QuotedTax {
    QuotedTax { name: t.name, rate: t.rate, base: t.base, amount: t.amount, included: t.included }
}
