//! From placed to confirmed or cancelled. What the steps answered is appended before the decision, at no extra write (checkout 8).
use super::{Event, Happened, Order, Refusal, State, Waiting};
use kernel::Timestamp;

impl Order {
    /// Somebody has to do something about the payment. Nothing happened when that is known already.
    pub fn wait(&self, waiting: Waiting, told: &[Happened], now: Timestamp) -> Result<Vec<Happened>, Refusal> {
        self.be_undecided()?;
        if self.waiting.as_ref() == Some(&waiting) {
            return Ok(vec![]);
        }
        Ok(self.after(told, [Event::AwaitingPayment(waiting).at(now)]))
    }

    /// Payment has another card of the customer.
    pub fn another_card(&self, now: Timestamp) -> Result<Vec<Happened>, Refusal> {
        self.be_undecided()?;
        Ok(self.after(&[], [Event::AnotherCard.at(now)]))
    }

    /// Once payment said voided: from here on it can only end cancelled.
    pub fn ask_to_cancel(&self, reason: &str, now: Timestamp) -> Result<Vec<Happened>, Refusal> {
        self.be_undecided()?;
        Ok(self.after(&[], [Event::CancelAsked { reason: reason.into() }.at(now)]))
    }

    /// The money is ours. Only from placed: a sleeper must not write `confirmed` over `cancelled`.
    pub fn confirm(&self, told: &[Happened], now: Timestamp) -> Result<Vec<Happened>, Refusal> {
        self.be_undecided()?;
        let events = self.after(told, [Event::Confirmed.at(now)]);
        let heard = self.then(&events);
        let taken = heard.story.iter().any(|(_, name)| *name == Event::Taken.name());
        if taken && !heard.components.is_empty() { Ok(events) } else { Err(Refusal::Untold) }
    }

    /// Payment said voided, and hold and acceptance are undone.
    pub fn cancel_undecided(&self, reason: &str, told: &[Happened], now: Timestamp) -> Result<Vec<Happened>, Refusal> {
        self.be_undecided()?;
        let events = self.after(told, [Event::Cancelled { reason: reason.into() }.at(now)]);
        let heard = |wanted: &str| self.then(&events).story.iter().any(|(_, name)| *name == wanted);
        if ["voided", "hold_undone", "accept_undone"].into_iter().all(heard) {
            Ok(events)
        } else {
            Err(Refusal::Untold)
        }
    }

    fn be_undecided(&self) -> Result<(), Refusal> {
        match self.state {
            State::Placed => Ok(()),
            State::Confirmed => Err(Refusal::AlreadyConfirmed),
            State::Completed => Err(Refusal::AlreadyCompleted),
            State::Cancelling | State::Cancelled => Err(Refusal::AlreadyCancelled),
        }
    }

    /// What is news of it: a step that answered twice happened once, and time never runs backwards in a stream.
    pub(super) fn after(&self, told: &[Happened], then: impl IntoIterator<Item = Happened>) -> Vec<Happened> {
        let mut known: Vec<&str> = self.story.iter().map(|(_, name)| *name).collect();
        let mut events: Vec<Happened> = vec![];
        for step in told {
            if !known.contains(&step.event.name()) {
                known.push(step.event.name());
                events.push(step.clone());
            }
        }
        events.extend(then);
        let mut latest = self.latest();
        for happened in &mut events {
            happened.at = happened.at.max(latest);
            latest = happened.at;
        }
        events
    }
}
