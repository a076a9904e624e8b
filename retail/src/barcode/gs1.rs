//! GS1 element strings: `(01)` article, `(10)` lot, `(17)` expiry and their like.

use sync_core::Quantity;

use super::{Barcode, BarcodeError, checks, keys};
use crate::day::days_in;

/// What a scanner sends between parts of open length.
const SEPARATOR: char = '\u{1d}';
/// What a scanner may send before a GS1 code.
const SYMBOLOGIES: [&str; 4] = ["]C1", "]d2", "]e0", "]Q3"];

/// The parts of a GS1 code; `None` for any other text.
pub(super) fn elements(text: &str) -> Option<Result<Vec<(String, String)>, BarcodeError>> {
    let broken = || BarcodeError::Gs1(text.to_owned());
    if text.starts_with('(') {
        return Some(bracketed(text).ok_or_else(broken));
    }
    let marked = SYMBOLOGIES.iter().find_map(|mark| text.strip_prefix(mark));
    if let Some(raw) = marked {
        return Some(running(raw).ok_or_else(broken));
    }
    let raw = text.trim_start_matches(SEPARATOR);
    let article = raw
        .get(2..16)
        .is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()) && checks(number));
    if raw.starts_with("01") && article {
        return Some(running(raw).ok_or_else(broken));
    }
    None
}

pub(super) fn read(text: &str, parts: &[(String, String)]) -> Result<Barcode, BarcodeError> {
    let broken = || BarcodeError::Gs1(text.to_owned());
    let mut code = Barcode::default();
    let mut best_before = None;
    for (ai, value) in parts {
        match ai.as_str() {
            "01" | "02" => {
                let digits = value.len() == 14 && value.bytes().all(|byte| byte.is_ascii_digit());
                if !digits {
                    return Err(broken());
                }
                if !checks(value) {
                    return Err(BarcodeError::CheckDigit(value.clone()));
                }
                code.keys = keys(value.strip_prefix('0').unwrap_or(value));
            }
            "10" => code.lot = Some(value.clone()),
            "17" => code.expiry = Some(day(value).ok_or_else(broken)?),
            "15" => best_before = Some(day(value).ok_or_else(broken)?),
            "30" => {
                let count: i64 = value.parse().map_err(|_| broken())?;
                code.quantity = Some(Quantity(count.saturating_mul(1000)));
            }
            _ => {
                if let Some(decimals) = ai.strip_prefix("310") {
                    code.quantity = Some(weight(value, decimals).ok_or_else(broken)?);
                }
            }
        }
    }
    if code.keys.is_empty() {
        return Err(broken());
    }
    code.expiry = code.expiry.or(best_before);
    Ok(code)
}

fn bracketed(text: &str) -> Option<Vec<(String, String)>> {
    let mut parts = Vec::new();
    for part in text.split('(').skip(1) {
        let (ai, value) = part.split_once(')')?;
        if value.is_empty() || !ai.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        parts.push((ai.to_owned(), value.to_owned()));
    }
    Some(parts)
}

fn running(text: &str) -> Option<Vec<(String, String)>> {
    let mut parts = Vec::new();
    let mut rest = text.trim_start_matches(SEPARATOR);
    while !rest.is_empty() {
        let (ai, fixed) = application(rest)?;
        let after = &rest[ai.len()..];
        let (value, left) = match fixed {
            Some(length) => (after.get(..length)?, &after[length..]),
            None => after.split_once(SEPARATOR).unwrap_or((after, "")),
        };
        if value.is_empty() {
            return None;
        }
        parts.push((ai.to_owned(), value.to_owned()));
        rest = left.trim_start_matches(SEPARATOR);
    }
    (!parts.is_empty()).then_some(parts)
}

/// The application identifier at the start and the length of its value, where that is fixed.
fn application(text: &str) -> Option<(&str, Option<usize>)> {
    let two = text.get(..2)?;
    match two {
        "01" | "02" => Some((two, Some(14))),
        "11" | "13" | "15" | "16" | "17" => Some((two, Some(6))),
        "20" => Some((two, Some(2))),
        "10" | "21" | "22" | "30" | "37" => Some((two, None)),
        "31" | "32" | "33" | "34" | "35" | "36" => Some((text.get(..4)?, Some(6))),
        _ => None,
    }
}

/// `YYMMDD` as `YYYY-MM-DD`; day 00 is the last of its month.
fn day(text: &str) -> Option<String> {
    if text.len() != 6 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = |range| {
        text.get(range)
            .and_then(|part: &str| part.parse::<u32>().ok())
    };
    let (year, month, day) = (2000 + number(0..2)?, number(2..4)?, number(4..6)?);
    let last = days_in(year, month);
    if last == 0 || day > last {
        return None;
    }
    let day = if day == 0 { last } else { day };
    Some(format!("{year}-{month:02}-{day:02}"))
}

/// Six digits of kilograms with so many decimals, in thousandths.
fn weight(text: &str, decimals: &str) -> Option<Quantity> {
    let decimals: u32 = decimals.parse().ok().filter(|decimals| *decimals <= 6)?;
    let value: i64 = text.parse().ok().filter(|_| text.len() == 6)?;
    let thousandths = if decimals <= 3 {
        value * 10_i64.pow(3 - decimals)
    } else {
        value / 10_i64.pow(decimals - 3)
    };
    Some(Quantity(thousandths))
}
