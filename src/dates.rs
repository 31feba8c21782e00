//! Civil dates and the two ways German law counts periods.
//!
//! A period that begins with an *event* does not count the day of the event (§ 187 Abs. 1 BGB); a period that begins with the
//! *start of a day* counts it (§ 187 Abs. 2 BGB). Both end as § 188 BGB says; a month without the decisive day ends the period on
//! its last day (§ 188 Abs. 3 BGB). A benefit period ends on its last day even on a weekend (§ 26 Abs. 4 SGB X).

use jiff::civil::Date;

/// A boundary that a rule sets on a `date` fact.
///
/// The relative ones are ordered so that, for every day the fact may have, an earlier threshold is passed no later than a later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Threshold {
    /// The fact lies on or after this calendar day; does not depend on the evaluation date.
    Absolute(Date),
    /// Months and the way of counting; passed when the evaluation date has reached the first day after (or of) the period.
    Relative(u16, Counting),
}

/// How a relative threshold counts its months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Counting {
    /// The corresponding day itself: "for at least N months".
    Reached,
    /// The day after a period whose first day counts (§ 187 Abs. 2 BGB).
    FromStart,
    /// The day after a period that follows an event (§ 187 Abs. 1 BGB).
    AfterEvent,
}

impl Threshold {
    /// The first evaluation date on which `fact` has passed this threshold; `None` for an absolute one, which no date passes.
    #[must_use]
    pub fn flip(self, fact: Date) -> Option<Date> {
        match self {
            Self::Absolute(_) => None,
            Self::Relative(months, Counting::Reached) => Some(add_months(fact, months)),
            Self::Relative(months, Counting::FromStart) => {
                Some(next_day(end_from_start(fact, months)))
            }
            Self::Relative(months, Counting::AfterEvent) => {
                Some(next_day(add_months(fact, months)))
            }
        }
    }

    /// Whether `fact` has passed this threshold on `as_of`.
    #[must_use]
    pub fn passed(self, fact: Date, as_of: Date) -> bool {
        match self {
            Self::Absolute(day) => fact >= day,
            Self::Relative(..) => self.flip(fact).is_some_and(|flip| as_of >= flip),
        }
    }
}

/// Last day of a period of `months` whose first day, `start`, counts (§ 187 Abs. 2, § 188 Abs. 2 and 3 BGB).
fn end_from_start(start: Date, months: u16) -> Date {
    if start.day() == 1 {
        return previous_day(add_months(start, months));
    }
    // The decisive day is the one before the number of the start day; it is clamped to the month, not the start day.
    add_months(previous_day(start), months)
}

/// The day that carries the same number `months` later, or the last day of that month (§ 188 Abs. 2 and 3 BGB).
#[must_use]
pub fn add_months(day: Date, months: u16) -> Date {
    day.checked_add(jiff::Span::new().months(i32::from(months)))
        .unwrap_or(Date::MAX)
}

/// The following day, or the same one at the end of the calendar.
#[must_use]
pub fn next_day(day: Date) -> Date {
    day.tomorrow().unwrap_or(Date::MAX)
}

/// The day before, or the same one at the beginning of the calendar.
#[must_use]
pub fn previous_day(day: Date) -> Date {
    day.yesterday().unwrap_or(Date::MIN)
}

/// Years in which something can have happened to somebody who is in training, or can still happen; any other is a slip of the keyboard.
pub const YEARS: std::ops::RangeInclusive<i16> = 1900..=2199;

// [`day_pattern`] tells centuries apart, not years.
const _: () = assert!(*YEARS.start() % 100 == 0 && *YEARS.end() % 100 == 99);

/// [`YEARS`] as a regular expression (ECMA 262), for schemas: `format: date` alone allows any year.
#[must_use]
pub fn day_pattern() -> String {
    let centuries: Vec<String> = (YEARS.start() / 100..=YEARS.end() / 100)
        .map(|century| format!("{century:02}"))
        .collect();
    format!(
        "^({})[0-9]{{2}}-[0-9]{{2}}-[0-9]{{2}}$",
        centuries.join("|")
    )
}

/// Reads `YYYY-MM-DD` and nothing else.
#[must_use]
pub fn parse(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let shape = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if shape { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn last_day_from_start(start: Date, months: u16) -> Date {
        end_from_start(start, months)
    }

    #[test]
    fn a_vorphase_of_six_months_from_the_first_of_march_ends_on_the_last_of_august() {
        assert_eq!(last_day_from_start(date(2026, 3, 1), 6), date(2026, 8, 31));
        assert_eq!(last_day_from_start(date(2026, 3, 1), 8), date(2026, 10, 31));
    }

    #[test]
    fn a_period_from_a_start_day_clamps_the_day_before() {
        assert_eq!(last_day_from_start(date(2026, 8, 31), 6), date(2027, 2, 28));
        assert_eq!(last_day_from_start(date(2026, 9, 1), 6), date(2027, 2, 28));
        assert_eq!(last_day_from_start(date(2026, 10, 5), 6), date(2027, 4, 4));
    }

    #[test]
    fn a_period_from_an_event_ends_on_the_same_number_or_the_last_day() {
        let flip = |day, months| Threshold::Relative(months, Counting::AfterEvent).flip(day);
        assert_eq!(flip(date(2026, 9, 1), 6), Some(date(2027, 3, 2)));
        assert_eq!(flip(date(2026, 8, 31), 6), Some(date(2027, 3, 1)));
        assert_eq!(flip(date(2027, 8, 31), 6), Some(date(2028, 3, 1)));
        assert_eq!(flip(date(2024, 2, 29), 12), Some(date(2025, 3, 1)));
    }

    #[test]
    fn fifteen_months_of_stay_are_full_on_the_corresponding_day() {
        let reached = Threshold::Relative(15, Counting::Reached);
        assert!(reached.passed(date(2025, 6, 10), date(2026, 9, 10)));
        assert!(!reached.passed(date(2025, 6, 10), date(2026, 9, 9)));
    }

    #[test]
    fn thresholds_are_ordered_for_every_day() {
        let mut thresholds = Vec::new();
        for months in [0, 1, 2, 3, 6, 8, 12, 15] {
            for counting in [Counting::Reached, Counting::FromStart, Counting::AfterEvent] {
                thresholds.push(Threshold::Relative(months, counting));
            }
        }
        thresholds.sort();
        let mut day = date(2023, 12, 20);
        while day < date(2025, 4, 1) {
            let flips: Vec<_> = thresholds
                .iter()
                .map(|threshold| threshold.flip(day))
                .collect();
            assert!(
                flips.is_sorted(),
                "thresholds of {day} are not in order: {flips:?}"
            );
            day = next_day(day);
        }
    }

    #[test]
    fn only_full_iso_dates_are_read() {
        assert_eq!(parse("2026-11-23"), Some(date(2026, 11, 23)));
        for text in [
            "20261123",
            "2026-11-23T00:00",
            "2026-13-01",
            "2026-02-30",
            "+002026-11-23",
            "",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_ends_of_the_calendar_do_not_overflow() {
        assert_eq!(add_months(Date::MAX, 15), Date::MAX);
        assert_eq!(next_day(Date::MAX), Date::MAX);
        assert_eq!(previous_day(Date::MIN), Date::MIN);
    }
}
