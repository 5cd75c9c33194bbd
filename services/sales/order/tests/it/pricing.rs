//! Pricing as `checkout.md` has it: one row an order, done or undone; a quote is judged once.
use super::made;
use contracts::pricing::{self as pb, pricing_server::Pricing as Rpc};
use kernel::{Clock, Coded, error};
use order::domain::{Component, Quote};
use platform::grpc::status;
use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex},
};
use tonic::{Request, Response, Status};

#[derive(Default)]
pub struct Book {
    pub quotes: BTreeMap<String, Quote>,
    /// By order: its acceptance, or nothing once it is undone.
    pub accepted: BTreeMap<String, Option<pb::Acceptance>>,
    /// Live redemptions of the one coupon, which all quotes have.
    pub redeemed: i64,
    pub limit: i64,
    /// How often an acceptance took effect.
    pub effects: BTreeMap<String, u32>,
    pub inactive: bool,
    /// What a quote made anew costs more.
    pub dearer: i64,
    pub made: u32,
}

#[derive(Clone)]
pub struct Pricing {
    pub book: Arc<Mutex<Book>>,
    pub clock: Arc<dyn Clock>,
}

/// A no with its code.
#[derive(Debug)]
pub struct No(pub kernel::Code, pub String);

impl fmt::Display for No {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.1)
    }
}
impl Coded for No {
    fn code(&self) -> kernel::Code {
        self.0
    }
}

pub fn no(code: kernel::Code) -> Status {
    status(&No(code, code.text.to_string()))
}

/// The key a step must have.
pub fn stepped<R>(request: &Request<R>, key: &str) {
    let given = request.metadata().get("souk-step").and_then(|k| k.to_str().ok());
    assert_eq!(given, Some(key), "a step has one key for ever");
}

#[tonic::async_trait]
impl Rpc for Pricing {
    async fn price(&self, _: Request<pb::PriceRequest>) -> Result<Response<pb::PriceReply>, Status> {
        Err(Status::aborted("orders never ask"))
    }

    async fn make_quote(&self, request: Request<pb::MakeQuoteRequest>) -> Result<Response<pb::Quote>, Status> {
        let mut book = self.book.lock().unwrap();
        let asked = request.get_ref();
        let old = book.quotes.values().find(|q| q.cart.to_string() == asked.cart).cloned();
        let mut fresh = old.ok_or(no(error::refused("pricing.empty")))?;
        assert_eq!(asked.lines.len(), fresh.lines.len());
        fresh.id = made::id();
        fresh.lines[0].price += book.dearer;
        fresh.total += book.dearer;
        fresh.expires = self.clock.now() + std::time::Duration::from_secs(600);
        book.made += 1;
        Ok(Response::new(quote(&fresh)))
    }

    async fn get_quote(&self, request: Request<pb::GetQuoteRequest>) -> Result<Response<pb::Quote>, Status> {
        let book = self.book.lock().unwrap();
        let found = book.quotes.get(&request.get_ref().quote).ok_or(no(error::not_found("quote.not_found")))?;
        Ok(Response::new(quote(found)))
    }

    async fn accept(&self, request: Request<pb::AcceptRequest>) -> Result<Response<pb::Acceptance>, Status> {
        let pb::AcceptRequest { order, quote } = request.get_ref().clone();
        stepped(&request, &format!("{order}/accept"));
        let book = &mut *self.book.lock().unwrap();
        match book.accepted.get(&order) {
            Some(Some(done)) if done.quote == quote => return Ok(Response::new(done.clone())),
            Some(Some(_)) => return Err(no(error::refused("key_reused"))),
            Some(None) => return Err(no(error::refused("step_undone"))),
            None => {}
        }
        let found = book.quotes.get(&quote).ok_or(no(error::not_found("quote.not_found")))?;
        if found.expires <= self.clock.now() {
            return Err(no(error::conflict("quote.expired")));
        }
        if book.accepted.values().flatten().any(|a| a.quote == quote) {
            return Err(no(error::conflict("quote.used")));
        }
        if book.inactive {
            return Err(no(error::refused("quote.inactive")));
        }
        if book.redeemed >= book.limit {
            return Err(no(error::refused("pricing.coupon_used_up")));
        }
        let components = made::components(found).iter().map(component).collect();
        let currency = found.currency.to_string();
        let done = pb::Acceptance { order: order.clone(), quote, currency, total: found.total, components };
        book.redeemed += 1;
        *book.effects.entry(order.clone()).or_default() += 1;
        book.accepted.insert(order, Some(done.clone()));
        Ok(Response::new(done))
    }

    async fn undo_accept(
        &self,
        request: Request<pb::UndoAcceptRequest>,
    ) -> Result<Response<pb::UndoAcceptReply>, Status> {
        let order = request.get_ref().order.clone();
        stepped(&request, &format!("{order}/accept"));
        let mut book = self.book.lock().unwrap();
        if let Some(Some(_)) = book.accepted.insert(order, None) {
            book.redeemed -= 1;
        }
        Ok(Response::new(pb::UndoAcceptReply {}))
    }
}

fn component(c: &Component) -> pb::Component {
    pb::Component {
        id: c.id.to_string(),
        vendor: c.vendor.to_string(),
        line: c.line,
        units: c.units,
        price: c.price,
        funded: c.funded,
        commission: c.commission,
        commission_tax: c.commission_tax,
        marketplace_tax: c.marketplace_tax,
        ..pb::Component::default()
    }
}

pub fn quote(q: &Quote) -> pb::Quote {
    let (user, guest) = match q.owner {
        Some(order::domain::Owner::User(user)) => (user.to_string(), vec![]),
        Some(order::domain::Owner::Guest(hash)) => (String::new(), hash.to_vec()),
        None => (String::new(), vec![]),
    };
    let line = |l: &order::domain::QuoteLine| pb::QuoteLine {
        line: l.number,
        offer: l.offer.to_string(),
        vendor: l.vendor.to_string(),
        quantity: l.quantity,
        unit_price: l.unit_price,
        price: l.price,
        funded: l.funded,
        title: l.title.clone(),
        sku: l.sku.clone(),
        tax: 0,
        why: vec![],
    };
    let vendor = |d: &order::domain::Delivery| pb::QuoteVendor {
        vendor: d.vendor.to_string(),
        name: d.name.clone(),
        method: d.method.clone(),
        method_name: d.method_name.clone(),
        shipping: d.shipping,
        shipping_tax: 0,
        promised_us: d.promised.map_or(0, |at| at.0),
        why: vec![],
    };
    let p = &q.party;
    pb::Quote {
        id: q.id.to_string(),
        cart: q.cart.to_string(),
        user,
        guest,
        currency: q.currency.to_string(),
        total: q.total,
        lines: q.lines.iter().map(line).collect(),
        vendors: q.deliveries.iter().map(vendor).collect(),
        taxes: vec![],
        why: q.why.clone(),
        expires_us: q.expires.0,
        party: Some(pb::Party {
            email: p.email.clone(),
            name: p.name.clone(),
            country: p.country.clone(),
            ..pb::Party::default()
        }),
        coupon: q.coupon.clone(),
        funded: 0,
    }
}
