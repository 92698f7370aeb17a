//! How long a record counts as true without anybody confirming it.
//!
//! A record that nobody ever confirmed has no age: it is neither stale nor hidden.

use jiff::ToSpan;
use jiff::civil::Date;

/// Longest time in months that may be set: what is older than ten years is no review.
const LONGEST_MONTHS: u16 = 120;

/// Review dates that contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotReviewDates {
    /// A number beyond ten years.
    #[error("{0} months are more than {LONGEST_MONTHS}; 0 stands for never")]
    TooLong(u16),
    /// Hidden before it is marked.
    #[error(
        "a record would be hidden after {hidden} months but marked or stripped only after \
         {earlier}; let the numbers rise, or give 0 for never"
    )]
    Falling {
        /// Months until a mark or the loss of personal fields.
        earlier: u16,
        /// Months until hiding.
        hidden: u16,
    },
}

/// After how many months without confirmation what happens to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReviewDates {
    stale: u16,
    personal: u16,
    hidden: u16,
}

impl Default for ReviewDates {
    /// A year, a year and a half, two years.
    fn default() -> Self {
        Self { stale: 12, personal: 18, hidden: 24 }
    }
}

impl ReviewDates {
    /// Returns the dates: months until the mark, until personal fields are hidden, until the
    /// record is; 0 for never.
    ///
    /// # Errors
    ///
    /// [`NotReviewDates`]; personal fields may be hidden before the mark, but the record last.
    pub fn new(stale: u16, personal: u16, hidden: u16) -> Result<Self, NotReviewDates> {
        if let Some(long) = [stale, personal, hidden].into_iter().find(|n| *n > LONGEST_MONTHS) {
            return Err(NotReviewDates::TooLong(long));
        }
        let earlier = stale.max(personal);
        if hidden != 0 && earlier > hidden {
            return Err(NotReviewDates::Falling { earlier, hidden });
        }
        Ok(Self { stale, personal, hidden })
    }

    /// Returns the months until a record is marked as stale, until its personal fields are
    /// hidden, and until it is; 0 for never.
    pub fn months(self) -> [u16; 3] {
        [self.stale, self.personal, self.hidden]
    }
}

/// The day for which something is told, and the review dates that hold on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf {
    /// The day.
    pub day: Date,
    /// The dates.
    pub review: ReviewDates,
}

impl From<Date> for AsOf {
    /// Takes the usual review dates.
    fn from(day: Date) -> Self {
        Self { day, review: ReviewDates::default() }
    }
}

impl AsOf {
    /// Says whether a record confirmed on `verified_on` is to be marked as stale.
    pub fn is_stale(self, verified_on: Option<Date>) -> bool {
        self.is_older(verified_on, self.review.stale)
    }

    /// Says whether the personal fields of such a record are no longer shown.
    pub fn hides_personal_fields(self, verified_on: Option<Date>) -> bool {
        self.is_older(verified_on, self.review.personal)
    }

    /// Says whether such a record is no longer shown.
    pub fn hides_record(self, verified_on: Option<Date>) -> bool {
        self.is_older(verified_on, self.review.hidden)
    }

    fn is_older(self, verified_on: Option<Date>, months: u16) -> bool {
        months != 0
            && verified_on
                .and_then(|verified| verified.checked_add(i32::from(months).months()).ok())
                .is_some_and(|limit| limit < self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_record_ages_in_three_steps_the_day_after() {
        let confirmed = Some(date(2025, 1, 31));
        for (day, stale, personal, hidden) in [
            (date(2026, 1, 31), false, false, false),
            (date(2026, 2, 1), true, false, false),
            (date(2026, 7, 31), true, false, false),
            (date(2026, 8, 1), true, true, false),
            (date(2027, 1, 31), true, true, false),
            (date(2027, 2, 1), true, true, true),
        ] {
            let as_of = AsOf::from(day);
            let found = (
                as_of.is_stale(confirmed),
                as_of.hides_personal_fields(confirmed),
                as_of.hides_record(confirmed),
            );
            assert_eq!(found, (stale, personal, hidden), "{day}");
            assert!(!as_of.is_stale(None) && !as_of.hides_record(None), "{day}");
        }
    }

    #[test]
    fn the_dates_can_be_set_and_nought_is_never() {
        let never = ReviewDates::new(6, 0, 0).expect("in order");
        let as_of = AsOf { day: date(2099, 1, 1), review: never };
        assert!(as_of.is_stale(Some(date(2026, 1, 1))));
        assert!(!as_of.hides_personal_fields(Some(date(2026, 1, 1))));
        assert!(!as_of.hides_record(Some(date(2026, 1, 1))));
        assert_eq!(
            ReviewDates::new(12, 18, 6),
            Err(NotReviewDates::Falling { earlier: 18, hidden: 6 })
        );
        assert_eq!(ReviewDates::new(121, 0, 0), Err(NotReviewDates::TooLong(121)));
    }
}
