//! Money, quantities and times in the words of a receipt.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use till::Figures;

/// Languages that write 1,50 and not 1.50, and put the sign of the money behind it.
const COMMA: [&str; 26] = [
    "bg", "cs", "da", "de", "el", "es", "et", "fi", "fr", "hr", "hu", "is", "it", "lt", "lv", "nb",
    "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sv", "tr",
];

/// An amount in minor units, without the sign of the money.
pub(super) fn price(amount: i64, figures: &Figures) -> String {
    decimal(amount, figures.exponent.into(), mark(figures))
}

/// An amount in minor units with the sign of its money.
pub(super) fn money(amount: i64, figures: &Figures) -> String {
    let sign = match figures.currency.as_str() {
        "EUR" => "€",
        "GBP" => "£",
        "USD" => "$",
        "JPY" => "¥",
        other => other,
    };
    let (minus, price) = match amount < 0 {
        true => ("-", price(amount.saturating_neg(), figures)),
        false => ("", price(amount, figures)),
    };
    let gap = if sign.chars().count() > 1 { " " } else { "" };
    match mark(figures) {
        ',' => format!("{minus}{price} {sign}"),
        _ => format!("{minus}{sign}{gap}{price}"),
    }
}

/// Thousandths of a unit, without zeros at the end.
pub(super) fn quantity(thousandths: i64, figures: &Figures) -> String {
    let text = decimal(thousandths, 3, mark(figures));
    let text = text.trim_end_matches('0');
    text.trim_end_matches(mark(figures)).to_owned()
}

/// Basis points as per cent.
pub(super) fn rate(basis_points: i64) -> String {
    let text = decimal(basis_points, 2, '.');
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

/// Milliseconds since 1970 as people of a place write them; nothing for a time that is none.
pub(super) fn time(at: i64, zone: &TimeZone) -> String {
    let Ok(time) = Timestamp::from_millisecond(at) else {
        return String::new();
    };
    let time = time.to_zoned(zone.clone());
    time.strftime("%-d %b %Y %H:%M").to_string()
}

fn mark(figures: &Figures) -> char {
    let language = figures.locale.split('-').next().unwrap_or_default();
    if COMMA.contains(&language) { ',' } else { '.' }
}

fn decimal(value: i64, digits: usize, mark: char) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let text = format!("{:0>width$}", value.unsigned_abs(), width = digits + 1);
    let (whole, fraction) = text.split_at(text.len() - digits);
    match digits {
        0 => format!("{sign}{whole}"),
        _ => format!("{sign}{whole}{mark}{fraction}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(currency: &str, exponent: u8, locale: &str) -> Figures {
        Figures {
            currency: currency.to_owned(),
            exponent,
            locale: locale.to_owned(),
        }
    }

    #[test]
    fn money_is_written_as_where_the_shop_is() {
        let check = |figures: Figures, amount, expected: &str| {
            assert_eq!(money(amount, &figures), expected);
        };
        check(of("GBP", 2, "en-GB"), 1_234, "£12.34");
        check(of("GBP", 2, "en-GB"), -5, "-£0.05");
        check(of("EUR", 2, "de-DE"), 1_234, "12,34 €");
        check(of("JPY", 0, "ja"), 1_234, "¥1234");
        check(of("CHF", 2, "en"), 1_234, "CHF 12.34");
        check(
            of("KWD", 3, "en"),
            i64::MIN + 1,
            "-KWD 9223372036854775.807",
        );
    }

    #[test]
    fn quantities_and_rates_have_no_zeros_at_the_end() {
        let figures = of("GBP", 2, "en-GB");
        assert_eq!(quantity(1_000, &figures), "1");
        assert_eq!(quantity(10_000, &figures), "10");
        assert_eq!(quantity(355, &figures), "0.355");
        assert_eq!(quantity(-2_500, &of("EUR", 2, "fr")), "-2,5");
        assert_eq!(rate(2_000), "20 %");
        assert_eq!(rate(750), "7.5 %");
        assert_eq!(rate(0), "0 %");
    }

    #[test]
    fn a_time_is_that_of_the_place() {
        let utc = TimeZone::UTC;
        assert_eq!(time(1_795_377_600_000, &utc), "22 Nov 2026 20:00");
        let berlin = TimeZone::get("Europe/Berlin").expect("it is known");
        assert_eq!(time(1_795_377_600_000, &berlin), "22 Nov 2026 21:00");
        assert_eq!(time(i64::MAX, &utc), "");
    }
}
