//! When it arrives, in days: handling begins on a business day before the cut-off, and handling and transit are business days.
//! Holidays are days of a market's own calendar, which nobody here has yet.
use super::Pace;

/// A moment as people where the vendor is read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local {
    /// Days since 1970-01-01.
    pub day: i64,
    /// Minutes since midnight.
    pub minute: u16,
}

/// Minutes of a day.
pub const DAY: u16 = 24 * 60;

/// Monday is 0; 1970-01-01 was a Thursday.
fn weekday(day: i64) -> i64 {
    (day + 3).rem_euclid(7)
}
fn is_business(day: i64) -> bool {
    weekday(day) < 5
}
/// The day itself, if it is one.
fn business(day: i64) -> i64 {
    (day..).find(|day| is_business(*day)).unwrap_or(day)
}
fn later(day: i64, business_days: u16) -> i64 {
    (0..business_days).fold(day, |day, _| business(day + 1))
}

impl Pace {
    /// The day of arrival of what is ordered at this moment.
    pub fn arrival(&self, ordered: Local) -> i64 {
        let in_time = is_business(ordered.day) && ordered.minute < self.cut_off;
        let begins = if in_time { ordered.day } else { business(ordered.day + 1) };
        later(later(begins, self.handling_days), self.transit_days)
    }
    /// As people read it.
    pub fn why(&self) -> String {
        let Pace { handling_days, transit_days, cut_off, time_zone } = self;
        let (hour, minute) = (cut_off / 60, cut_off % 60);
        format!("{handling_days} + {transit_days} business days, ordered by {hour:02}:{minute:02} {time_zone}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2023-11-13.
    const MONDAY: i64 = 19_674;

    fn arrives(handling_days: u16, transit_days: u16, day: i64, minute: u16) -> i64 {
        let pace = Pace { handling_days, transit_days, cut_off: 14 * 60, time_zone: "UTC".into() };
        pace.arrival(Local { day: MONDAY + day, minute }) - MONDAY
    }

    #[test]
    fn the_day_begins_before_the_cut_off() {
        assert_eq!((arrives(0, 1, 0, 839), arrives(0, 1, 0, 840)), (1, 2));
        assert_eq!(arrives(0, 0, 0, 0), 0);
    }

    #[test]
    fn nobody_packs_or_drives_at_the_weekend() {
        assert_eq!(arrives(1, 2, 0, 0), 3);
        assert_eq!(arrives(1, 2, 3, 0), 8, "Thursday: packed by Friday, there on Tuesday");
        for (day, minute) in [(4, 900), (5, 0), (6, 600)] {
            assert_eq!(arrives(0, 1, day, minute), 8, "from Friday evening on it begins on Monday");
        }
        assert_eq!(arrives(0, 5, 0, 0), 7);
    }
}
