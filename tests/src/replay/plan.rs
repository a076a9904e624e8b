//! The day as the file tells it: invoices in the order of their first line.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Deserialize;
use sync_core::{Millis, Quantity};

use super::decimal::Decimal;

/// Where the shop stands: the file's times are local.
const TIME_ZONE: &str = "Europe/London";
/// How a day may be written; the second one is how the data set was first published.
const TIME_FORMATS: [&str; 5] = [
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%m/%d/%Y %H:%M",
    "%m/%d/%y %H:%M",
];

/// A day of a shop.
#[derive(Clone, Debug)]
pub struct Day {
    /// The file's base name.
    pub file: String,
    /// The invoices, in the order of their first line.
    pub invoices: Vec<Invoice>,
}

/// One invoice with its lines as they stand in the file: never merged, never reordered.
#[derive(Clone, Debug)]
pub struct Invoice {
    /// Its number, letter included.
    pub number: String,
    /// What it is to the system.
    pub kind: InvoiceKind,
    /// The time of its first line.
    pub at: Millis,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// What an invoice is to the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvoiceKind {
    /// Goods sold, also `A…` invoices and negative prices.
    Sale,
    /// A number with `C`: a refund without receipt.
    Cancellation,
    /// All quantities negative and no `C`: the stock was corrected.
    StockCorrection,
}

/// One line of an invoice.
#[derive(Clone, Debug)]
pub struct Line {
    /// The stock code as written; `85123A` and `85123a` are two.
    pub code: String,
    /// The description; the code where the file has none.
    pub name: String,
    /// The quantity, negative where goods came back.
    pub quantity: Decimal,
    /// The price of one in pounds; may have more than two decimals.
    pub price: Decimal,
}

#[derive(Deserialize)]
struct Row {
    #[serde(rename = "InvoiceNo", alias = "Invoice")]
    invoice: String,
    #[serde(rename = "StockCode")]
    code: String,
    #[serde(rename = "Description")]
    description: String,
    #[serde(rename = "Quantity")]
    quantity: String,
    #[serde(rename = "InvoiceDate")]
    date: String,
    #[serde(rename = "UnitPrice", alias = "Price")]
    price: String,
}

impl Day {
    /// Reads a day's file.
    ///
    /// # Errors
    /// When the file cannot be read, or a line is not what its header says; the line is named.
    pub fn read(path: &Path) -> Result<Self> {
        let bytes =
            std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let file = path.file_name().unwrap_or(path.as_os_str());
        Self::parse(&file.to_string_lossy(), &bytes)
            .with_context(|| format!("in {}", path.display()))
    }

    /// Reads a day from the bytes of its file.
    ///
    /// # Errors
    /// When a line is not what its header says; the line is named.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self> {
        let zone = TimeZone::get(TIME_ZONE).context("the time zone of the shop is not known")?;
        let text = decode(bytes);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let mut invoices: Vec<Invoice> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        let headers = reader.headers()?.clone();
        for record in reader.records() {
            let record = record?;
            let number = record.position().map_or(0, csv::Position::line);
            let row: Row = record
                .deserialize(Some(&headers))
                .with_context(|| format!("line {number}"))?;
            ensure!(!row.invoice.is_empty(), "line {number}: no invoice number");
            let line = Line::read(&row).with_context(|| format!("line {number}"))?;
            let place = match places.get(&row.invoice) {
                Some(&place) => place,
                None => {
                    let at =
                        read_time(&row.date, &zone).with_context(|| format!("line {number}"))?;
                    places.insert(row.invoice.clone(), invoices.len());
                    invoices.push(Invoice::begin(row.invoice, at));
                    invoices.len() - 1
                }
            };
            invoices[place].lines.push(line);
        }
        ensure!(!invoices.is_empty(), "no invoice in it");
        for invoice in &mut invoices {
            invoice.kind = InvoiceKind::of(&invoice.number, &invoice.lines);
        }
        Ok(Self {
            file: file.to_owned(),
            invoices,
        })
    }
}

impl Invoice {
    fn begin(number: String, at: Millis) -> Self {
        Self {
            number,
            kind: InvoiceKind::Sale,
            at,
            lines: Vec::new(),
        }
    }
}

impl InvoiceKind {
    fn of(number: &str, lines: &[Line]) -> Self {
        if number.starts_with('C') {
            Self::Cancellation
        } else if lines.iter().all(|line| line.quantity.is_negative()) {
            Self::StockCorrection
        } else {
            Self::Sale
        }
    }
}

impl Line {
    fn read(row: &Row) -> Result<Self> {
        let code = row.code.trim();
        ensure!(!code.is_empty(), "no stock code");
        let quantity: Decimal = row.quantity.trim().parse().context("Quantity")?;
        ensure!(
            quantity.exact(3).is_some(),
            "Quantity: {quantity} is finer than a thousandth"
        );
        let described = !row.description.trim().is_empty();
        Ok(Self {
            code: row.code.clone(),
            name: if described {
                &row.description
            } else {
                &row.code
            }
            .clone(),
            quantity,
            price: row.price.trim().parse().context("UnitPrice")?,
        })
    }

    /// The quantity in thousandths.
    pub fn thousandths(&self) -> Quantity {
        Quantity(self.quantity.rounded(3))
    }

    /// Quantity × price, rounded once to pence.
    pub fn amount(&self) -> i64 {
        self.quantity.times(self.price).rounded(2)
    }

    /// Whether the code is one of goods, of which there is stock.
    pub fn is_goods(&self) -> bool {
        let digits = self.code.bytes().take_while(u8::is_ascii_digit).count();
        digits >= 5
    }
}

/// The text of a file in UTF-8, or in Latin-1 as spreadsheets of that time wrote it.
fn decode(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
    }
}

fn read_time(text: &str, zone: &TimeZone) -> Result<Millis> {
    let local = TIME_FORMATS
        .iter()
        .find_map(|format| DateTime::strptime(format, text.trim()).ok())
        .with_context(|| format!("InvoiceDate: {text:?} is no time"))?;
    let millis = zone.to_timestamp(local)?.as_millisecond();
    u64::try_from(millis)
        .map(Millis)
        .with_context(|| format!("InvoiceDate: {text:?} is before 1970"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str =
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";

    fn parse(lines: &str) -> Result<Day> {
        Day::parse("day.csv", format!("{HEADER}{lines}").as_bytes())
    }

    #[test]
    fn invoices_stand_in_the_order_of_their_first_line_and_keep_every_line() {
        let day = parse(
            "2,10001,A,1,2010-12-01 08:26:00,1.00,,UK\n\
             1,10002,B,1,2010-12-01 08:27:00,1.00,,UK\n\
             2,10001,A,1,2010-12-01 08:28:00,1.00,,UK\n",
        )
        .unwrap();
        let numbers: Vec<_> = day
            .invoices
            .iter()
            .map(|i| (i.number.as_str(), i.lines.len()))
            .collect();
        assert_eq!(numbers, [("2", 2), ("1", 1)]);
        assert_eq!(day.invoices[0].at, Millis(1_291_191_960_000));
    }

    #[track_caller]
    fn check_kind(lines: &str, kind: InvoiceKind) {
        assert_eq!(parse(lines).unwrap().invoices[0].kind, kind);
    }

    #[test]
    fn an_invoice_is_what_its_number_and_quantities_say() {
        let sale = "A563185,B,Adjust bad debt,1,2011-08-12 14:50:00,11062.06,,UK\n";
        check_kind(sale, InvoiceKind::Sale);
        let negative = "A563186,B,Adjust bad debt,1,2011-08-12 14:51:00,-11062.06,,UK\n";
        check_kind(negative, InvoiceKind::Sale);
        let mixed =
            "1,10001,A,1,2010-12-01 08:26:00,1,,UK\n1,10002,B,-1,2010-12-01 08:26:00,1,,UK\n";
        check_kind(mixed, InvoiceKind::Sale);
        let correction = "536589,21777,,-10,2010-12-01 16:50:00,0.0,,UK\n";
        check_kind(correction, InvoiceKind::StockCorrection);
        let cancelled = "C536379,D,Discount,-1,2010-12-01 09:41:00,27.5,14527.0,UK\n";
        check_kind(cancelled, InvoiceKind::Cancellation);
    }

    #[test]
    fn an_empty_description_becomes_the_code() {
        let day = parse("536589,21777,,-10,2010-12-01 16:50:00,0.0,,UK\n").unwrap();
        assert_eq!(day.invoices[0].lines[0].name, "21777");
    }

    #[test]
    fn goods_have_a_code_that_begins_with_five_digits() {
        let goods = |code: &str| {
            let line = format!("1,{code},A,1,2010-12-01 08:26:00,1,,UK\n");
            parse(&line).unwrap().invoices[0].lines[0].is_goods()
        };
        assert!(goods("85123A") && goods("85123a") && goods("22114"));
        assert!(!goods("POST") && !goods("C2") && !goods("BANK CHARGES") && !goods("1234A"));
    }

    #[test]
    fn a_summer_day_is_read_in_the_shop_s_own_time() {
        let day = parse("1,10001,A,1,2011-07-01 12:00:00,1,,UK\n").unwrap();
        assert_eq!(day.invoices[0].at, Millis(1_309_518_000_000));
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named() {
        let error = parse(
            "1,10001,A,1,2010-12-01 08:26:00,1,,UK\n1,10001,A,one,2010-12-01 08:26:00,1,,UK\n",
        );
        assert!(format!("{:#}", error.unwrap_err()).starts_with("line 3: Quantity"));
        assert!(parse("").is_err());
    }

    #[test]
    fn a_file_in_latin_1_is_read_as_well() {
        let line = "1,10001,POST\u{a3},1,2010-12-01 08:26:00,1,,UK\n";
        let mut bytes = HEADER.as_bytes().to_vec();
        bytes.extend(line.chars().map(|c| c as u8));
        let day = Day::parse("day.csv", &bytes).unwrap();
        assert_eq!(day.invoices[0].lines[0].name, "POST£");
    }
}
