//! Takes over what somebody left, or what payment made due.
use super::{Orders, decide::Work};
use crate::{Error, domain::State};
use kernel::{OrderId, Timestamp};
use platform::store::Seen;

impl Orders {
    /// All that is due now, many at once; answers when to look again. `now` is the machine's.
    pub async fn decide_due(&self, now: Timestamp) -> Result<Option<Timestamp>, Error> {
        loop {
            let due = self.desk.due(now).await?;
            if due.is_empty() {
                return Ok(self.desk.next_due().await?);
            }
            for id in due {
                // A free hand first, so that a claim does not lapse while it waits for one.
                let Ok(hand) = self.hands.clone().acquire_owned().await else { continue };
                if self.desk.claim(id, now, self.machine.now() + self.config.claim).await? {
                    let app = self.clone();
                    self.beside(async move {
                        if let Err(error) = app.work_on(id).await {
                            tracing::info!(order_id = %id, %error, "not decided yet");
                        }
                        drop(hand);
                    });
                }
            }
        }
    }

    /// One order, to its end or as far as it goes now.
    pub async fn work_on(&self, id: OrderId) -> Result<(), Error> {
        let Some(order) = self.book.find(id).await? else { return Ok(()) };
        match order.state {
            State::Placed => {
                let Some(saga) = self.desk.saga(id).await? else { return Ok(()) };
                let asked = order.reason.clone();
                let work = Work::new(order, saga, None);
                // Who asked to cancel heard that payment said voided: it can only end so.
                let work = match asked {
                    Some(reason) => work.stopped(Error::Cancelled(reason)),
                    None => work,
                };
                self.decide(work).await.map(drop)
            }
            State::Cancelling => self.undo_order(id).await.map(drop),
            State::Confirmed | State::Completed | State::Cancelled => Ok(()),
        }
    }

    /// Payment told something of this order: if nobody works on it, somebody does now.
    pub async fn hear_of_payment(&self, id: OrderId, seen: Seen) -> Result<(), Error> {
        let now = self.machine.now();
        if self.desk.wake(id, now, seen).await? {
            self.due.set(now);
        }
        Ok(())
    }
}
