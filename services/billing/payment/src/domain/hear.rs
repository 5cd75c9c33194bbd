//! What the provider says, believed in one order: authorizations, captures, disputes closed, refunds, disputes opened
//! (checkout, The provider; ledger 6). One by one as they come would book a loss that does not exist.
//! Facts only move forward, so early, late, repeated and swapped news change nothing.
use super::{Attempt, AttemptState, Concern, Errand, Event, Moment, Payment, Problem, Record, State, Status, Told};
use kernel::AttemptId;

impl Payment {
    /// What an errand brought. Empty, and `due` as it was: nothing to write.
    pub fn hear(&mut self, errand: &Errand, told: &Told, moment: &Moment) -> Vec<Event> {
        let events = match told {
            Told::Record(record) => self.believe(errand.attempt(), record, moment),
            Told::Voided => self.ended(errand.attempt()),
            Told::Nothing if self.watched_long_enough(moment) => self.ended(errand.attempt()),
            Told::No(why) => self.refused(errand, why, moment),
            Told::Nothing | Told::Unknown(_) => self.overdue(moment),
        };
        let is_news = events.iter().any(Event::is_move);
        if is_news {
            self.tries = 0;
        }
        // Who was not waiting for anything is not woken by a doorbell that brought nothing.
        self.due = if is_news || self.due.is_some() { self.next_due(moment) } else { None };
        if !is_news && self.due.is_some() {
            self.tries = self.tries.saturating_add(1);
        }
        events
    }

    fn believe(&mut self, id: AttemptId, record: &Record, moment: &Moment) -> Vec<Event> {
        if let Some(why) = self.differs(id, record) {
            return vec![Event::Queued(Concern::RecordDiffers, why)];
        }
        let mut events = self.authorization(id, record, moment);
        events.extend(self.captures(id, record, moment));
        if self.state == State::Taken {
            events.extend(self.disputes_closed(record));
            events.extend(self.refunds(record, moment));
            events.extend(self.disputes_opened(record, moment));
        }
        events
    }

    /// Amount and currency are compared before they are believed.
    fn differs(&self, id: AttemptId, record: &Record) -> Option<String> {
        let (Some(attempt), Some(terms)) = (self.attempts.iter().find(|a| a.id == id), &self.terms) else {
            return Some(format!("no such attempt: {id}"));
        };
        let ours = (self.order.to_string(), id.to_string(), attempt.amount, terms.charge.currency.to_string());
        let theirs = (record.reference.clone(), record.attempt.clone(), record.amount, record.currency.clone());
        (ours != theirs).then(|| format!("ours is {ours:?}, the provider has {theirs:?} as {}", record.bank_id))
    }

    fn authorization(&mut self, id: AttemptId, record: &Record, moment: &Moment) -> Vec<Event> {
        use AttemptState::{Asked, Authorized, Declined, Voided, Waiting};
        let is_open = self.state == State::Open;
        // Back on the list of what has to be voided. (Beside another live one a person has to look.)
        let may_revive = self.state == State::Closed && !self.attempts.iter().any(Attempt::is_live);
        let Some(attempt) = self.attempts.iter_mut().find(|a| a.id == id) else { return vec![] };
        attempt.bank_id = Some(record.bank_id.clone());
        match (attempt.state, record.status) {
            (Asked | Waiting, Status::Authorized | Status::Captured) => attempt.become_(Authorized),
            (Asked | Waiting, Status::Declined) => {
                attempt.problem = Some(record.problem.unwrap_or(Problem::Declined));
                attempt.become_(Declined);
            }
            (Asked, Status::NeedsAction) => {
                attempt.action_url = record.action_url.clone();
                attempt.become_(Waiting);
            }
            // It arrived: from here on it is read, and its card is needed no more.
            (Asked, Status::Pending) if attempt.card.is_some() => attempt.become_(Asked),
            (Asked | Waiting | Authorized, Status::Voided) | (Authorized, Status::Declined) => attempt.become_(Voided),
            (Declined | Voided, Status::Authorized) if may_revive => attempt.become_(Authorized),
            (Declined | Voided, Status::Authorized | Status::Captured) => {
                let why = format!("{id} is {:?} here and {:?} there", attempt.state, record.status);
                return vec![Event::Queued(Concern::CameAlive, why)];
            }
            _ => return vec![],
        }
        let state = attempt.state;
        if state == Authorized && is_open {
            self.authorized_at = Some(moment.business);
        }
        let mut events = self.moves(Event::Attempted(id));
        if state == Voided && self.state == State::Taking {
            events.extend(self.close("capture_refused", moment));
        }
        events
    }

    fn captures(&mut self, id: AttemptId, record: &Record, moment: &Moment) -> Vec<Event> {
        let ours = self.attempts.iter().find(|a| a.id == id).map_or(0, |a| a.amount);
        match (self.state, record.captured) {
            (State::Open | State::Closed, captured) if captured > 0 => {
                let why = format!("{captured} of {id} was captured while {:?}", self.state);
                vec![Event::Queued(Concern::CapturedUnasked, why)]
            }
            (State::Taking, captured) if captured == ours => self.taken(moment),
            (State::Taking | State::Taken, captured) if captured > 0 && captured != ours => {
                let why = format!("{captured} of {ours} was captured as {}", record.bank_id);
                vec![Event::Queued(Concern::RecordDiffers, why)]
            }
            _ => vec![],
        }
    }

    /// A definite no.
    fn refused(&mut self, errand: &Errand, why: &str, moment: &Moment) -> Vec<Event> {
        match *errand {
            Errand::Authorize(id) => match self.attempts.iter_mut().find(|a| a.id == id && a.is_live()) {
                Some(attempt) => {
                    attempt.problem = Some(Problem::Declined);
                    attempt.become_(AttemptState::Declined);
                    self.moves(Event::Attempted(id))
                }
                None => vec![],
            },
            Errand::Capture(_) if self.state == State::Taking => self.close("capture_refused", moment),
            Errand::Void(id) => vec![Event::Queued(Concern::VoidRefused, format!("{id}: {why}"))],
            Errand::Refund(_, id) => self.refund_refused(id, why),
            Errand::Capture(_) | Errand::LookUp(_) => vec![],
        }
    }

    fn ended(&mut self, id: AttemptId) -> Vec<Event> {
        let Some(attempt) = self.attempts.iter_mut().find(|a| a.id == id && Attempt::is_live(a)) else {
            return vec![];
        };
        attempt.become_(AttemptState::Voided);
        self.moves(Event::Attempted(id))
    }

    fn overdue(&self, moment: &Moment) -> Vec<Event> {
        if !self.is_overdue(moment) {
            return vec![];
        }
        vec![Event::Queued(Concern::TakingUnknown, format!("taking since {}, and no answer", self.since))]
    }
}
