//! Numbers as they stand in a text. Those that are no integers are none here.

use super::{Fault, Reader};

/// So many digits always fit.
const SHORT: usize = 18;

/// A number that stands in a text: its sign and its magnitude.
pub(in crate::json) struct Number {
    pub(in crate::json) negative: bool,
    pub(in crate::json) magnitude: u64,
    /// Written with a point or an exponent.
    pub(in crate::json) float: bool,
}

impl<'a> Reader<'a> {
    pub(in crate::json) fn number(&mut self) -> Result<Number, Fault> {
        let start = self.at;
        let digits = self.digits()?;
        let whole = whole(digits);
        whole.ok_or_else(|| Fault {
            at: start,
            ..self.fault("an integer of this size is expected")
        })
    }

    /// An integer of at most this magnitude, with a point or an exponent or without.
    ///
    /// # Errors
    /// When it is no integer, or a larger one.
    pub fn whole(&mut self, most: i64) -> Result<i64, Fault> {
        let number = self.number()?;
        let int = i64::try_from(number.magnitude).ok();
        let int = int.filter(|int| *int <= most);
        let int = int.ok_or_else(|| self.fault("an integer below 2^53 is expected"))?;
        Ok(if number.negative { -int } else { int })
    }

    /// A signed integer without a point.
    pub(in crate::json) fn integer(&mut self) -> Result<i64, Fault> {
        let Number {
            negative,
            magnitude,
            float,
        } = self.number()?;
        let int = match negative {
            true => 0_i64.checked_sub_unsigned(magnitude),
            false => i64::try_from(magnitude).ok(),
        };
        let int = int.filter(|_| !float);
        int.ok_or_else(|| self.fault("an integer of this size is expected"))
    }

    /// Passes over a number; returns its text.
    pub(super) fn digits(&mut self) -> Result<&'a str, Fault> {
        self.peek();
        let start = self.at;
        self.at += usize::from(self.byte() == Some(b'-'));
        let first = self.byte();
        let count = self.run();
        let mut good = count == 1 || count > 1 && first != Some(b'0');
        if self.byte() == Some(b'.') {
            self.at += 1;
            good &= self.run() > 0;
        }
        if matches!(self.byte(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.byte(), Some(b'+' | b'-')));
            good &= self.run() > 0;
        }
        match good {
            true => Ok(&self.text[start..self.at]),
            false => Err(self.fault("a value is expected")),
        }
    }

    fn run(&mut self) -> usize {
        let start = self.at;
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }
}

/// The integer that a number is, however it is written; `None` for every other number.
fn whole(text: &str) -> Option<Number> {
    let mut number = Number {
        negative: false,
        magnitude: 0,
        float: false,
    };
    // Nearly all are a few digits.
    if text.len() <= SHORT && text.bytes().all(|byte| byte.is_ascii_digit()) {
        for byte in text.bytes() {
            number.magnitude = number.magnitude * 10 + u64::from(byte - b'0');
        }
        return Some(number);
    }
    // Zeros count only once another digit follows: 1.50 and 1e2 are not longer than 1.5 and 1.
    let (mut zeros, mut places) = (0_i64, 0_i64);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'-' => number.negative = true,
            b'.' => number.float = true,
            b'e' | b'E' => {
                number.float = true;
                places += text[at + 1..].parse::<i64>().unwrap_or(i64::from(i32::MAX));
                break;
            }
            _ => {
                places -= i64::from(number.float);
                zeros += 1;
                if byte != b'0' {
                    number.scale(zeros)?;
                    number.magnitude = number.magnitude.checked_add(u64::from(byte - b'0'))?;
                    zeros = 0;
                }
            }
        }
    }
    number.scale(zeros + places)?;
    Some(number)
}

impl Number {
    /// Multiplies by ten so many times.
    fn scale(&mut self, times: i64) -> Option<()> {
        if self.magnitude == 0 {
            return Some(());
        }
        let factor = 10_u64.checked_pow(u32::try_from(times).ok()?)?;
        self.magnitude = self.magnitude.checked_mul(factor)?;
        Some(())
    }
}
