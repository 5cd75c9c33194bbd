//! Messages ↔ domain.
use crate::{
    app::{Accept, MakeQuote, PriceAsked},
    domain::{
        Acceptance, Basket, Buyer, Component, CouponCode, CouponRefusal, Delivery, Inclusion, Line, Party, Place,
        Problem, Quote, Reckoning, TaxPart, VendorPart, VendorTotal, Want, percent,
    },
};
use contracts::pricing as pb;
use kernel::{OrderId, QuoteId};
use std::str::FromStr;
use tonic::Status;
use uuid::Uuid;

/// api 9.
const MOST_LINES: usize = 1000;

pub fn price_asked(m: pb::PriceRequest) -> Result<PriceAsked, Status> {
    let to = Place { country: m.country, state: m.state, postcode: String::new() };
    Ok(PriceAsked { currency: read(&m.currency)?, lines: wants(m.lines)?, to, coupon: coupon(&m.coupon) })
}

pub fn price_reply(r: &Reckoning) -> pb::PriceReply {
    let problem = |p: Problem| match p {
        Problem::NoPrice => "no_price",
        Problem::Inactive => "inactive",
    };
    let wrong = r.wrong.iter().map(|w| pb::LineProblem {
        line: w.line,
        offer: w.offer.to_string(),
        problem: problem(w.problem).into(),
    });
    let refusal = r.coupon.map(|refusal| match refusal {
        CouponRefusal::Unknown => "coupon_unknown",
        CouponRefusal::Currency => "coupon_currency",
        CouponRefusal::UsedUp => "coupon_used_up",
    });
    pb::PriceReply {
        currency: r.currency.to_string(),
        lines: r.lines.iter().map(line).collect(),
        problems: wrong.collect(),
        vendors: r.vendors.iter().map(vendor_total).collect(),
        total: r.total(),
        funded: r.funded,
        coupon_problem: refusal.unwrap_or_default().into(),
        taxes: r.taxes.iter().map(tax).collect(),
        why: r.why.clone(),
    }
}

fn vendor_total(total: &VendorTotal) -> pb::VendorTotal {
    let VendorTotal { vendor, name, items, tax } = total.clone();
    pb::VendorTotal { vendor: vendor.to_string(), name, items, tax }
}

fn tax(part: &TaxPart) -> pb::QuoteTax {
    let TaxPart { name, rate, base, amount, inclusion } = part.clone();
    pb::QuoteTax { name, rate: percent(rate), base, amount, included: inclusion == Inclusion::Included }
}

pub fn make_quote(m: pb::MakeQuoteRequest) -> Result<MakeQuote, Status> {
    let buyer = match (m.user.as_str(), m.guest.as_slice()) {
        ("", guest) => {
            Buyer::Guest(guest.try_into().map_err(|_| Status::invalid_argument("a user, or a guest's hash"))?)
        }
        (user, []) => Buyer::User(read(user)?),
        _ => return Err(Status::invalid_argument("a user or a guest, not both")),
    };
    let delivery = |d: pb::Delivery| Ok(Delivery { vendor: read(&d.vendor)?, method: d.method });
    let basket = Basket {
        cart: read(&m.cart)?,
        buyer,
        currency: read(&m.currency)?,
        lines: wants(m.lines)?,
        coupon: coupon(&m.coupon),
        party: party(m.party.unwrap_or_default()),
        deliveries: m.deliveries.into_iter().map(delivery).collect::<Result<_, Status>>()?,
    };
    Ok(MakeQuote { id: QuoteId::from_uuid(Uuid::now_v7()), basket })
}

pub fn quote(q: &Quote) -> pb::Quote {
    let (user, guest) = match q.buyer {
        Buyer::User(user) => (user.to_string(), vec![]),
        Buyer::Guest(hash) => (String::new(), hash.to_vec()),
    };
    pb::Quote {
        id: q.id.to_string(),
        cart: q.cart.to_string(),
        user,
        guest,
        currency: q.currency.to_string(),
        total: q.total,
        lines: q.lines.iter().map(line).collect(),
        vendors: q.vendors.iter().map(vendor_part).collect(),
        taxes: q.taxes.iter().map(tax).collect(),
        why: q.why.clone(),
        expires_us: q.expires.0,
        party: Some(party_message(&q.party)),
        coupon: q.coupon.as_ref().map(ToString::to_string).unwrap_or_default(),
        funded: q.funded,
    }
}

fn line(l: &Line) -> pb::QuoteLine {
    pb::QuoteLine {
        line: l.line,
        offer: l.offer.to_string(),
        vendor: l.vendor.to_string(),
        quantity: l.quantity,
        unit_price: l.unit_price,
        price: l.price,
        funded: l.funded,
        title: l.title.clone(),
        sku: l.sku.clone(),
        tax: l.tax,
        why: l.why.clone(),
    }
}

fn vendor_part(v: &VendorPart) -> pb::QuoteVendor {
    pb::QuoteVendor {
        vendor: v.vendor.to_string(),
        name: v.name.clone(),
        method: v.method.clone(),
        method_name: v.method_name.clone(),
        shipping: v.shipping,
        shipping_tax: v.shipping_tax,
        promised_us: v.promised.map_or(0, |at| at.0),
        why: v.why.clone(),
    }
}

pub fn quote_id(text: &str) -> Result<QuoteId, Status> {
    read(text)
}
pub fn order(text: &str) -> Result<OrderId, Status> {
    read(text)
}
pub fn accept(m: &pb::AcceptRequest) -> Result<Accept, Status> {
    Ok(Accept { order: read(&m.order)?, quote: read(&m.quote)? })
}

pub fn acceptance(a: &Acceptance) -> pb::Acceptance {
    let component = |c: &Component| pb::Component {
        id: c.id.to_string(),
        vendor: c.vendor.to_string(),
        line: c.line,
        units: c.units,
        price: c.price,
        funded: c.funded,
        commission: c.commission,
        commission_tax: c.commission_tax,
        marketplace_tax: c.marketplace_tax,
        why: c.why.clone(),
    };
    pb::Acceptance {
        order: a.order.to_string(),
        quote: a.quote.to_string(),
        currency: a.currency.to_string(),
        total: a.total,
        components: a.components.iter().map(component).collect(),
    }
}

fn wants(lines: Vec<pb::Want>) -> Result<Vec<Want>, Status> {
    if lines.len() > MOST_LINES || lines.iter().any(|l| l.quantity == 0) {
        return Err(Status::invalid_argument("at most 1000 lines, each of at least one unit"));
    }
    lines.into_iter().map(|l| Ok(Want { offer: read(&l.offer)?, quantity: l.quantity })).collect()
}

fn coupon(text: &str) -> Option<CouponCode> {
    (!text.is_empty()).then(|| CouponCode::typed(text))
}

fn party(p: pb::Party) -> Party {
    let pb::Party { email, name, country, state, city, postcode, street, phone } = p;
    Party { email, name, place: Place { country, state, postcode }, city, street, phone }
}
fn party_message(p: &Party) -> pb::Party {
    let Party { email, name, place: Place { country, state, postcode }, city, street, phone } = p.clone();
    pb::Party { email, name, country, state, city, postcode, street, phone }
}

fn read<T: FromStr>(text: &str) -> Result<T, Status>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|e: T::Err| Status::invalid_argument(e.to_string()))
}
