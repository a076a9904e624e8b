//! Days of the calendar.

use sync_core::Millis;

/// The UTC day as `YYYY-MM-DD`: texts of this shape compare like days.
pub fn day_of(time: Millis) -> String {
    // Days since 0000-03-01, whose years end with the leap day.
    let days = i64::from(time.day()) + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Whether a text is a day of the calendar as `YYYY-MM-DD`.
pub(crate) fn is_day(text: &str) -> bool {
    let shaped = text.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    let number = |range| text.get(range).and_then(|part: &str| part.parse().ok());
    let (Some(year), Some(month), Some(day)) = (number(0..4), number(5..7), number(8..10)) else {
        return false;
    };
    shaped && text.len() == 10 && (1..=days_in(year, month)).contains(&day)
}

/// How many days a month has; none where there is no such month.
pub(crate) fn days_in(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        1..=12 => 31,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        let day = |days: u64| day_of(Millis(days * 86_400_000));
        assert_eq!(day(0), "1970-01-01");
        assert_eq!(day(59), "1970-03-01");
        assert_eq!(day(11_016), "2000-02-29");
        assert_eq!(day(14_944), "2010-12-01");
        assert_eq!(day(20_819), "2027-01-01");
    }

    #[test]
    fn only_days_of_the_calendar_are_days() {
        for day in ["2010-12-31", "2000-02-29", "2024-02-29"] {
            assert!(is_day(day), "{day}");
        }
        for other in [
            "",
            "2010-12-32",
            "2010-00-01",
            "1900-02-29",
            "2010-1-01",
            "31.12.2010",
            "2010-12-31T",
        ] {
            assert!(!is_day(other), "{other}");
        }
    }
}
