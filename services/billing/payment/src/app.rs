//! The use cases.
mod add_attempt;
mod authorize;
mod errands;
mod hear_doorbell;
mod pay_out;
mod refund;
mod statements;
mod take;
mod void;
pub use add_attempt::AddAttempt;
pub use authorize::Authorize;
pub use pay_out::PayOut;
pub use refund::{AskRefund, Refunded};
pub use void::VoidPayment;

use crate::{
    Config, Error,
    domain::{Moment, Windows},
    ports::{PayoutBank, Payouts, Provider, Statements},
};
use kernel::{Clock, Timestamp};
use platform::{context::Context, store::StoreError, task::Alarm};
use std::sync::Arc;
use tokio::task::JoinHandle;

/// How often a use case decides again when somebody was faster.
const ATTEMPTS: usize = 8;

#[derive(Clone)]
pub struct Payments {
    pub book: Arc<dyn crate::ports::Payments>,
    pub payouts: Arc<dyn Payouts>,
    pub statements: Arc<dyn Statements>,
    pub provider: Arc<dyn Provider>,
    pub bank: Arc<dyn PayoutBank>,
    /// Business time: when something was authorized, taken, given back.
    pub clock: Arc<dyn Clock>,
    /// For spans: leases, windows, back-off.
    pub machine: Arc<dyn Clock>,
    /// Set to the time of the next errand.
    pub due: Alarm,
    pub payout_due: Alarm,
    pub windows: Windows,
    pub config: Config,
}

impl Payments {
    fn moment(&self) -> Moment<'_> {
        Moment { business: self.clock.now(), machine: self.machine.now(), windows: &self.windows }
    }

    /// Machine time as the clock of alarms will show it: tasks sleep by business time.
    fn on_the_clock(&self, machine: Timestamp) -> Timestamp {
        self.clock.now() + machine.since(self.machine.now())
    }

    /// Not for a first call: it ends in a write, which rings if anything is left to do, so a happy path wakes nobody later. Should
    /// this process die in between, whoever asks again rings.
    fn ring(&self, due: Option<Timestamp>) {
        due.into_iter().for_each(|at| self.due.set(self.on_the_clock(at)));
    }

    /// Work that goes on when the one who asked for it went away: what the provider answers is then written all the same.
    async fn through<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        beside(work).await.unwrap_or_else(|e| Err(Error::Store(StoreError::Broken(e.to_string()))))
    }
}

/// In the service's own name, under the trace of whoever asked.
fn beside<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    let mut context = Context::background("payment");
    if let Some(asker) = Context::current() {
        context.trace = asker.trace;
    }
    tokio::spawn(context.scope(work))
}
