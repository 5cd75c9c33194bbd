//! The time zone database that the program carries with it.
use crate::{domain::Local, ports::Calendar};
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Timelike};
use chrono_tz::Tz;
use kernel::Timestamp;

pub struct TimeZones;

/// 1970-01-01, counted from year 1.
const EPOCH: i64 = 719_163;

impl Calendar for TimeZones {
    fn local(&self, at: Timestamp, time_zone: &str) -> Option<Local> {
        let there = DateTime::from_timestamp_micros(at.0)?.with_timezone(&time_zone.parse::<Tz>().ok()?);
        let minute = u16::try_from(there.hour() * 60 + there.minute()).ok()?;
        Some(Local { day: i64::from(there.num_days_from_ce()) - EPOCH, minute })
    }

    /// Where a summer time begins at midnight, the next day begins at one.
    fn end_of(&self, day: i64, time_zone: &str) -> Option<Timestamp> {
        let zone: Tz = time_zone.parse().ok()?;
        let date = NaiveDate::from_num_days_from_ce_opt(i32::try_from(day + EPOCH).ok()?)?;
        let midnight = date.checked_add_days(Days::new(1))?.and_time(NaiveTime::MIN);
        let one = midnight + TimeDelta::hours(1);
        let next = zone.from_local_datetime(&midnight).earliest();
        let next = next.or_else(|| zone.from_local_datetime(&one).earliest())?;
        Some(Timestamp(next.timestamp_micros() - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }
    fn end(day_of: &str, zone: &str) -> String {
        let day = TimeZones.local(at(day_of), zone).unwrap().day;
        TimeZones.end_of(day, zone).unwrap().to_string()
    }

    #[test]
    fn a_moment_is_another_day_elsewhere() {
        let late = at("2023-11-13T23:30:00Z");
        assert_eq!(TimeZones.local(late, "UTC"), Some(Local { day: 19_674, minute: 23 * 60 + 30 }));
        assert_eq!(TimeZones.local(late, "Europe/Berlin"), Some(Local { day: 19_675, minute: 30 }));
        assert_eq!(TimeZones.local(Timestamp(0), "UTC"), Some(Local { day: 0, minute: 0 }));
        assert_eq!(TimeZones.local(late, "Mars/Olympus"), None);
    }

    #[test]
    fn a_day_ends_before_the_next_one_begins() {
        assert_eq!(end("2023-11-13T12:00:00Z", "America/Sao_Paulo"), "2023-11-14T02:59:59.999999Z");
        assert_eq!(
            end("2017-10-14T12:00:00Z", "America/Sao_Paulo"),
            "2017-10-15T02:59:59.999999Z",
            "no midnight that night"
        );
        assert_eq!(end("2023-03-25T12:00:00Z", "Europe/Berlin"), "2023-03-25T22:59:59.999999Z");
    }
}
