//! What a worker does when it can't go on: it leaves the order to whoever finds it due, or whom payment's news wakes.
use super::{Orders, decide::Work};
use crate::{Error, ports::Trouble};

impl Orders {
    /// What nobody could decide for long is in the operator's queue besides.
    pub(super) async fn leave(&self, work: &Work) -> Result<(), Error> {
        self.desk.sleep(work.order.id, None).await?;
        let now = self.machine.now();
        if now < work.saga.since + self.config.stuck {
            return Ok(());
        }
        let detail = if work.stop.is_some() { "can't be voided" } else { "can't be taken" };
        let (order, kind) = (work.order.id, "undecided");
        let key = format!("{order}/{kind}");
        let trouble = Trouble { key, order, kind: kind.into(), detail: detail.into(), at: now };
        Ok(self.desk.report(&trouble).await?)
    }
}
