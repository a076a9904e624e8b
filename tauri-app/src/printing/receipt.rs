//! A receipt on paper: what the screens' `Receipt` shows, in the same order and words.

use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::Value as Json;
use till::Figures;

use super::error::PrintError;
use super::figures::{money, price, quantity, rate, time};
use super::paper::Paper;

/// The part of a `ReceiptView` that goes on paper.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Receipt {
    kind: Kind,
    number: String,
    shop: String,
    address_lines: Vec<String>,
    till: String,
    cashier: Option<String>,
    at: i64,
    lines: Vec<Line>,
    subtotal: i64,
    discount: i64,
    tax: Vec<Tax>,
    tax_included: bool,
    rounding: i64,
    total: i64,
    payments: Vec<Payment>,
    change: i64,
    footer: Option<String>,
    sale: Option<Of>,
    reason: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Sale,
    Refund,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    name: String,
    quantity: i64,
    unit_price: i64,
    discount: i64,
    total: i64,
}

#[derive(Debug, Deserialize)]
struct Tax {
    rate: i64,
    net: i64,
    tax: i64,
}

#[derive(Debug, Deserialize)]
struct Payment {
    method: Method,
    amount: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Method {
    Cash,
    Card,
    Credit,
}

/// The sale that a refund is of.
#[derive(Debug, Deserialize)]
struct Of {
    number: String,
}

/// Reads a receipt as screens have it.
pub(super) fn read(receipt: &Json) -> Result<Receipt, PrintError> {
    Receipt::deserialize(receipt).map_err(|error| PrintError::Malformed(error.to_string()))
}

/// Puts it on paper; `copy` says so on it.
pub(super) fn write(
    paper: &mut Paper,
    receipt: &Receipt,
    copy: bool,
    figures: &Figures,
    zone: &TimeZone,
) -> Result<(), PrintError> {
    paper.title(&receipt.shop)?;
    for line in &receipt.address_lines {
        paper.centred(line)?;
    }
    if receipt.kind == Kind::Refund {
        paper.headline("REFUND")?;
    }
    if copy {
        paper.headline("COPY")?;
    }
    paper.rule()?;
    paper.line(&receipt.number)?;
    let till = format!("Till {}", receipt.till);
    paper.pair(&time(receipt.at, zone), &till)?;
    if let Some(cashier) = &receipt.cashier {
        paper.line(&format!("Served by {cashier}"))?;
    }
    if let Some(sale) = &receipt.sale {
        paper.line(&format!("For receipt {}", sale.number))?;
    }
    if let Some(reason) = said(receipt.reason.as_deref()) {
        paper.line(&format!("Reason: {reason}"))?;
    }
    paper.rule()?;
    for line in &receipt.lines {
        goods(paper, line, figures)?;
    }
    paper.rule()?;
    sums(paper, receipt, figures)?;
    if let Some(footer) = said(receipt.footer.as_deref()) {
        paper.rule()?;
        paper.centred(footer)?;
    }
    paper.code(&receipt.number)
}

fn goods(paper: &mut Paper, line: &Line, figures: &Figures) -> Result<(), PrintError> {
    paper.line(&line.name)?;
    let of = format!(
        "{} × {}",
        quantity(line.quantity, figures),
        price(line.unit_price, figures)
    );
    paper.pair(&of, &price(line.total, figures))?;
    if line.discount != 0 {
        paper.pair("Discount", &taken_off(line.discount, figures))?;
    }
    Ok(())
}

fn sums(paper: &mut Paper, receipt: &Receipt, figures: &Figures) -> Result<(), PrintError> {
    if receipt.discount != 0 {
        paper.pair("Subtotal", &price(receipt.subtotal, figures))?;
        paper.pair("Discount", &taken_off(receipt.discount, figures))?;
    }
    paper.total("TOTAL", &money(receipt.total, figures))?;
    if receipt.rounding != 0 {
        paper.pair("Cash rounding", &price(receipt.rounding, figures))?;
    }
    for payment in &receipt.payments {
        let method = match payment.method {
            Method::Cash => "Cash",
            Method::Card => "Card",
            Method::Credit => "On credit",
        };
        paper.pair(method, &price(payment.amount, figures))?;
    }
    if receipt.change != 0 {
        paper.pair("Change", &price(receipt.change, figures))?;
    }
    let tax: Vec<&Tax> = receipt.tax.iter().filter(|tax| tax.tax != 0).collect();
    if !tax.is_empty() && receipt.tax_included {
        paper.line("Tax included")?;
    }
    for each in tax {
        let of = format!("{} · Net {}", rate(each.rate), price(each.net, figures));
        paper.pair(&of, &price(each.tax, figures))?;
    }
    Ok(())
}

fn taken_off(amount: i64, figures: &Figures) -> String {
    price(amount.saturating_neg(), figures)
}

/// What somebody wrote, where they did.
fn said(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}
