//! Money in minor units, rates in basis points, and the one place where either is rounded.

use std::iter::Sum;
use std::ops::{Add, Neg, Sub};

use serde::{Deserialize, Serialize};
use sync_core::{MAX_INTEGER, Quantity, Value};

/// An amount of money in minor units of the store's currency, such as pence.
///
/// Arithmetic saturates at what a document can carry: an absurd amount in somebody's record must
/// not bring the master down.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(
    feature = "types",
    derive(ts_rs::TS),
    ts(type = "number", rename = "Minor")
)]
#[serde(transparent)]
pub struct Money(pub i64);

/// A rate in basis points: `Rate(2000)` is 20 %.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(
    feature = "types",
    derive(ts_rs::TS),
    ts(type = "number", rename = "BasisPoints")
)]
#[serde(transparent)]
pub struct Rate(pub i64);

/// A text that is no amount of money.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an amount of money")]
pub struct MoneyError(pub String);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// What a quantity costs at this price per unit, rounded once.
    #[must_use]
    pub fn times(self, quantity: Quantity) -> Self {
        Self(round(i128::from(self.0) * i128::from(quantity.0), 1000))
    }

    /// That share of the amount, rounded once.
    #[must_use]
    pub fn share(self, rate: Rate) -> Self {
        Self(round(i128::from(self.0) * i128::from(rate.0), 10_000))
    }

    /// That part of the amount, `part / whole`, rounded once; nothing where the whole is nothing.
    #[must_use]
    pub fn part(self, part: i64, whole: i64) -> Self {
        if whole == 0 {
            return Self::ZERO;
        }
        Self(round(
            i128::from(self.0) * i128::from(part),
            i128::from(whole),
        ))
    }

    /// The nearest multiple of a step, such as the smallest coin; steps of 1 and below change
    /// nothing.
    #[must_use]
    pub fn to_step(self, step: Self) -> Self {
        if step.0 <= 1 {
            return self;
        }
        let steps = round(i128::from(self.0), i128::from(step.0));
        Self(clamp(i128::from(steps) * i128::from(step.0)))
    }

    /// The text with so many digits after the point, such as `-12.50`.
    pub fn format(self, exponent: u8) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        if exponent == 0 {
            return format!("{sign}{}", self.0.unsigned_abs());
        }
        let unit = 10_u128.pow(u32::from(exponent.min(18)));
        let amount = u128::from(self.0.unsigned_abs());
        let width = usize::from(exponent.min(18));
        format!("{sign}{}.{:0width$}", amount / unit, amount % unit)
    }

    /// Reads a text such as `2.5` or `-12.50`. Digits below the minor unit are rounded once.
    ///
    /// # Errors
    /// When the text is no decimal number, or too large.
    pub fn parse(text: &str, exponent: u8) -> Result<Self, MoneyError> {
        let wrong = || MoneyError(text.to_owned());
        let trimmed = text.trim();
        let (negative, digits) = match trimmed.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, trimmed.strip_prefix('+').unwrap_or(trimmed)),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let length = whole.len() + part.len();
        if length == 0 || length > 30 || exponent > 6 || !number(whole) || !number(part) {
            return Err(wrong());
        }
        let all: i128 = format!("{whole}{part}").parse().map_err(|_| wrong())?;
        let scaled = all * 10_i128.pow(u32::from(exponent));
        let minor = round(scaled, 10_i128.pow(part.len() as u32));
        if minor == MAX_INTEGER {
            return Err(wrong());
        }
        Ok(Self(if negative { -minor } else { minor }))
    }
}

/// Divides and rounds half up, by magnitude: the opposite of an amount rounds to the opposite, so
/// that a refund is the exact negative of its sale. Saturates at what a document can carry.
pub(crate) fn round(numerator: i128, denominator: i128) -> i64 {
    let negative = (numerator < 0) != (denominator < 0);
    let (numerator, denominator) = (numerator.unsigned_abs(), denominator.unsigned_abs());
    let whole = numerator / denominator;
    let up = u128::from(numerator % denominator >= denominator - denominator / 2);
    let magnitude = clamp(i128::try_from(whole + up).unwrap_or(i128::MAX));
    if negative { -magnitude } else { magnitude }
}

/// Parts the rounded sum of `numerators / denominator` so that the parts add up to it: every part
/// is its exact value rounded down or up, the largest remainders go up, equal ones in order.
///
/// By magnitude of the sum, so that opposite numerators give opposite parts.
pub(crate) fn apportion(numerators: &[i128], denominator: i128) -> Vec<i64> {
    if denominator == 0 {
        return vec![0; numerators.len()];
    }
    let exact: i128 = numerators.iter().sum();
    let sign = if (exact < 0) != (denominator < 0) {
        -1
    } else {
        1
    };
    let denominator_size = denominator.abs();
    let flip = sign * denominator.signum();
    let sized = |numerator: i128| numerator * flip;
    let total = i128::from(round(exact, denominator)) * sign;
    let mut parts: Vec<i128> = numerators
        .iter()
        .map(|n| sized(*n).div_euclid(denominator_size))
        .collect();
    let left = total - parts.iter().sum::<i128>();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|&i| std::cmp::Reverse(sized(numerators[i]).rem_euclid(denominator_size)));
    let up = usize::try_from(left).unwrap_or(0);
    order.iter().take(up).for_each(|&i| parts[i] += 1);
    parts.into_iter().map(|part| clamp(part * sign)).collect()
}

fn clamp(amount: i128) -> i64 {
    let most = i128::from(MAX_INTEGER);
    amount.clamp(-most, most) as i64
}

impl Add for Money {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(clamp(i128::from(self.0) + i128::from(other.0)))
    }
}

impl Sub for Money {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(clamp(i128::from(self.0) - i128::from(other.0)))
    }
}

impl Neg for Money {
    type Output = Self;

    fn neg(self) -> Self {
        Self(clamp(-i128::from(self.0)))
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::ZERO, Add::add)
    }
}

impl From<Money> for Value {
    fn from(money: Money) -> Self {
        Self::Int(money.0)
    }
}
