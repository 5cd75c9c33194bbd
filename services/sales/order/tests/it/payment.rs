//! Payment as `checkout.md` has it, with the provider behind it: one row an order, on which take and void exclude each other.
use super::pricing::{no, stepped};
use contracts::payment::{self as pb, payments_server::Payments as Rpc};
use kernel::{error, share::half_up};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};
use tonic::{Request, Response, Status};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    Open,
    Taking,
    Taken,
    Closed(String),
}

/// An attempt as our row and as the provider's book have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// Asked, under way to the provider or back.
    Asked,
    Authorized,
    Declined,
    NeedsCustomer,
    Voided,
    Captured,
}

#[derive(Clone, Debug)]
pub struct Row {
    pub state: State,
    pub attempts: Vec<(String, Attempt)>,
    pub total: i64,
    /// Component → charge, units, back, units back.
    pub parts: BTreeMap<String, [i64; 4]>,
    pub captures: u32,
    pub refunds: u32,
    pub refunded: i64,
    fingerprint: Option<pb::AuthorizeRequest>,
}

#[derive(Default)]
pub struct Book {
    pub rows: BTreeMap<String, Row>,
    pub done: BTreeMap<String, pb::RefundReply>,
    pub keys: BTreeMap<String, usize>,
    /// The provider is asked, and answers when the test says so.
    pub by_hand: bool,
    pub refuses_refunds: bool,
    pub refunds_pending: bool,
}

#[derive(Clone, Default)]
pub struct Payment {
    pub book: Arc<Mutex<Book>>,
}

const ATTEMPTS: usize = 5;

impl Book {
    fn row(&mut self, order: &str) -> &mut Row {
        self.rows.entry(order.to_string()).or_insert_with(|| Row {
            state: State::Open,
            attempts: vec![],
            total: 0,
            parts: BTreeMap::new(),
            captures: 0,
            refunds: 0,
            refunded: 0,
            fingerprint: None,
        })
    }

    fn attempt(&mut self, order: &str, card: &str) {
        let by_hand = self.by_hand;
        let row = self.row(order);
        row.attempts.push((card.to_string(), Attempt::Asked));
        if !by_hand {
            let says = match card {
                "tok_declined" | "tok_insufficient" => Attempt::Declined,
                "tok_3ds" => Attempt::NeedsCustomer,
                "tok_slow" => Attempt::Asked,
                _ => Attempt::Authorized,
            };
            self.provider_says(order, says);
        }
    }

    /// The provider answers the last attempt that it was asked. What comes after the close is voided.
    pub fn provider_says(&mut self, order: &str, says: Attempt) {
        let row = self.row(order);
        let closed = matches!(row.state, State::Closed(_));
        if let Some((_, attempt)) =
            row.attempts.iter_mut().rfind(|(_, a)| matches!(a, Attempt::Asked | Attempt::NeedsCustomer))
        {
            *attempt = if closed && says != Attempt::Declined { Attempt::Voided } else { says };
        }
    }

    /// Capturing: the provider's yes, or its definite no when the issuer dropped the authorization.
    pub fn capture(&mut self, order: &str) {
        let row = self.row(order);
        if row.state != State::Taking {
            return;
        }
        if row.attempts.iter().any(|(_, a)| *a == Attempt::Captured) {
            row.state = State::Taken; // done there before, and asked again by the same key
            return;
        }
        match row.attempts.iter_mut().find(|(_, a)| *a == Attempt::Authorized) {
            Some((_, attempt)) => {
                *attempt = Attempt::Captured;
                row.state = State::Taken;
                row.captures += 1;
            }
            None if row.total == 0 => row.state = State::Taken,
            None => row.state = State::Closed("capture_refused".into()),
        }
    }

    /// The provider captured, and payment did not hear of it.
    pub fn capture_unheard(&mut self, order: &str) {
        self.capture(order);
        self.row(order).state = State::Taking;
    }

    pub fn issuer_drops(&mut self, order: &str) {
        self.row(order)
            .attempts
            .iter_mut()
            .filter(|(_, a)| *a == Attempt::Authorized)
            .for_each(|(_, a)| *a = Attempt::Voided);
    }

    /// Money that is neither ours nor surely not.
    pub fn live(&self, order: &str) -> usize {
        let row = self.rows.get(order);
        row.map_or(0, |r| r.attempts.iter().filter(|(_, a)| *a == Attempt::Authorized).count())
    }

    fn close(row: &mut Row, reason: &str) {
        row.state = State::Closed(reason.to_string());
        for (_, attempt) in &mut row.attempts {
            if matches!(attempt, Attempt::Authorized | Attempt::NeedsCustomer) {
                *attempt = Attempt::Voided;
            }
        }
    }
}

impl Row {
    fn answer(&self) -> pb::AuthorizeReply {
        let left = (ATTEMPTS - self.attempts.len()) as u32;
        let mut reply =
            pb::AuthorizeReply { attempts_left: left, at_us: super::made::NOW.0 + 1_000_000, ..Default::default() };
        let waiting = |problem: pb::Problem, url: &str| {
            let (state, problem) = (pb::AuthorizeState::Waiting.into(), problem.into());
            pb::AuthorizeReply { state, problem, action_url: url.into(), attempts_left: left, at_us: 0 }
        };
        match self.attempts.last() {
            None if self.total == 0 => reply.state = pb::AuthorizeState::Done.into(),
            Some((_, Attempt::Authorized | Attempt::Captured)) => reply.state = pb::AuthorizeState::Done.into(),
            Some((card, Attempt::Declined)) if card == "tok_insufficient" => {
                return waiting(pb::Problem::InsufficientFunds, "");
            }
            Some((_, Attempt::Declined | Attempt::Voided)) => return waiting(pb::Problem::Declined, ""),
            Some((_, Attempt::NeedsCustomer)) => {
                return waiting(pb::Problem::NeedsCustomer, "https://bank.example/3ds");
            }
            _ => reply.state = pb::AuthorizeState::Pending.into(),
        }
        reply
    }
}

#[tonic::async_trait]
impl Rpc for Payment {
    async fn authorize(&self, request: Request<pb::AuthorizeRequest>) -> Result<Response<pb::AuthorizeReply>, Status> {
        let order = request.get_ref().order.clone();
        stepped(&request, &format!("{order}/authorize"));
        let asked = request.into_inner();
        let book = &mut *self.book.lock().unwrap();
        let row = book.row(&order);
        if let State::Closed(_) = row.state {
            return Err(no(error::refused("payment.closed")));
        }
        match &row.fingerprint {
            Some(known) if *known != asked => return Err(no(error::refused("key_reused"))),
            Some(_) => {}
            None => {
                row.total = asked.total;
                let part = |c: &pb::Component| (c.id.clone(), [c.price - c.funded, i64::from(c.units), 0, 0]);
                row.parts = asked.components.iter().map(part).collect();
                assert_eq!(row.parts.values().map(|p| p[0]).sum::<i64>(), asked.total, "M7");
                row.fingerprint = Some(asked.clone());
                if asked.total > 0 {
                    book.attempt(&order, &asked.card_token);
                }
            }
        }
        Ok(Response::new(book.row(&order).answer()))
    }

    async fn take(&self, request: Request<pb::TakeRequest>) -> Result<Response<pb::TakeReply>, Status> {
        let order = request.get_ref().order.clone();
        stepped(&request, &format!("{order}/take"));
        let book = &mut *self.book.lock().unwrap();
        let by_hand = book.by_hand;
        let row = book.row(&order);
        match row.state {
            State::Closed(_) => return Err(no(error::refused("payment.closed"))),
            State::Open => {
                let ready = row.total == 0 || row.attempts.iter().any(|(_, a)| *a == Attempt::Authorized);
                if !ready {
                    return Err(no(error::refused("payment.not_authorized")));
                }
                let slow = row.attempts.last().is_some_and(|(card, _)| card == "tok_slow_capture");
                row.state = State::Taking;
                if !by_hand && !slow {
                    if row.attempts.last().is_some_and(|(card, _)| card == "tok_capture_refused") {
                        book.issuer_drops(&order);
                    }
                    book.capture(&order);
                }
            }
            State::Taking | State::Taken => {}
        }
        let row = book.row(&order);
        match row.state {
            State::Closed(_) => Err(no(error::refused("payment.closed"))),
            _ => {
                let at_us = super::made::NOW.0 + 2_000_000;
                Ok(Response::new(pb::TakeReply { taken: row.state == State::Taken, at_us }))
            }
        }
    }

    async fn void(&self, request: Request<pb::VoidRequest>) -> Result<Response<pb::VoidReply>, Status> {
        let pb::VoidRequest { order, reason } = request.into_inner();
        let book = &mut *self.book.lock().unwrap();
        let row = book.row(&order);
        if row.state == State::Open {
            Book::close(row, &reason);
        }
        let (voided, reason) = match &row.state {
            State::Closed(first) => (true, first.clone()),
            _ => (false, String::new()),
        };
        Ok(Response::new(pb::VoidReply { voided, reason }))
    }

    async fn add_attempt(
        &self,
        request: Request<pb::AddAttemptRequest>,
    ) -> Result<Response<pb::AuthorizeReply>, Status> {
        let key = request.metadata().get("souk-step").unwrap().to_str().unwrap().to_string();
        let pb::AddAttemptRequest { order, card_token } = request.into_inner();
        let book = &mut *self.book.lock().unwrap();
        if book.keys.contains_key(&key) {
            return Ok(Response::new(book.row(&order).answer()));
        }
        let row = book.row(&order);
        if let Some((_, left @ Attempt::NeedsCustomer)) = row.attempts.last_mut() {
            *left = Attempt::Voided; // who leaves 3-D Secure: void first
        }
        match (&row.state, row.attempts.last()) {
            (State::Open, Some((_, Attempt::Declined | Attempt::Voided))) => {}
            (State::Open, _) => return Err(no(error::conflict("payment.undecided"))),
            _ => return Err(no(error::refused("payment.closed"))),
        }
        if row.attempts.len() >= ATTEMPTS {
            return Err(no(error::refused("payment.no_attempts_left")));
        }
        let number = row.attempts.len();
        book.keys.insert(key, number);
        book.attempt(&order, &card_token);
        Ok(Response::new(book.row(&order).answer()))
    }

    async fn refund(&self, request: Request<pb::RefundRequest>) -> Result<Response<pb::RefundReply>, Status> {
        let key = request.metadata().get("souk-step").unwrap().to_str().unwrap().to_string();
        let asked = request.into_inner();
        let book = &mut *self.book.lock().unwrap();
        if let Some(done) = book.done.get(&key) {
            return Ok(Response::new(done.clone()));
        }
        if book.refuses_refunds {
            return Err(no(error::refused("refund.refused")));
        }
        if book.refunds_pending {
            return Ok(Response::new(pb::RefundReply::default()));
        }
        let row = book.row(&asked.order);
        if row.state != State::Taken {
            return Err(no(error::refused("payment.not_taken")));
        }
        let parts = match asked.all {
            true => row.parts.keys().map(|id| (id.clone(), 0, 0, true)).collect(),
            false => asked
                .parts
                .iter()
                .map(|p| (p.component.clone(), p.amount, i64::from(p.units), p.rest))
                .collect::<Vec<_>>(),
        };
        let mut given = vec![];
        for (component, amount, units, rest) in parts {
            let part = row.parts.get_mut(&component).ok_or(no(error::refused("refund.too_much")))?;
            let [charge, of, back, units_back] = *part;
            let amount = match () {
                _ if rest => charge - back,
                _ if units > 0 => half_up(charge, units_back + units, of) - half_up(charge, units_back, of),
                _ => amount,
            };
            if back + amount > charge {
                return Err(no(error::refused("refund.too_much")));
            }
            *part = [charge, of, back + amount, units_back + units];
            given.push(pb::RefundedPart { component, amount });
        }
        let amount: i64 = given.iter().map(|p| p.amount).sum();
        row.refunded += amount;
        row.refunds += u32::from(amount > 0);
        let reply = pb::RefundReply { refunded: true, amount, parts: given, at_us: 0 };
        book.done.insert(key, reply.clone());
        Ok(Response::new(reply))
    }

    async fn get(&self, _: Request<pb::GetRequest>) -> Result<Response<pb::Payment>, Status> {
        Err(Status::aborted("orders never ask"))
    }
}
