//! The saga of `checkout.md`: accept ∥ hold → authorize → commit → take → confirmed; on a refusal, the deadline or a cancel void
//! first, always, and then undo_hold ∥ undo_accept → cancelled. It keeps nothing but the order's row: whoever takes over starts
//! at the first step, and the participants' records answer. Two at once are harmless.
use super::{ATTEMPTS, Orders, both, call};
use crate::{
    Error,
    domain::{Component, Event, Happened, Order, Problem, State, Waiting},
    ports::{Authorization, Door, Due, Missed, OrderChange, Saga, Shown, Voided},
};
use kernel::Timestamp;
use platform::{
    ask::Ask,
    store::{Change, StoreError},
};

/// How often the direction may change before somebody else has to look at it.
const TURNS: u32 = 8;

/// One worker's view of one undecided order.
pub(super) struct Work {
    pub order: Order,
    pub saga: Saga,
    /// The request that placed it, while its answer can be the only one that waits.
    pub ask: Option<Ask<Shown>>,
    /// What the steps answered, for the stream.
    pub told: Vec<Happened>,
    /// Why it is to be voided.
    pub stop: Option<Error>,
    /// Void answered that the money moves: on to take, whatever the clock says.
    is_taken: bool,
    /// Asked once more after the wait was written: what payment told before that woke nobody.
    has_asked_again: bool,
}

pub(super) enum Decision {
    Confirmed(Order),
    Cancelled(Order, Error),
    Waiting(Order),
}

#[expect(clippy::large_enum_variant, reason = "one of it lives at a time, on the stack of one call")]
enum Next {
    Over(Decision),
    Turn,
    Again,
}

impl Work {
    pub fn new(order: Order, saga: Saga, ask: Option<Ask<Shown>>) -> Work {
        Work { order, saga, ask, told: vec![], stop: None, is_taken: false, has_asked_again: false }
    }
    pub fn stopped(self, why: Error) -> Work {
        Work { stop: Some(why), ..self }
    }
    fn note(&mut self, news: Happened) {
        if self.told.iter().all(|known| known.event.name() != news.event.name()) {
            self.told.push(news)
        }
    }
    fn stop(&mut self, why: Error) -> Next {
        (self.stop, self.is_taken) = (Some(why), false);
        Next::Turn
    }
}

impl Orders {
    /// Until it is decided, waits for its customer, or patience with the others ends; then whoever finds it due goes on.
    pub(super) async fn decide(&self, mut work: Work) -> Result<Decision, Error> {
        let (mut pause, mut tries) = (self.config.pause, 0);
        let lapses = self.machine.now() + self.config.claim;
        for _ in 0..self.config.tries + TURNS {
            let next = match &work.stop {
                None => self.forward(&mut work).await?,
                Some(why) => self.back(why.clone(), &mut work).await?,
            };
            match next {
                Next::Over(decision) => return Ok(decision),
                Next::Turn => {}
                Next::Again if tries + 1 >= self.config.tries || self.has_lapsed(&work, lapses) => break,
                Next::Again => {
                    tokio::time::sleep(pause).await;
                    (tries, pause) = (tries + 1, pause * 2);
                }
            }
        }
        self.leave(&work).await?;
        Err(Error::InProgress)
    }

    /// Its claim is over and others may have joined: it leaves, unless the deadline tells it what to do next.
    fn has_lapsed(&self, work: &Work, lapses: Timestamp) -> bool {
        let now = self.machine.now();
        now >= lapses && (work.stop.is_some() || now < work.saga.decide_by)
    }

    async fn forward(&self, work: &mut Work) -> Result<Next, Error> {
        if !work.is_taken && self.machine.now() >= work.saga.decide_by {
            return Ok(work.stop(Error::Cancelled("order.timed_out".into())));
        }
        match self.steps(work).await {
            Ok(None) => self.confirm(work).await,
            Ok(Some(waiting)) => self.wait(waiting, work).await,
            Err(Missed::No(why)) => Ok(work.stop(why)),
            Err(Missed::Unknown) => Ok(Next::Again),
        }
    }

    /// Nothing when the money is ours; else what the customer has to do.
    async fn steps(&self, work: &mut Work) -> Result<Option<Waiting>, Missed> {
        let id = work.order.id;
        let (accepted, held) = tokio::join!(call(self.pricing.accept(&work.order)), call(self.stock.hold(&work.order)));
        let now = self.clock.now();
        if let Ok(components) = &accepted {
            work.note(Event::Accepted { components: components.clone() }.at(now));
        }
        if let Ok(until) = &held {
            work.note(Event::Held { until: *until }.at(now));
        }
        let (components, _) = both(accepted, held)?;
        match self.authorize(&components, work).await? {
            Authorization::Done(at) => work.note(Event::Authorized.at(at)),
            Authorization::Pending => return Err(Missed::Unknown),
            waiting => return Ok(waiting.waiting(work.saga.wait_until)),
        }
        call(self.stock.commit(id)).await?;
        work.note(Event::Committed.at(self.clock.now()));
        let taken = call(self.payments.take(id)).await?.ok_or(Missed::Unknown)?;
        work.note(Event::Taken.at(taken));
        Ok(None)
    }

    async fn authorize(&self, components: &[Component], work: &Work) -> Result<Authorization, Missed> {
        let answer = call(self.payments.authorize(&work.order, components, &work.saga.card)).await?;
        if work.has_asked_again && matches!(answer, Authorization::Done(_)) {
            // It no longer sleeps until the end of the wait: others may join when this worker dies.
            let until = self.machine.now() + self.config.claim;
            self.desk.stay(work.order.id, until).await.map_err(|_| Missed::Unknown)?;
            self.due.set(until);
        }
        Ok(answer)
    }

    /// The person hears 202 at once. Payment's event makes the order due again; one that came before the wait was written woke
    /// nobody, so the steps are asked once more after it.
    async fn wait(&self, waiting: Waiting, work: &mut Work) -> Result<Next, Error> {
        let now = self.now();
        if now.machine >= work.saga.wait_until {
            return Ok(work.stop(Error::Cancelled(unpaid(waiting.problem).into())));
        }
        let events = work.order.wait(waiting, &work.told, now.business)?;
        if events.is_empty() && work.has_asked_again {
            return Ok(Next::Over(Decision::Waiting(work.order.clone())));
        }
        let until = work.saga.wait_until;
        if events.is_empty() {
            self.desk.sleep(work.order.id, Some(until)).await?;
        } else {
            let shown = Shown::from(work.order.then(&events));
            match self.book.save(Change::new(&shown, events), Due::Asleep(until), now).await {
                Ok(()) => work.order = shown.order,
                Err(StoreError::Stale | StoreError::Unknown) => return self.reload(work).await,
                Err(error) => return Err(error.into()),
            }
        }
        self.due.set(until);
        work.has_asked_again = true;
        Ok(Next::Turn)
    }

    async fn confirm(&self, work: &mut Work) -> Result<Next, Error> {
        for _ in 0..ATTEMPTS {
            let now = self.now();
            let events = work.order.confirm(&work.told, now.business)?;
            let shown = Shown::from(work.order.then(&events));
            let change = self.decided(Change::new(&shown, events), None, work).await?;
            match self.book.save(change, Due::Never, now).await {
                Ok(()) => return Ok(Next::Over(Decision::Confirmed(shown.order))),
                Err(StoreError::Stale | StoreError::Answered | StoreError::Unknown) => {
                    if let over @ Next::Over(_) = self.reload(work).await? {
                        return Ok(over);
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Next::Again)
    }

    /// Void's answer, and nothing else, decides between undoing and going on (checkout 4); undo is only sent after it (checkout 5).
    async fn back(&self, why: Error, work: &mut Work) -> Result<Next, Error> {
        let id = work.order.id;
        let first = match call(self.payments.void(id, &why.reason())).await {
            Ok(Voided::Yes(first)) => first,
            Ok(Voided::Taken) => {
                (work.stop, work.is_taken) = (None, true);
                return Ok(Next::Turn);
            }
            Err(_) => return Ok(Next::Again),
        };
        let why = if first.is_empty() || first == why.reason() { why } else { Error::Cancelled(first) };
        work.note(Event::Voided { reason: why.reason() }.at(self.clock.now()));
        let undone = tokio::join!(call(self.stock.undo_hold(id)), call(self.pricing.undo_accept(id)));
        if both(undone.0, undone.1).is_err() {
            return Ok(Next::Again);
        }
        for event in [Event::HoldUndone, Event::AcceptUndone] {
            work.note(event.at(self.clock.now()));
        }
        self.cancel(self.priced_anew(why, &work.order).await, work).await
    }

    async fn cancel(&self, why: Error, work: &mut Work) -> Result<Next, Error> {
        for _ in 0..ATTEMPTS {
            let now = self.now();
            let events = work.order.cancel_undecided(&why.reason(), &work.told, now.business)?;
            let shown = Shown::from(work.order.then(&events));
            let change = self.decided(Change::new(&shown, events), Some(&why), work).await?;
            match self.book.save(change, Due::Never, now).await {
                Ok(()) => return Ok(Next::Over(Decision::Cancelled(shown.order, why))),
                Err(StoreError::Stale | StoreError::Answered | StoreError::Unknown) => {
                    if let over @ Next::Over(_) = self.reload(work).await? {
                        return Ok(over);
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Next::Again)
    }

    /// Every request that waits for the decision gets its answer in the decision's batch. While nothing but `placed` is written,
    /// only the request that placed it can wait.
    async fn decided<'a>(
        &self,
        change: OrderChange<'a>,
        why: Option<&Error>,
        work: &Work,
    ) -> Result<OrderChange<'a>, Error> {
        let asks = match &work.ask {
            Some(ask) if work.order.version == 1 => vec![(Door::Place, ask.clone())],
            _ => self.asks(self.desk.asked(work.order.id).await?),
        };
        let say = |change: OrderChange<'a>, (door, ask): (Door, Ask<Shown>)| match (door, why) {
            (Door::Place | Door::Pay, Some(why)) => change.refusing(&ask, why),
            _ => change.answering(&ask),
        };
        Ok(asks.into_iter().fold(change, say))
    }

    /// Somebody else wrote: what is it now?
    async fn reload(&self, work: &mut Work) -> Result<Next, Error> {
        let order = self.book.find(work.order.id).await?.ok_or(Error::NoOrder)?;
        let reason = order.reason.clone().unwrap_or_default();
        match order.state {
            State::Placed => {
                work.order = order;
                Ok(Next::Turn)
            }
            State::Cancelled => Ok(Next::Over(Decision::Cancelled(order, Error::Cancelled(reason)))),
            _ => Ok(Next::Over(Decision::Confirmed(order))),
        }
    }
}

/// What an order is cancelled for when its customer did not pay in time.
fn unpaid(problem: Problem) -> &'static str {
    match problem {
        Problem::Declined => "payment.declined",
        Problem::InsufficientFunds => "payment.insufficient_funds",
        Problem::NeedsCustomer => "payment.needs_customer",
    }
}
