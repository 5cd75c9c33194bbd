//! Disputes: the customer's bank took money back, for now or for good (ledger 5).
use super::{Account, Charge, Kind, Transaction, transaction::Sheet};
use kernel::{ComponentId, DisputeId, Timestamp};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisputeState {
    Open,
    Won,
    Lost,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DisputePart {
    pub component: ComponentId,
    pub amount: i64,
    /// The vendor's share of it, frozen at the opening.
    pub frozen: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispute {
    pub id: DisputeId,
    /// The provider's name for it.
    pub bank_id: String,
    pub state: DisputeState,
    pub amount: i64,
    pub parts: Vec<DisputePart>,
    /// No component has room for it.
    pub unplaced: i64,
    /// Business time of the opening.
    pub at: Timestamp,
}

/// A dispute as it is reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disputed {
    pub id: DisputeId,
    pub bank_id: String,
    pub amount: i64,
    /// The lines it is about; all of them when none is named.
    pub named: Vec<ComponentId>,
    pub at: Timestamp,
}

impl Charge {
    /// A reservation, and the share frozen: counters of what went back do not move.
    pub fn open_dispute(&mut self, disputed: Disputed) -> Option<Transaction> {
        let Disputed { id, bank_id, amount, named, at } = disputed;
        let named = (!named.is_empty()).then_some(named.as_slice());
        let (spread, unplaced) = self.spread(amount, named);
        let mut sheet = Sheet::default();
        sheet.add(Account::DisputeClearing, amount).add(Account::ProviderClearing, -amount);
        let mut parts = vec![];
        for (component, amount) in spread {
            let Some(c) = self.at(component) else { continue };
            let frozen = c.would_give(amount).share;
            c.disputed += amount;
            sheet.add(Account::Payable(c.vendor), frozen).add(Account::Frozen(c.vendor), -frozen);
            parts.push(DisputePart { component, amount, frozen });
        }
        self.disputes.push(Dispute { id, bank_id, state: DisputeState::Open, amount, parts, unplaced, at });
        sheet.close(Kind::DisputeOpened, self.currency)
    }

    /// The exact reversal of its opening.
    pub fn win_dispute(&mut self, id: DisputeId) -> Option<Transaction> {
        let dispute = self.close(id, DisputeState::Won)?;
        let mut sheet = Sheet::default();
        sheet.add(Account::ProviderClearing, dispute.amount).add(Account::DisputeClearing, -dispute.amount);
        for part in dispute.parts {
            let Some(c) = self.at(part.component) else { continue };
            c.disputed -= part.amount;
            sheet.add(Account::Frozen(c.vendor), part.frozen).add(Account::Payable(c.vendor), -part.frozen);
        }
        sheet.close(Kind::DisputeWon, self.currency)
    }

    /// A give-back by rule 1; where a refund came between, its cent of difference goes to payable.
    pub fn lose_dispute(&mut self, id: DisputeId) -> Option<Transaction> {
        let dispute = self.close(id, DisputeState::Lost)?;
        let mut sheet = Sheet::default();
        sheet.add(Account::DisputeClearing, -dispute.amount).add(Account::DoubleReturn, dispute.unplaced);
        for part in dispute.parts {
            let Some(c) = self.at(part.component) else { continue };
            c.disputed -= part.amount;
            let given = c.give(part.amount);
            sheet
                .gives(c.vendor, &given)
                .add(Account::Payable(c.vendor), -part.frozen)
                .add(Account::Frozen(c.vendor), part.frozen);
        }
        sheet.close(Kind::DisputeLost, self.currency)
    }

    fn close(&mut self, id: DisputeId, state: DisputeState) -> Option<Dispute> {
        let dispute = self.disputes.iter_mut().find(|d| d.id == id && d.state == DisputeState::Open)?;
        dispute.state = state;
        Some(dispute.clone())
    }
}
