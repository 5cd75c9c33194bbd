//! Refunds and disputes of a payment that was taken: asked by us, or reported by the provider.
use super::{
    Concern, Event, Moment, Payment, Record, Refused, ReportedDispute, ReportedRefund, State,
    ledger::{Account, DisputeState, Disputed, Refund, RefundKind, RefundState, Tenders, Transaction, WantedPart},
};
use kernel::RefundId;

/// What is wanted back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Back {
    /// Everything that is left, of all components.
    All,
    Parts(Vec<WantedPart>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedBack {
    pub id: RefundId,
    pub kind: RefundKind,
    /// The step's, for ever.
    pub key: String,
    pub fingerprint: [u8; 32],
    pub back: Back,
    pub reason: String,
}

impl Payment {
    /// The refund of this step, if it was asked before.
    pub fn refund_by_key(&self, key: &str) -> Option<&Refund> {
        self.terms.as_ref()?.charge.refunds.iter().find(|r| r.key == key)
    }

    /// The key by which the provider knows it.
    pub fn refund_key(&self, id: RefundId) -> String {
        let attempt = self.authorized().map(|a| a.id.to_string()).unwrap_or_default();
        format!("{}/{attempt}/refund/{id}", self.order)
    }

    /// Reserves it; what needs no provider is settled at once. Nothing to write when the step was asked before.
    pub fn refund(&mut self, asked: AskedBack, moment: &Moment) -> Result<Vec<Event>, Refused> {
        let (State::Taken, Some(terms)) = (self.state, &mut self.terms) else { return Err(Refused::NotTaken) };
        let AskedBack { id, kind, key, fingerprint, back, reason } = asked;
        if let Some(before) = terms.charge.refunds.iter().find(|r| r.key == key) {
            let same = before.fingerprint == fingerprint;
            return if same { Ok(vec![]) } else { Err(Refused::KeyReused) };
        }
        let parts = match back {
            Back::All => terms.charge.plan_all(),
            Back::Parts(wanted) => terms.charge.plan(kind, &wanted).map_err(Refused::Refund)?,
        };
        let money = terms.charge.pay_back(&parts);
        let (state, unplaced, asked_at, at) = (RefundState::Refunding, 0, moment.machine, None);
        let refund = Refund { id, kind, state, key, fingerprint, reason, parts, money, unplaced, asked_at, at };
        terms.charge.reserve(refund);
        let mut events = self.moves(Event::Reserved(id));
        if money.card == 0 {
            events.extend(self.settle(id, moment));
        } else {
            self.tries = 0;
            self.due = Some(moment.lease());
        }
        Ok(events)
    }

    pub(super) fn refund_refused(&mut self, id: RefundId, why: &str) -> Vec<Event> {
        let Some(charge) = self.charge() else { return vec![] };
        if !charge.refunds.iter().any(|r| r.id == id && r.state == RefundState::Refunding) {
            return vec![];
        }
        charge.release(id);
        let mut events = self.moves(Event::Released(id));
        events.push(Event::Queued(Concern::RefundRefused, format!("{id}: {why}")));
        events
    }

    pub(super) fn disputes_closed(&mut self, record: &Record) -> Vec<Event> {
        let mut events = vec![];
        for reported in record.disputes.iter().filter(|d| d.state != DisputeState::Open) {
            events.extend(self.close_dispute(reported));
        }
        events
    }

    pub(super) fn refunds(&mut self, record: &Record, moment: &Moment) -> Vec<Event> {
        record.refunds.iter().flat_map(|reported| self.reported_refund(reported, moment)).collect()
    }

    /// Those that are closed by the time we first hear of them are opened and closed.
    pub(super) fn disputes_opened(&mut self, record: &Record, moment: &Moment) -> Vec<Event> {
        let mut events = vec![];
        for reported in &record.disputes {
            let Some(charge) = self.charge() else { break };
            if charge.disputes.iter().any(|d| d.bank_id == reported.bank_id) {
                continue;
            }
            let ReportedDispute { id, ref bank_id, amount, .. } = *reported;
            let disputed = Disputed { id, bank_id: bank_id.clone(), amount, named: vec![], at: moment.business };
            let booked = charge.open_dispute(disputed);
            events.extend(self.moves(Event::DisputeOpened(id, booked.into_iter().collect())));
            events.extend(self.close_dispute(reported));
        }
        events
    }

    fn close_dispute(&mut self, reported: &ReportedDispute) -> Vec<Event> {
        let Some(charge) = self.charge() else { return vec![] };
        let open = |d: &&super::ledger::Dispute| d.bank_id == reported.bank_id && d.state == DisputeState::Open;
        let Some(id) = charge.disputes.iter().find(open).map(|d| d.id) else { return vec![] };
        let booked = match reported.state {
            DisputeState::Open => return vec![],
            DisputeState::Won => charge.win_dispute(id),
            DisputeState::Lost => charge.lose_dispute(id),
        };
        let booked: Vec<_> = booked.into_iter().collect();
        let twice = twice(&booked, &reported.bank_id);
        self.moves(Event::DisputeClosed(id, booked)).into_iter().chain(twice).collect()
    }

    fn reported_refund(&mut self, reported: &ReportedRefund, moment: &Moment) -> Vec<Event> {
        let ours = |p: &Payment, r: &Refund| p.refund_key(r.id) == reported.key || r.key == foreign_key(reported);
        let found = self.terms.as_ref().and_then(|t| t.charge.refunds.iter().find(|r| ours(self, r)));
        let Some(refund) = found.cloned() else {
            return if reported.done { self.foreign_refund(reported, moment) } else { vec![] };
        };
        let (is, wanted) = (reported.amount, refund.money.card);
        match (refund.state, reported.done) {
            (_, true) if is != wanted => {
                let why = format!("refund {} is {is} there and {wanted} here", reported.bank_id);
                vec![Event::Queued(Concern::RecordDiffers, why)]
            }
            (RefundState::Refunding | RefundState::Refused, true) => self.settle(refund.id, moment),
            (RefundState::Refunding, false) => self.refund_refused(refund.id, "failed at the provider"),
            (RefundState::Refunded, false) => {
                vec![Event::Queued(Concern::RefundFailedLater, format!("refund {}", reported.bank_id))]
            }
            (RefundState::Refunded, true) | (RefundState::Refused, false) => vec![],
        }
    }

    fn settle(&mut self, id: RefundId, moment: &Moment) -> Vec<Event> {
        let Some(charge) = self.charge() else { return vec![] };
        let booked = charge.settle(id, moment.business);
        let twice = twice(&booked, &id.to_string());
        self.moves(Event::Settled(id, booked)).into_iter().chain(twice).collect()
    }

    fn foreign_refund(&mut self, reported: &ReportedRefund, moment: &Moment) -> Vec<Event> {
        let Some(charge) = self.charge() else { return vec![] };
        let (kind, state, money) = (RefundKind::Refund, RefundState::Refused, Tenders::by_card(reported.amount));
        let refund = Refund {
            id: reported.id,
            kind,
            state,
            key: foreign_key(reported),
            fingerprint: [0; 32],
            reason: "reported by the provider".into(),
            parts: vec![],
            money,
            unplaced: 0,
            asked_at: moment.machine,
            at: None,
        };
        let booked = charge.reported(refund, moment.business);
        let twice = twice(&booked, &reported.bank_id);
        self.moves(Event::Reported(reported.id, booked)).into_iter().chain(twice).collect()
    }
}

fn foreign_key(reported: &ReportedRefund) -> String {
    format!("provider/{}", reported.bank_id)
}

/// An operator should know of money that went back twice (ledger 4).
fn twice(booked: &[Transaction], what: &str) -> Option<Event> {
    let lost: i64 = booked.iter().map(|t| t.on(Account::DoubleReturn)).sum();
    (lost != 0).then(|| Event::Queued(Concern::DoubleReturn, format!("{what}: {lost} went back twice")))
}
