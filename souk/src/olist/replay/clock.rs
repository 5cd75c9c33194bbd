//! Business time as the history tells it (rules 11–13).
use kernel::{Clock, Timestamp};
use std::sync::atomic::{AtomicI64, Ordering};

/// Stands until it is turned, and is never turned back.
pub struct ReplayClock(AtomicI64);

impl ReplayClock {
    pub fn at(now: Timestamp) -> ReplayClock {
        ReplayClock(AtomicI64::new(now.0))
    }
    pub fn turn_to(&self, at: Timestamp) {
        self.0.fetch_max(at.0, Ordering::SeqCst);
    }
}

impl Clock for ReplayClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_never_goes_back() {
        let clock = ReplayClock::at(Timestamp(10));
        [20, 15].into_iter().for_each(|at| clock.turn_to(Timestamp(at)));
        assert_eq!(clock.now(), Timestamp(20));
    }
}
