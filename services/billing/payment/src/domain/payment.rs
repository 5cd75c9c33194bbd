//! The payment of one order: its states, and which moves are legal.
use super::{
    Attempt, AttemptState, CardToken, Event, MOST_ATTEMPTS, Moment, Problem,
    ledger::{Charge, Refusal},
};
use kernel::{AttemptId, Id, OrderId, PaymentId, Timestamp, id::Prefixed};

/// As many as an array of the API has members (api 9).
const MOST_COMPONENTS: usize = 1000;

pub enum GiftCard {}
impl Prefixed for GiftCard {
    const PREFIX: &'static str = "gft";
    const NAME: &'static str = "GiftCardId";
}
pub type GiftCardId = Id<GiftCard>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Open,
    /// The provider was told to take the money.
    Taking,
    Taken,
    /// The money never moves.
    Closed,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    pub id: PaymentId,
    pub order: OrderId,
    pub state: State,
    /// Why it closed, the first time.
    pub reason: Option<String>,
    /// None when it was closed before anybody asked for money.
    pub terms: Option<Terms>,
    pub attempts: Vec<Attempt>,
    /// Business time.
    pub authorized_at: Option<Timestamp>,
    /// Business time.
    pub captured_at: Option<Timestamp>,
    /// Machine time since which it is in this state.
    pub since: Timestamp,
    /// Errands in a row that brought nothing new.
    pub tries: u32,
    /// Machine time of the next errand.
    pub due: Option<Timestamp>,
    pub version: i64,
}

/// What is paid, by what, and for what: fixed by the first `authorize`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Of the call's contents: a repeat with others is refused.
    pub fingerprint: [u8; 32],
    pub client_reference: String,
    pub gift_card: Option<GiftCardId>,
    pub charge: Charge,
}

pub struct Opening {
    pub id: PaymentId,
    pub order: OrderId,
    /// What the caller thinks the components come to.
    pub total: i64,
    pub terms: Terms,
    pub attempt: AttemptId,
    pub card: Option<CardToken>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The sum of the components and of the tenders is not the total, or a component contradicts itself.
    TotalDiffers,
    NoCard,
    Closed(String),
    NotAuthorized,
    Undecided,
    /// The customer left 3-D Secure: void this attempt first.
    Left(AttemptId),
    NoAttemptsLeft,
    KeyReused,
    NotTaken,
    Refund(Refusal),
}

/// What `authorize` answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    Done,
    Pending,
    /// The bank asks its customer, there.
    NeedsCustomer(Option<String>),
    /// Another card is wanted.
    Failed(Problem),
}

impl Payment {
    pub fn open(opening: Opening, moment: &Moment) -> Result<(Payment, Vec<Event>), Refused> {
        let Opening { id, order, total, mut terms, attempt, card } = opening;
        terms.charge.components.sort_by_key(|c| (c.line, c.id));
        if !terms.add_up_to(total) {
            return Err(Refused::TotalDiffers);
        }
        let by_card = terms.charge.tenders.card;
        if by_card > 0 && card.is_none() {
            return Err(Refused::NoCard);
        }
        let mut payment = Payment { terms: Some(terms), ..Payment::blank(id, order, State::Open, moment) };
        match card.filter(|_| by_card > 0) {
            Some(card) => payment.ask(Attempt::first(attempt, by_card, card, moment), moment),
            None => payment.authorized_at = Some(moment.business),
        }
        Ok((payment, vec![Event::Opened]))
    }

    /// Closed before anybody asked: an `authorize` that lands later finds it.
    pub fn forestall(id: PaymentId, order: OrderId, reason: &str, moment: &Moment) -> (Payment, Vec<Event>) {
        let blank = Payment::blank(id, order, State::Closed, moment);
        (Payment { reason: Some(reason.to_string()), ..blank }, vec![Event::Closed])
    }

    fn blank(id: PaymentId, order: OrderId, state: State, moment: &Moment) -> Payment {
        let (reason, terms, attempts, authorized_at, captured_at) = Default::default();
        let (since, tries, due, version) = (moment.machine, 0, None, 1);
        Payment { id, order, state, reason, terms, attempts, authorized_at, captured_at, since, tries, due, version }
    }

    /// The same contents as the first time?
    pub fn repeats(&self, fingerprint: &[u8; 32]) -> Result<(), Refused> {
        match &self.terms {
            Some(terms) if terms.fingerprint != *fingerprint && self.state != State::Closed => Err(Refused::KeyReused),
            _ => Ok(()),
        }
    }

    pub fn standing(&self) -> Result<Standing, Refused> {
        if self.state == State::Closed {
            return Err(self.why_closed());
        }
        let Some(last) = self.attempts.last().filter(|_| self.state == State::Open) else { return Ok(Standing::Done) };
        Ok(match last.state {
            AttemptState::Authorized => Standing::Done,
            AttemptState::Asked => Standing::Pending,
            AttemptState::Waiting => Standing::NeedsCustomer(last.action_url.clone()),
            AttemptState::Declined | AttemptState::Voided => {
                Standing::Failed(last.problem.unwrap_or(Problem::Declined))
            }
        })
    }

    pub fn attempts_left(&self) -> u32 {
        u32::try_from(MOST_ATTEMPTS.saturating_sub(self.attempts.len())).unwrap_or_default()
    }

    /// Another card, once the last one is definitely declined or voided: never two at once, else two captures.
    pub fn add_attempt(
        &mut self,
        id: AttemptId,
        card: CardToken,
        step: Option<String>,
        moment: &Moment,
    ) -> Result<Vec<Event>, Refused> {
        if step.is_some() && self.attempts.iter().any(|a| a.step == step) {
            return Ok(vec![]);
        }
        let last = match (self.state, self.attempts.last()) {
            (State::Closed, _) => return Err(self.why_closed()),
            (State::Open, Some(last)) => last,
            _ => return Err(Refused::Undecided),
        };
        match last.state {
            AttemptState::Asked | AttemptState::Authorized => return Err(Refused::Undecided),
            _ if self.attempts_left() == 0 => return Err(Refused::NoAttemptsLeft),
            AttemptState::Waiting => return Err(Refused::Left(last.id)),
            AttemptState::Declined | AttemptState::Voided => {}
        }
        let number = last.number + 1;
        self.ask(Attempt { number, step, ..Attempt::first(id, last.amount, card, moment) }, moment);
        Ok(self.moves(Event::Asked(id)))
    }

    /// The pivot. Nothing to write when it was passed already.
    pub fn take(&mut self, moment: &Moment) -> Result<Vec<Event>, Refused> {
        match (self.state, &self.terms) {
            (State::Closed, _) => Err(self.why_closed()),
            (State::Taking | State::Taken, _) => Ok(vec![]),
            (State::Open, Some(terms)) if terms.charge.tenders.card == 0 => Ok(self.taken(moment)),
            (State::Open, _) if self.authorized().is_some() => {
                self.enter(State::Taking, moment);
                self.due = Some(moment.lease());
                Ok(self.moves(Event::Taking))
            }
            (State::Open, _) => Err(Refused::NotAuthorized),
        }
    }

    /// Whether the money never moves. False: it moves or has moved. Nothing to write when it was closed already.
    pub fn void(&mut self, reason: &str, moment: &Moment) -> (bool, Vec<Event>) {
        match self.state {
            State::Taking | State::Taken => (false, vec![]),
            State::Closed => (true, vec![]),
            State::Open => (true, self.close(reason, moment)),
        }
    }

    /// The attempt whose money is, or is being, taken.
    pub fn authorized(&self) -> Option<&Attempt> {
        self.attempts.iter().rev().find(|a| a.state == AttemptState::Authorized)
    }

    pub(super) fn close(&mut self, reason: &str, moment: &Moment) -> Vec<Event> {
        self.enter(State::Closed, moment);
        self.reason = Some(reason.to_string());
        self.due = self.attempts.iter().any(Attempt::is_live).then_some(moment.machine);
        self.moves(Event::Closed)
    }

    pub(super) fn taken(&mut self, moment: &Moment) -> Vec<Event> {
        self.enter(State::Taken, moment);
        self.captured_at = Some(moment.business);
        self.due = None;
        let booked = self.terms.as_ref().and_then(|t| t.charge.capture());
        self.moves(Event::Taken(booked.into_iter().collect()))
    }

    /// One move, one version.
    pub(super) fn moves(&mut self, event: Event) -> Vec<Event> {
        self.version += 1;
        vec![event]
    }

    pub(super) fn charge(&mut self) -> Option<&mut Charge> {
        self.terms.as_mut().map(|t| &mut t.charge)
    }

    fn enter(&mut self, state: State, moment: &Moment) {
        self.state = state;
        self.since = moment.machine;
        self.tries = 0;
    }

    fn ask(&mut self, attempt: Attempt, moment: &Moment) {
        self.attempts.push(attempt);
        self.tries = 0;
        self.due = Some(moment.lease());
    }

    fn why_closed(&self) -> Refused {
        Refused::Closed(self.reason.clone().unwrap_or_default())
    }
}

impl Attempt {
    fn first(id: AttemptId, amount: i64, card: CardToken, moment: &Moment) -> Attempt {
        let (bank_id, problem, action_url, step) = Default::default();
        let (state, card, asked_at) = (AttemptState::Asked, Some(card), moment.machine);
        Attempt { id, number: 1, state, amount, card, bank_id, problem, action_url, step, asked_at }
    }
}

impl Terms {
    /// M7: components and tenders add up to the charge, and no component contradicts itself.
    fn add_up_to(&self, total: i64) -> bool {
        let Terms { charge, gift_card, .. } = self;
        let parts = |c: &super::ledger::Component| {
            [c.price, c.frozen.funded, c.frozen.commission, c.frozen.commission_tax, c.frozen.marketplace_tax]
        };
        let is_sound = |c: &super::ledger::Component| {
            parts(c).iter().all(|part| (0..1 << 50).contains(part)) && c.frozen.funded <= c.price
        };
        let mut ids: Vec<_> = charge.components.iter().map(|c| c.id).collect();
        ids.sort();
        ids.dedup();
        let tenders = charge.tenders;
        (1..=MOST_COMPONENTS).contains(&ids.len())
            && ids.len() == charge.components.len()
            && charge.components.iter().all(is_sound)
            && [tenders.card, tenders.wallet, tenders.gift_card].iter().all(|part| *part >= 0)
            && (tenders.wallet == 0 || charge.customer.is_some())
            && (tenders.gift_card == 0 || gift_card.is_some())
            && charge.total() == total
            && total < 1 << 53
            && tenders.total() == total
    }
}
