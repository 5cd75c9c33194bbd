//! What a store forgets, once a day. By the machine's clock: business time may stand in another year.
use crate::{
    store::Store,
    task::{Alarm, Task, Time},
};
use kernel::Timestamp;
use serde::Deserialize;
use std::{sync::Arc, time::Duration};

/// The name of the task.
pub const NAME: &str = "forget";
const DAY: Duration = Duration::from_secs(86_400);

/// How long facts are kept, in days: for ever unless it is said, and then at least 30. Who reads a log late needs them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Keep {
    keep: Option<u32>,
}

impl Keep {
    pub fn days(days: u32) -> Result<Keep, String> {
        Keep { keep: Some(days) }.checked()
    }
    /// What the settings said, if it may be said.
    pub fn checked(self) -> Result<Keep, String> {
        match self.keep {
            Some(days) if days < 30 => Err(format!("outbox.keep is {days} days, and 30 is the least")),
            _ => Ok(self),
        }
    }
    /// `None` is for ever.
    pub fn facts(self) -> Option<Duration> {
        self.keep.map(|days| DAY * days)
    }
}

/// Looks at the start of the process and then once a day.
pub(crate) fn task(store: Arc<dyn Store>, keep: Keep) -> Task {
    let work = move |now: Timestamp| -> futures::future::BoxFuture<'static, _> {
        let store = store.clone();
        Box::pin(async move { store.tidy(keep).await.map(|()| Some(now + DAY)).map_err(|e| e.to_string()) })
    };
    Task { name: NAME, time: Time::Machine, alarm: Alarm::default(), work: Box::new(work) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_kept_for_ever_or_for_a_month_and_more() {
        assert_eq!(Keep::default().facts(), None);
        assert_eq!(Keep::days(30).unwrap().facts(), Some(DAY * 30));
        assert!(Keep::days(29).is_err());
    }
}
