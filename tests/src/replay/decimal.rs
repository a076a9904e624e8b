//! Decimal numbers as a file writes them, without floats.

use std::fmt;
use std::str::FromStr;

/// The most digits a number may have; more would not fit once two of them are multiplied.
const MOST_DIGITS: u32 = 18;

/// An exact decimal number: `digits / 10^places`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Decimal {
    digits: i128,
    places: u32,
}

/// A text that is no decimal number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a decimal number of at most {MOST_DIGITS} digits")]
pub struct DecimalError(String);

impl Decimal {
    /// A number of so many tenths, hundredths, … by its number of places.
    pub const fn new(digits: i64, places: u32) -> Self {
        Self {
            digits: digits as i128,
            places,
        }
    }

    /// The exact product.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        Self {
            digits: self.digits * other.digits,
            places: self.places + other.places,
        }
    }

    /// The number in units of `10^-places`, half of a unit rounded away from zero, so that a
    /// cancellation is always the exact negative of what it cancels.
    pub fn rounded(self, places: u32) -> i64 {
        let scaled = if places >= self.places {
            self.digits * 10_i128.pow(places - self.places)
        } else {
            let unit = 10_i128.pow(self.places - places);
            let half_up = (self.digits.abs() + unit / 2) / unit;
            half_up * self.digits.signum()
        };
        i64::try_from(scaled).unwrap_or(if scaled < 0 { i64::MIN } else { i64::MAX })
    }

    /// The number in units of `10^-places`, every part of a unit rounded away from zero.
    pub fn rounded_away(self, places: u32) -> i64 {
        let rounded = self.rounded(places);
        let half = Self::new(rounded, places);
        let places = self.places.max(places);
        let scaled = |number: Self| number.digits * 10_i128.pow(places - number.places);
        let short = scaled(half).abs() < scaled(self).abs();
        rounded
            + if short {
                self.digits.signum() as i64
            } else {
                0
            }
    }

    /// The number in units of `10^-places`, where that is exact.
    pub fn exact(self, places: u32) -> Option<i64> {
        let rounded = self.rounded(places);
        let back = Self::new(rounded, places);
        (back.digits * 10_i128.pow(self.places.saturating_sub(places))
            == self.digits * 10_i128.pow(places.saturating_sub(self.places)))
        .then_some(rounded)
    }

    /// Whether it is below zero.
    pub fn is_negative(self) -> bool {
        self.digits < 0
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let wrong = || DecimalError(text.to_owned());
        let (negative, number) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        let part = part.trim_end_matches('0');
        let digits = format!("{whole}{part}");
        let only_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
        if number.trim_matches('.').is_empty()
            || !only_digits
            || digits.len() > MOST_DIGITS as usize
        {
            return Err(wrong());
        }
        let digits: i128 = if digits.is_empty() {
            0
        } else {
            digits.parse().map_err(|_| wrong())?
        };
        Ok(Self {
            digits: if negative { -digits } else { digits },
            places: part.len() as u32,
        })
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.digits < 0 { "-" } else { "" };
        let unit = 10_u128.pow(self.places);
        let (whole, part) = (
            self.digits.unsigned_abs() / unit,
            self.digits.unsigned_abs() % unit,
        );
        if self.places == 0 {
            return write!(f, "{sign}{whole}");
        }
        write!(
            f,
            "{sign}{whole}.{part:0width$}",
            width = self.places as usize
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[track_caller]
    fn check_amount(quantity: &str, price: &str, pence: i64) {
        assert_eq!(parse(quantity).times(parse(price)).rounded(2), pence);
    }

    #[test]
    fn amounts_are_exact_and_rounded_once() {
        check_amount("6", "2.55", 1530);
        check_amount("-8", "5.95", -4760);
        check_amount("3", "2.1", 630);
        check_amount("1", "0.0", 0);
        check_amount("1", "-11062.06", -1_106_206);
        check_amount("3", "0.125", 38);
        check_amount("1", "0.001", 0);
        check_amount("5", "0.001", 1);
        check_amount("4", "0.001", 0);
    }

    #[test]
    fn a_half_is_rounded_the_same_way_in_a_sale_and_in_its_cancellation() {
        check_amount("1", "0.125", 13);
        check_amount("-1", "0.125", -13);
        check_amount("1", "-0.125", -13);
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            ".",
            "-",
            "1,5",
            "1e3",
            "NaN",
            "1.2.3",
            "--1",
            "0x1",
            "1234567890123456789",
        ] {
            assert_eq!(
                text.parse::<Decimal>().unwrap_err(),
                DecimalError(text.to_owned())
            );
        }
    }

    #[test]
    fn only_what_fits_is_exact() {
        assert_eq!(parse("2.50").exact(2), Some(250));
        assert_eq!(parse("2.5").exact(0), None);
        assert_eq!(parse("-12.0").exact(0), Some(-12));
        assert_eq!(parse("0.001").exact(2), None);
    }

    #[test]
    fn away_from_zero_is_never_less() {
        for (text, pence) in [
            ("0.001", 1),
            ("-0.001", -1),
            ("2.55", 255),
            ("2.556", 256),
            ("2.5", 250),
            ("0", 0),
        ] {
            assert_eq!(parse(text).rounded_away(2), pence, "{text}");
        }
    }

    #[test]
    fn a_number_prints_as_it_was_read() {
        for text in ["0", "-3", "2.55", "-0.001", "17850"] {
            assert_eq!(parse(text).to_string(), text);
        }
    }
}
