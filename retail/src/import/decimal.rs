//! Decimal numbers as people write them, without floats.

/// Reads a decimal number in units of `10^-digits`, rounded half away from zero.
///
/// # Errors
/// A sentence that ends "… is no number" or says that it is too large.
pub(super) fn read(text: &str, digits: u32) -> Result<i64, String> {
    let wrong = || format!("{text:?} is no number");
    let (negative, plain) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = plain.split_once('.').unwrap_or((plain, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && part.is_empty()) || !all_digits(whole) || !all_digits(part) {
        return Err(wrong());
    }
    let mut value: i64 = 0;
    let kept = part
        .bytes()
        .chain(std::iter::repeat(b'0'))
        .take(digits as usize);
    for digit in whole.bytes().chain(kept) {
        value = value
            .checked_mul(10)
            .and_then(|value| value.checked_add(i64::from(digit - b'0')))
            .filter(|value| *value <= sync_core::MAX_INTEGER)
            .ok_or_else(|| format!("{text:?} is too large"))?;
    }
    let next = part.as_bytes().get(digits as usize);
    if next.is_some_and(|digit| *digit >= b'5') {
        value += 1;
    }
    Ok(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<i64>) {
        assert_eq!(read(text, 2).ok(), expected, "{text}");
    }

    #[test]
    fn prices_are_read_exactly() {
        check("2.55", Some(255));
        check("2.5", Some(250));
        check("2", Some(200));
        check(".5", Some(50));
        check("0.005", Some(1));
        check("0.0049", Some(0));
        check("-1.235", Some(-124));
        check("9007199254740993", None);
        check("", None);
        check(".", None);
        check("2,55", None);
        check("1e3", None);
        check("£2", None);
    }
}
