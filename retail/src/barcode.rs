//! What a scanner reads: EAN and UPC, codes with a weight or a price inside, GS1 with lot and
//! expiry.
//!
//! Reading says under which texts a product may be found; who has the records looks them up, the
//! whole code first.

mod gs1;

use sync_core::Quantity;

use crate::Money;

/// A code that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Barcode {
    /// The texts that a product's barcode or code may be, likeliest first.
    pub keys: Vec<String>,
    /// Where no product has the whole code: the shop may have printed it with a weight or a price.
    pub embedded: Option<Embedded>,
    /// The lot, from GS1 (10).
    pub lot: Option<String>,
    /// The last day, `YYYY-MM-DD`, from GS1 (17), else (15).
    pub expiry: Option<String>,
    /// The net weight from GS1 (310n), or the count from (30).
    pub quantity: Option<Quantity>,
}

/// A code that the shop's scale printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embedded {
    /// The texts that the product's barcode may be, likeliest first.
    pub keys: Vec<String>,
    /// What stands in it.
    pub value: EmbeddedValue,
}

/// What the shop's scale printed into a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmbeddedValue {
    /// Prefixes 25 to 29: thousandths of the unit.
    Weight(Quantity),
    /// Prefixes 20 to 24 and 02: the price of the piece in minor units.
    Price(Money),
}

/// Why a code cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BarcodeError {
    /// There is nothing.
    #[error("there is no code")]
    Empty,
    /// The last digit does not fit the others. The text may still be a code of the shop's own.
    #[error("{0:?} has a wrong check digit")]
    CheckDigit(String),
    /// A GS1 code that breaks off or names what is not known.
    #[error("{0:?} is no complete GS1 code")]
    Gs1(String),
}

/// Reads a code.
///
/// # Errors
/// When it is empty, its check digit is wrong, or its GS1 parts do not add up.
pub fn read_barcode(text: &str) -> Result<Barcode, BarcodeError> {
    let text = text.trim_matches(|c: char| c.is_whitespace());
    if text.is_empty() {
        return Err(BarcodeError::Empty);
    }
    if let Some(parts) = gs1::elements(text) {
        return parts.and_then(|parts| gs1::read(text, &parts));
    }
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || !matches!(text.len(), 8 | 12 | 13 | 14) {
        return Ok(plain(vec![text.to_owned()]));
    }
    if checks(text) {
        return Ok(Barcode {
            embedded: embedded(text),
            ..plain(keys(text))
        });
    }
    if let Some(upc) = expand_upc_e(text) {
        let mut keys = vec![text.to_owned()];
        keys.extend(self::keys(&upc));
        return Ok(plain(keys));
    }
    Err(BarcodeError::CheckDigit(text.to_owned()))
}

fn plain(keys: Vec<String>) -> Barcode {
    Barcode {
        keys,
        ..Barcode::default()
    }
}

/// The same article number in the lengths it is printed in.
fn keys(text: &str) -> Vec<String> {
    let bare = text.trim_start_matches('0');
    let mut keys = vec![text.to_owned()];
    for length in [13, 12, 14, 8] {
        if bare.len() <= length {
            let padded = format!("{bare:0>length$}");
            let short = length == 8 && text.len() != 8;
            if !short && !keys.contains(&padded) {
                keys.push(padded);
            }
        }
    }
    keys
}

/// Whether the last digit is the check digit of the others: weights 3 and 1 from the right.
fn checks(digits: &str) -> bool {
    let (body, last) = digits.split_at(digits.len() - 1);
    check_digit(body).to_string() == last
}

fn check_digit(body: &str) -> u32 {
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| u32::from(digit - b'0') * if place % 2 == 0 { 3 } else { 1 })
        .sum();
    (10 - sum % 10) % 10
}

/// `PP IIIII VVVVV C`: prefix, item, value, check digit.
fn embedded(text: &str) -> Option<Embedded> {
    if text.len() != 13 {
        return None;
    }
    let value: i64 = text[7..12].parse().ok()?;
    let value = match &text[..2] {
        "02" | "20" | "21" | "22" | "23" | "24" => EmbeddedValue::Price(Money(value)),
        "25" | "26" | "27" | "28" | "29" => EmbeddedValue::Weight(Quantity(value)),
        _ => return None,
    };
    let item = &text[..7];
    let blank = format!("{item}00000");
    let whole = format!("{blank}{}", check_digit(&blank));
    Some(Embedded {
        keys: vec![whole, item.to_owned(), item[2..].to_owned()],
        value,
    })
}

/// The UPC-A number that eight digits of UPC-E stand for, where their check digit fits.
fn expand_upc_e(text: &str) -> Option<String> {
    if text.len() != 8 || !matches!(text.as_bytes()[0], b'0' | b'1') {
        return None;
    }
    let (system, d, check) = (&text[..1], &text[1..7], &text[7..]);
    let body = match &d[5..] {
        "0" | "1" | "2" => format!("{system}{}{}0000{}", &d[..2], &d[5..], &d[2..5]),
        "3" => format!("{system}{}00000{}", &d[..3], &d[3..5]),
        "4" => format!("{system}{}00000{}", &d[..4], &d[4..5]),
        _ => format!("{system}{}0000{}", &d[..5], &d[5..]),
    };
    (check_digit(&body).to_string() == check).then(|| format!("{body}{check}"))
}
