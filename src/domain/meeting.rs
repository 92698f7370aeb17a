//! When a group meets: the publisher's words, and the rule behind them where one can be read.

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::{Timestamp, ToSpan, tz::TimeZone};

/// The time zone every meeting is given in.
pub const TIME_ZONE: &str = "Europe/Berlin";

/// When a group meets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Meeting {
    /// What the publisher wrote.
    pub text: Option<String>,
    /// The rule of recurrence (RFC 5545), where the text could be parsed or one was given.
    pub rule: Option<Recurrence>,
    /// Local time it starts.
    pub starts: Option<Time>,
    /// Local time it ends.
    pub ends: Option<Time>,
    /// Only after a call.
    pub by_appointment: bool,
}

/// The kinds of RRULE (RFC 5545, section 3.3.10) that group meetings use.
///
/// Only rules that name their days: of "every two weeks" or "every third month" nobody tells the
/// first one, so that a calendar would be wrong half of the time. Such words stay text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recurrence {
    /// `FREQ=WEEKLY;BYDAY=TU`.
    Weekly {
        /// The day.
        weekday: Weekday,
    },
    /// `FREQ=MONTHLY;BYDAY=2TU`: the nth such day, -1 for the last.
    Monthly {
        /// 1 to 4, or -1.
        nth: i8,
        /// The day.
        weekday: Weekday,
    },
    /// `FREQ=MONTHLY;BYDAY=2TH,4TH`: two such days a month.
    TwiceAMonth {
        /// 1 to 4, or -1.
        first: i8,
        /// 1 to 4, or -1, another one.
        second: i8,
        /// The day.
        weekday: Weekday,
    },
}

const DAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Monday),
    ("TU", Weekday::Tuesday),
    ("WE", Weekday::Wednesday),
    ("TH", Weekday::Thursday),
    ("FR", Weekday::Friday),
    ("SA", Weekday::Saturday),
    ("SU", Weekday::Sunday),
];

impl Recurrence {
    /// Reads an RRULE value of one of these kinds; anything else is `None`.
    pub fn parse(rrule: &str) -> Option<Self> {
        let mut frequency = None;
        let mut by_day = None;
        for part in rrule.trim().trim_start_matches("RRULE:").split(';') {
            let (key, value) = part.split_once('=')?;
            match key {
                "FREQ" => frequency = Some(value),
                "BYDAY" => by_day = Some(value),
                "WKST" => {}
                "INTERVAL" if value == "1" => {}
                _ => return None,
            }
        }
        let by_day = by_day?;
        if let Some((first, second)) = by_day.split_once(',') {
            return match (frequency?, nth_day(first)?, nth_day(second)?) {
                ("MONTHLY", (first, weekday), (second, other))
                    if weekday == other && first != second =>
                {
                    Some(Self::TwiceAMonth { first, second, weekday })
                }
                _ => None,
            };
        }
        let letters = by_day.get(by_day.len().checked_sub(2)?..)?;
        let weekday = DAYS.iter().find(|(name, _)| *name == letters)?.1;
        let ordinal = &by_day[..by_day.len() - 2];
        match (frequency?, ordinal) {
            ("WEEKLY", "") => Some(Self::Weekly { weekday }),
            ("MONTHLY", ordinal) => {
                let nth = ordinal.parse().ok().filter(|n| matches!(n, 1..=4 | -1))?;
                Some(Self::Monthly { nth, weekday })
            }
            _ => None,
        }
    }

    /// Returns the RRULE value.
    pub fn to_rrule(self) -> String {
        let letters = |weekday| {
            DAYS.iter().find(|(_, day)| *day == weekday).map_or("MO", |(letters, _)| letters)
        };
        match self {
            Self::Weekly { weekday } => format!("FREQ=WEEKLY;BYDAY={}", letters(weekday)),
            Self::TwiceAMonth { first, second, weekday } => {
                let day = letters(weekday);
                format!("FREQ=MONTHLY;BYDAY={first}{day},{second}{day}")
            }
            Self::Monthly { nth, weekday } => {
                format!("FREQ=MONTHLY;BYDAY={nth}{}", letters(weekday))
            }
        }
    }

    /// Returns the first day on or after `day` that the rule names.
    ///
    /// `None` only at the end of time.
    pub fn next_day(self, day: Date) -> Option<Date> {
        match self {
            Self::Weekly { weekday } => {
                let ahead = (i64::from(weekday.to_monday_zero_offset())
                    - i64::from(day.weekday().to_monday_zero_offset()))
                .rem_euclid(7);
                day.checked_add(ahead.days()).ok()
            }
            Self::Monthly { nth, weekday } => next_nth(day, nth, weekday),
            Self::TwiceAMonth { first, second, weekday } => {
                next_nth(day, first, weekday).min(next_nth(day, second, weekday))
            }
        }
    }
}

/// Reads the ordinal and the day of `2TH`.
fn nth_day(text: &str) -> Option<(i8, Weekday)> {
    let (ordinal, letters) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let weekday = DAYS.iter().find(|(name, _)| *name == letters)?.1;
    let nth = ordinal.parse().ok().filter(|n| matches!(n, 1..=4 | -1))?;
    Some((nth, weekday))
}

/// Returns the nth such weekday of this month, or of the next where it has passed.
fn next_nth(day: Date, nth: i8, weekday: Weekday) -> Option<Date> {
    let this_month = day.nth_weekday_of_month(nth, weekday).ok()?;
    if this_month >= day {
        return Some(this_month);
    }
    let next_month = day.first_of_month().checked_add(1.month()).ok()?;
    next_month.nth_weekday_of_month(nth, weekday).ok()
}

impl Meeting {
    /// Returns the instant of the next meeting that starts on or after the day `as_of`.
    ///
    /// `None` without a rule or without a starting time.
    pub fn next_at(&self, as_of: Date) -> Option<Timestamp> {
        let day = self.rule?.next_day(as_of)?;
        let local = DateTime::from_parts(day, self.starts?);
        let zone = TimeZone::get(TIME_ZONE).ok()?;
        zone.to_ambiguous_zoned(local).compatible().ok().map(|zoned| zoned.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time};

    #[test]
    fn rules_survive_writing_and_reading() {
        for rrule in [
            "FREQ=WEEKLY;BYDAY=TU",
            "FREQ=MONTHLY;BYDAY=2TU",
            "FREQ=MONTHLY;BYDAY=-1SU",
            "FREQ=MONTHLY;BYDAY=2TH,4TH",
        ] {
            assert_eq!(Recurrence::parse(rrule).map(Recurrence::to_rrule).as_deref(), Some(rrule));
        }
        for wrong in [
            "",
            "FREQ=DAILY",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
            "FREQ=MONTHLY;INTERVAL=3;BYDAY=1MO", // which month is the first?
            "FREQ=MONTHLY;BYDAY=7TU",
            "FREQ=WEEKLY;BYDAY=Ü",
        ] {
            assert_eq!(Recurrence::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_next_meeting_is_found_over_the_end_of_a_month() {
        let meeting = Meeting {
            rule: Recurrence::parse("FREQ=MONTHLY;BYDAY=2TU"),
            starts: Some(time(18, 0, 0, 0)),
            ..Meeting::default()
        };
        let next = meeting.next_at(date(2026, 3, 11)).expect("there is one");
        assert_eq!(next.to_string(), "2026-04-14T16:00:00Z"); // summer time
    }
}
