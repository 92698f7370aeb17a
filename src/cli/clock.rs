//! The clock: the one place from which commands take the time.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::domain::TIME_ZONE;

/// Tells the time; tests give their own.
pub trait Clock: Send + Sync {
    /// Returns the present moment.
    fn now(&self) -> Timestamp;

    /// Returns the day it is where the groups meet.
    fn today(&self) -> Date {
        let zone = TimeZone::get(TIME_ZONE).expect("the time zones are compiled in");
        self.now().to_zoned(zone).date()
    }
}

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct At(&'static str);

    impl Clock for At {
        fn now(&self) -> Timestamp {
            self.0.parse().unwrap()
        }
    }

    /// The day begins in Görlitz, not in Greenwich.
    #[test]
    fn a_day_begins_at_midnight_in_berlin() {
        for (now, day) in [
            ("2026-01-10T22:59:59Z", "2026-01-10"),
            ("2026-01-10T23:00:00Z", "2026-01-11"),
            ("2026-07-10T22:00:00Z", "2026-07-11"), // summer time
        ] {
            assert_eq!(At(now).today().to_string(), day, "{now}");
        }
    }
}
