//! The one place that knows both sides of a call.
use crate::{
    app::{AddAttempt, AskRefund, Authorize, Refunded, VoidPayment},
    domain::{
        AskedBack, Back, CardToken, Payment, Problem, Standing, State,
        ledger::{Charge, Component, Parts, RefundKind, RefundState, Tenders, Wanted, WantedPart},
    },
};
use contracts::payment as pb;
use kernel::{AttemptId, Currency, Id, OrderId, Timestamp};
use prost::Message;
use sha2::{Digest, Sha256};
use std::str::FromStr;
use tonic::{Request, Status};
use uuid::Uuid;

pub fn order(text: &str) -> Result<OrderId, Status> {
    id(text)
}

pub fn authorize(m: pb::AuthorizeRequest) -> Result<Authorize, Status> {
    let fingerprint = fingerprint(&m);
    let currency: Currency = m.currency.parse().map_err(|why: &str| Status::invalid_argument(why))?;
    let customer = if m.user.is_empty() { None } else { Some(id(&m.user)?) };
    let card = if m.card_token.is_empty() { None } else { Some(card(&m.card_token)?) };
    let components = m.components.iter().map(component).collect::<Result<Vec<_>, Status>>()?;
    let tenders = Tenders::by_card(m.total);
    let charge = Charge { currency, customer, tenders, components, refunds: vec![], disputes: vec![] };
    Ok(Authorize {
        payment: fresh(),
        attempt: fresh(),
        order: id(&m.order)?,
        total: m.total,
        charge,
        gift_card: None,
        card,
        client_reference: m.client_reference,
        fingerprint,
    })
}

fn component(c: &pb::Component) -> Result<Component, Status> {
    let frozen = Parts {
        funded: c.funded,
        commission: c.commission,
        commission_tax: c.commission_tax,
        marketplace_tax: c.marketplace_tax,
    };
    let (back, refunding, disputed, goodwill, units_back) = Default::default();
    Ok(Component {
        id: id(&c.id)?,
        vendor: id(&c.vendor)?,
        line: c.line,
        // A shipping charge is one of its kind.
        units: c.units.max(1),
        price: c.price,
        frozen,
        given: Parts::default(),
        back,
        refunding,
        disputed,
        goodwill,
        units_back,
    })
}

pub fn authorized(p: &Payment) -> pb::AuthorizeReply {
    let (state, problem, action_url) = match p.standing() {
        Ok(Standing::Done) => (pb::AuthorizeState::Done, pb::Problem::Unspecified, None),
        Ok(Standing::Pending) => (pb::AuthorizeState::Pending, pb::Problem::Unspecified, None),
        Ok(Standing::NeedsCustomer(url)) => (pb::AuthorizeState::Waiting, pb::Problem::NeedsCustomer, url),
        Ok(Standing::Failed(Problem::Declined)) => (pb::AuthorizeState::Waiting, pb::Problem::Declined, None),
        Ok(Standing::Failed(Problem::InsufficientFunds)) => {
            (pb::AuthorizeState::Waiting, pb::Problem::InsufficientFunds, None)
        }
        Err(_) => (pb::AuthorizeState::Unspecified, pb::Problem::Unspecified, None),
    };
    pb::AuthorizeReply {
        state: state.into(),
        problem: problem.into(),
        action_url: action_url.unwrap_or_default(),
        attempts_left: p.attempts_left(),
        at_us: micros(p.authorized_at),
    }
}

pub fn taken(p: &Payment) -> pb::TakeReply {
    pb::TakeReply { taken: p.state == State::Taken, at_us: micros(p.captured_at) }
}

pub fn void(m: pb::VoidRequest) -> Result<VoidPayment, Status> {
    Ok(VoidPayment { payment: fresh(), order: id(&m.order)?, reason: m.reason })
}

pub fn voided(p: &Payment) -> pb::VoidReply {
    let voided = p.state == State::Closed;
    pb::VoidReply { voided, reason: p.reason.clone().unwrap_or_default() }
}

pub fn add_attempt(request: Request<pb::AddAttemptRequest>) -> Result<AddAttempt, Status> {
    let step = step(&request);
    let m = request.into_inner();
    Ok(AddAttempt { attempt: fresh(), order: id(&m.order)?, card: card(&m.card_token)?, step })
}

pub fn refund(request: Request<pb::RefundRequest>) -> Result<AskRefund, Status> {
    let key = step(&request).ok_or_else(|| Status::invalid_argument("a refund names its step"))?;
    let m = request.into_inner();
    let fingerprint = fingerprint(&m);
    let back = match (m.all, m.parts.is_empty()) {
        (true, true) => Back::All,
        (false, false) => Back::Parts(parts(&m.parts)?),
        _ => return Err(Status::invalid_argument("a refund is of all, or of parts")),
    };
    let asked = AskedBack { id: fresh(), kind: RefundKind::Refund, key, fingerprint, back, reason: m.reason };
    Ok(AskRefund { order: id(&m.order)?, asked })
}

fn parts(parts: &[pb::RefundPart]) -> Result<Vec<WantedPart>, Status> {
    let part = |p: &pb::RefundPart| {
        let wanted = match (p.amount, p.units, p.rest) {
            (amount, 0, false) if amount > 0 => Wanted::Amount(amount),
            (0, units, false) if units > 0 => Wanted::Units(units),
            (0, 0, true) => Wanted::Rest,
            _ => return Err(Status::invalid_argument("a part is an amount, units, or the rest")),
        };
        Ok(WantedPart { component: id(&p.component)?, wanted })
    };
    let wanted = parts.iter().map(part).collect::<Result<Vec<_>, Status>>()?;
    let mut named: Vec<_> = wanted.iter().map(|w| w.component).collect();
    named.sort();
    named.dedup();
    if named.len() == wanted.len() { Ok(wanted) } else { Err(Status::invalid_argument("a component is named twice")) }
}

pub fn refunded(done: &Refunded) -> pb::RefundReply {
    let Refunded { payment, refund } = done;
    let charge = payment.terms.as_ref().map(|t| &t.charge);
    let part = |p: &crate::domain::ledger::RefundPart| pb::RefundedPart {
        component: p.component.to_string(),
        amount: charge.map_or(0, |c| refund.money_of(p, c)),
    };
    pb::RefundReply {
        refunded: refund.state == RefundState::Refunded,
        amount: refund.money.total(),
        parts: refund.parts.iter().map(part).collect(),
        at_us: micros(refund.at),
    }
}

pub fn payment(p: &Payment) -> pb::Payment {
    let charge = p.terms.as_ref().map(|t| &t.charge);
    let total = charge.map_or(0, Charge::total);
    pb::Payment {
        id: p.id.to_string(),
        order: p.order.to_string(),
        state: super::show::state(p.state).into(),
        currency: charge.map_or(String::new(), |c| c.currency.to_string()),
        total,
        captured: if p.state == State::Taken { total } else { 0 },
        refunded: charge.map_or(0, Charge::refunded),
        attempt: p.attempts.last().map(|_| authorized(p)),
        components: charge.map_or(vec![], |c| c.components.iter().map(component_state).collect()),
    }
}

fn component_state(c: &Component) -> pb::ComponentState {
    pb::ComponentState {
        id: c.id.to_string(),
        vendor: c.vendor.to_string(),
        line: c.line,
        charge: c.charge(),
        back: c.back,
        refunding: c.refunding,
    }
}

fn micros(at: Option<Timestamp>) -> i64 {
    at.map_or(0, |at| at.0)
}

/// What makes two calls of one step the same.
fn fingerprint(message: &impl Message) -> [u8; 32] {
    Sha256::digest(message.encode_to_vec()).into()
}

fn step<M>(request: &Request<M>) -> Option<String> {
    request.metadata().get("souk-step").and_then(|key| key.to_str().ok()).map(str::to_string)
}

fn card(text: &str) -> Result<CardToken, Status> {
    CardToken::new(text).ok_or_else(|| Status::invalid_argument("that is no card token"))
}

fn fresh<K>() -> Id<K> {
    Id::from_uuid(Uuid::now_v7())
}

fn id<T: FromStr>(text: &str) -> Result<T, Status>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|e: T::Err| Status::invalid_argument(e.to_string()))
}

/// The provider's name of an attempt is ours.
pub fn attempt(text: &str) -> Option<AttemptId> {
    text.parse().ok()
}
