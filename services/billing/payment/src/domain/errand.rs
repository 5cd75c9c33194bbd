//! What is left to do at the provider, and when. All spans here are machine time.
use super::{Attempt, AttemptState, Payment, State, ledger::RefundState};
use kernel::{AttemptId, RefundId, Timestamp};
use std::time::Duration;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errand {
    Authorize(AttemptId),
    Capture(AttemptId),
    Void(AttemptId),
    Refund(AttemptId, RefundId),
    /// Reads the record, asks for nothing.
    LookUp(AttemptId),
}

impl Errand {
    pub fn attempt(&self) -> AttemptId {
        match *self {
            Errand::Authorize(attempt)
            | Errand::Capture(attempt)
            | Errand::Void(attempt)
            | Errand::Refund(attempt, _)
            | Errand::LookUp(attempt) => attempt,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Windows {
    /// How long the one who asked is alone with it: a call, and some.
    pub lease: Duration,
    /// How often a bank that asks its customer is asked how far they are.
    pub look: Duration,
    /// After this nothing is sent again, only looked up; shorter than the provider remembers keys.
    pub resend: Duration,
    /// How long a closed attempt that the provider doesn't know may still appear there.
    pub watch: Duration,
    /// `taking` and no answer: an operator looks at both records.
    pub overdue: Duration,
}

/// Which time it is, for business and for machines.
#[derive(Clone, Copy)]
pub struct Moment<'a> {
    pub business: Timestamp,
    pub machine: Timestamp,
    pub windows: &'a Windows,
}

impl Moment<'_> {
    pub fn lease(&self) -> Timestamp {
        self.machine + self.windows.lease
    }
    fn may_resend(&self, since: Timestamp) -> bool {
        self.machine < since + self.windows.resend
    }
}

/// 1, 2, 4, 8, then every 15 s: an order must be decided a minute after faults stop (O1). After an hour every 5 min.
fn pause(tries: u32) -> Duration {
    let seconds = if tries < 240 { (1u64 << tries.min(4)).min(15) } else { 300 };
    Duration::from_secs(seconds)
}

impl Payment {
    /// In the order in which they should be done.
    pub fn errands(&self, moment: &Moment) -> Vec<Errand> {
        match self.state {
            State::Open => self.attempts.last().and_then(|a| a.wanted(moment)).into_iter().collect(),
            State::Taking => self.authorized().map(|a| self.capture(a, moment)).into_iter().collect(),
            State::Closed => self.attempts.iter().filter(|a| a.is_live()).map(|a| self.end(a, moment)).collect(),
            State::Taken => self.refunds_due(moment),
        }
    }

    /// When the next one is due, after one that was done now.
    pub(super) fn next_due(&self, moment: &Moment) -> Option<Timestamp> {
        self.errands(moment).first()?;
        let waits = self.state == State::Open && self.attempts.iter().any(|a| a.state == AttemptState::Waiting);
        Some(moment.machine + if waits { moment.windows.look } else { pause(self.tries) })
    }

    /// Never heard of again in all the time in which it could have appeared.
    pub(super) fn watched_long_enough(&self, moment: &Moment) -> bool {
        self.state == State::Closed && moment.machine >= self.since + moment.windows.watch
    }

    pub(super) fn is_overdue(&self, moment: &Moment) -> bool {
        self.state == State::Taking && moment.machine >= self.since + moment.windows.overdue
    }

    fn capture(&self, attempt: &Attempt, moment: &Moment) -> Errand {
        if moment.may_resend(self.since) { Errand::Capture(attempt.id) } else { Errand::LookUp(attempt.id) }
    }

    fn end(&self, attempt: &Attempt, moment: &Moment) -> Errand {
        if moment.may_resend(self.since) { Errand::Void(attempt.id) } else { Errand::LookUp(attempt.id) }
    }

    fn refunds_due(&self, moment: &Moment) -> Vec<Errand> {
        let (Some(terms), Some(attempt)) = (&self.terms, self.authorized()) else { return vec![] };
        let open = terms.charge.refunds.iter().filter(|r| r.state == RefundState::Refunding);
        let errand = open.map(|r| match moment.may_resend(r.asked_at) {
            true => Errand::Refund(attempt.id, r.id),
            false => Errand::LookUp(attempt.id),
        });
        errand.collect()
    }
}

impl Attempt {
    fn wanted(&self, moment: &Moment) -> Option<Errand> {
        match self.state {
            AttemptState::Asked if self.card.is_some() && moment.may_resend(self.asked_at) => {
                Some(Errand::Authorize(self.id))
            }
            AttemptState::Asked | AttemptState::Waiting => Some(Errand::LookUp(self.id)),
            AttemptState::Authorized | AttemptState::Declined | AttemptState::Voided => None,
        }
    }
}
