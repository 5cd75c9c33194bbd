//! Order's port over pricing's client.
use super::{missed, racing};
use crate::{
    Error,
    domain::{Component, Delivery, Order, Owner, Party, Quote, QuoteLine, QuoteTax},
    ports::{Missed, Pricing as Port},
};
use contracts::pricing::{self as pb, pricing_client::PricingClient};
use kernel::{OrderId, QuoteId, Timestamp};
use platform::grpc::{Transport, step};
use tonic::Code;

pub struct Pricing(PricingClient<Transport>);

impl Pricing {
    pub fn over(transport: Transport) -> Self {
        Self(PricingClient::new(transport))
    }
}

#[platform::async_trait]
impl Port for Pricing {
    async fn quote(&self, id: QuoteId) -> Result<Option<Quote>, Error> {
        match self.0.clone().get_quote(pb::GetQuoteRequest { quote: id.to_string() }).await {
            Ok(found) => quote(found.into_inner()).map(Some),
            Err(status) if status.code() == Code::NotFound => Ok(None),
            Err(_) => Err(Error::Away("pricing")),
        }
    }

    async fn requote(&self, order: OrderId, old: &Quote) -> Result<Quote, Error> {
        let request = step(&format!("{order}/quote"), again(old));
        let made = self.0.clone().make_quote(request).await.map_err(|status| Error::from(missed(&status)))?;
        quote(made.into_inner())
    }

    async fn accept(&self, order: &Order) -> Result<Vec<Component>, Missed> {
        let key = format!("{}/accept", order.id);
        let message = pb::AcceptRequest { order: order.id.to_string(), quote: order.quote.to_string() };
        let accepted = racing(|| async { self.0.clone().accept(step(&key, message.clone())).await }).await?;
        accepted.into_inner().components.into_iter().map(component).collect::<Option<_>>().ok_or(Missed::Unknown)
    }

    async fn undo_accept(&self, order: OrderId) -> Result<(), Missed> {
        let key = format!("{order}/accept");
        let message = pb::UndoAcceptRequest { order: order.to_string() };
        racing(|| async { self.0.clone().undo_accept(step(&key, message.clone())).await }).await.map(drop)
    }
}

/// The same wishes as before.
fn again(old: &Quote) -> pb::MakeQuoteRequest {
    let want = |l: &QuoteLine| pb::Want { offer: l.offer.to_string(), quantity: l.quantity };
    let delivery = |d: &Delivery| pb::Delivery { vendor: d.vendor.to_string(), method: d.method.clone() };
    let (user, guest) = match old.owner {
        Some(Owner::User(user)) => (user.to_string(), vec![]),
        Some(Owner::Guest(hash)) => (String::new(), hash.to_vec()),
        None => (String::new(), vec![]),
    };
    pb::MakeQuoteRequest {
        cart: old.cart.to_string(),
        user,
        guest,
        currency: old.currency.to_string(),
        lines: old.lines.iter().map(want).collect(),
        coupon: old.coupon.clone(),
        party: Some(party(&old.party)),
        deliveries: old.deliveries.iter().map(delivery).collect(),
    }
}

fn party(p: &Party) -> pb::Party {
    pb::Party {
        email: p.email.clone(),
        name: p.name.clone(),
        country: p.country.clone(),
        state: p.state.clone(),
        city: p.city.clone(),
        postcode: p.postcode.clone(),
        street: p.street.clone(),
        phone: p.phone.clone(),
    }
}

fn quote(q: pb::Quote) -> Result<Quote, Error> {
    read(q).ok_or(Error::Away("pricing"))
}

/// Nothing when pricing answers what its contract does not say.
fn read(q: pb::Quote) -> Option<Quote> {
    let owner = match (q.user.as_str(), <[u8; 32]>::try_from(q.guest)) {
        ("", Ok(hash)) => Some(Owner::Guest(hash)),
        ("", Err(_)) => None,
        (user, _) => Some(Owner::User(user.parse().ok()?)),
    };
    let p = q.party.unwrap_or_default();
    Some(Quote {
        id: q.id.parse().ok()?,
        cart: q.cart.parse().ok()?,
        owner,
        currency: q.currency.parse().ok()?,
        total: q.total,
        lines: q.lines.into_iter().map(line).collect::<Option<_>>()?,
        deliveries: q.vendors.into_iter().map(delivery).collect::<Option<_>>()?,
        taxes: q.taxes.into_iter().map(tax).collect(),
        why: q.why,
        expires: Timestamp(q.expires_us),
        party: Party {
            email: p.email,
            name: p.name,
            country: p.country,
            state: p.state,
            city: p.city,
            postcode: p.postcode,
            street: p.street,
            phone: p.phone,
        },
        coupon: q.coupon,
    })
}

fn line(l: pb::QuoteLine) -> Option<QuoteLine> {
    Some(QuoteLine {
        number: l.line,
        offer: l.offer.parse().ok()?,
        vendor: l.vendor.parse().ok()?,
        quantity: l.quantity,
        unit_price: l.unit_price,
        price: l.price,
        funded: l.funded,
        title: l.title,
        sku: l.sku,
    })
}

fn delivery(v: pb::QuoteVendor) -> Option<Delivery> {
    Some(Delivery {
        vendor: v.vendor.parse().ok()?,
        name: v.name,
        method: v.method,
        method_name: v.method_name,
        shipping: v.shipping,
        promised: (v.promised_us > 0).then_some(Timestamp(v.promised_us)),
    })
}

fn tax(t: pb::QuoteTax) -> QuoteTax {
    let pb::QuoteTax { name, rate, base, amount, included } = t;
    QuoteTax { name, rate, base, amount, included }
}

fn component(c: pb::Component) -> Option<Component> {
    Some(Component {
        id: c.id.parse().ok()?,
        vendor: c.vendor.parse().ok()?,
        line: c.line,
        units: c.units,
        price: c.price,
        funded: c.funded,
        commission: c.commission,
        commission_tax: c.commission_tax,
        marketplace_tax: c.marketplace_tax,
        back: 0,
    })
}
