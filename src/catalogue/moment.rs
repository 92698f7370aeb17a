//! Moments in the stored form: text in UTC with six decimals, which sorts as time does.

use jiff::{Timestamp, ToSpan, tz::TimeZone};

use super::{KEY_HOURS, TOMBSTONE_MONTHS, UNDO_DAYS};

/// Returns the stored form.
pub(super) fn to_text(at: Timestamp) -> String {
    format!("{at:.6}")
}

/// Reads the stored form.
pub(super) fn from_text(text: &str) -> Result<Timestamp, jiff::Error> {
    text.parse()
}

/// Returns `at` without what the stored form cannot hold.
pub(super) fn stored(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

/// Returns the moment before which imports can no longer be undone.
pub(super) fn undo_limit(now: Timestamp) -> Timestamp {
    now.checked_sub((UNDO_DAYS * 24).hours()).unwrap_or(Timestamp::MIN)
}

/// Returns the moment before which the keys of requests are forgotten.
pub(super) fn key_limit(now: Timestamp) -> Timestamp {
    now.checked_sub(KEY_HOURS.hours()).unwrap_or(Timestamp::MIN)
}

/// Returns the moment before which tombstones are forgotten.
pub(super) fn tombstone_limit(now: Timestamp) -> Timestamp {
    now.to_zoned(TimeZone::UTC)
        .checked_sub(TOMBSTONE_MONTHS.months())
        .map_or(Timestamp::MIN, |limit| limit.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_sorts_as_time_does() {
        let whole: Timestamp = "2026-03-01T08:00:00Z".parse().expect("a moment");
        let later = stored("2026-03-01T08:00:00.1234567Z".parse().expect("a moment"));

        assert!(to_text(whole) < to_text(later));
        assert_eq!(from_text(&to_text(later)).expect("a moment"), later);
        assert_eq!(to_text(tombstone_limit(whole)), "2025-03-01T08:00:00.000000Z");
        assert_eq!(to_text(undo_limit(whole)), "2026-01-30T08:00:00.000000Z");
    }
}
