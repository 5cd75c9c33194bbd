//! Local times of the marketplace (rule 10).
use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use chrono_tz::{America::Sao_Paulo, Tz};
use kernel::Timestamp;
use std::fmt;

pub const ZONE: Tz = Sao_Paulo;
pub const ZONE_NAME: &str = "America/Sao_Paulo";
const FORM: &str = "%Y-%m-%d %H:%M:%S";

/// A moment as it was written, and when that was. Both order alike: the earlier instant of an ambiguous hour keeps it so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    pub local: NaiveDateTime,
    pub at: Timestamp,
}

impl Moment {
    /// An ambiguous time is the earlier instant; one that a clock never showed is none.
    pub fn parse(text: &str) -> Result<Moment, String> {
        let wrong = || format!("{text:?} is not a time");
        let local = NaiveDateTime::parse_from_str(text, FORM).map_err(|_| wrong())?;
        if local.format(FORM).to_string() != text {
            return Err(wrong());
        }
        let Some(at) = ZONE.from_local_datetime(&local).earliest() else {
            return Err(format!("{text:?} never was in {ZONE_NAME}"));
        };
        Ok(Moment { local, at: Timestamp(at.timestamp_micros()) })
    }

    /// An empty text is unknown.
    pub fn known(text: &str) -> Result<Option<Moment>, String> {
        if text.is_empty() { Ok(None) } else { Moment::parse(text).map(Some) }
    }
}

/// As the files write it.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.local.format(FORM))
    }
}

/// What clocks there showed then, as the files write it; the first seven characters are the month.
pub fn local(at: Timestamp) -> Option<String> {
    let at = DateTime::<Utc>::from_timestamp_micros(at.0)?;
    Some(at.with_timezone(&ZONE).format(FORM).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> String {
        Moment::parse(text).unwrap().at.to_string()
    }

    /// rule 10: clocks went back from 24:00 to 23:00 on 17 February 2018, and from 0:00 to 1:00 on 15 October 2017.
    #[test]
    fn an_ambiguous_time_is_the_earlier_one_and_order_is_kept() {
        assert_eq!(utc("2018-02-17 22:59:59"), "2018-02-18T00:59:59.000000Z");
        assert_eq!(utc("2018-02-17 23:30:00"), "2018-02-18T01:30:00.000000Z");
        assert_eq!(utc("2018-02-18 00:00:00"), "2018-02-18T03:00:00.000000Z");
        assert!(Moment::parse("2017-10-15 00:30:00").unwrap_err().contains("never was"));
    }

    #[test]
    fn a_time_is_written_in_one_way() {
        for wrong in ["", "2018-02-17", "2018-2-17 22:59:59", "2018-02-30 00:00:00", "2018-02-17 22:59:59 "] {
            assert!(Moment::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Moment::known(""), Ok(None));
    }

    #[test]
    fn what_was_written_is_shown_again() {
        for text in ["2018-02-17 23:30:00", "2016-09-04 21:15:19", "2017-12-31 23:59:59"] {
            let moment = Moment::parse(text).unwrap();
            assert_eq!((moment.to_string(), local(moment.at)), (text.to_string(), Some(text.to_string())));
        }
    }
}
