//! An X or Z report on paper: what the screens' report shows, in the same order and words.

use jiff::tz::TimeZone;
use retail::{DrawerTotals, Money};
use serde::Deserialize;
use serde_json::Value as Json;
use till::Figures;

use super::error::PrintError;
use super::figures::{money, price, time};
use super::paper::Paper;

/// The part of a `DrawerReport` that goes on paper.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    shop: String,
    till: String,
    opened_at: Option<i64>,
    opened_by: Option<String>,
    float: i64,
    totals: DrawerTotals,
    expected: i64,
    amended: Option<Amended>,
    closing: Option<Closing>,
    moves: Vec<Move>,
}

#[derive(Debug, Deserialize)]
struct Amended {
    totals: DrawerTotals,
    expected: i64,
}

#[derive(Debug, Deserialize)]
struct Closing {
    number: u64,
    at: i64,
    by: Option<String>,
    counted: i64,
    difference: i64,
    reason: Option<String>,
    counts: Vec<Count>,
}

#[derive(Debug, Deserialize)]
struct Count {
    value: i64,
    count: i64,
}

#[derive(Debug, Deserialize)]
struct Move {
    kind: String,
    amount: i64,
    reason: String,
    at: i64,
}

/// Reads a report as screens have it.
pub(super) fn read(report: &Json) -> Result<Report, PrintError> {
    Report::deserialize(report).map_err(|error| PrintError::Malformed(error.to_string()))
}

/// Puts it on paper.
pub(super) fn write(
    paper: &mut Paper,
    report: &Report,
    figures: &Figures,
    zone: &TimeZone,
) -> Result<(), PrintError> {
    paper.title(&report.shop)?;
    let kind = match &report.closing {
        None => "X report".to_owned(),
        Some(closing) => format!("Z {}", closing.number),
    };
    paper.headline(&format!("{} · {kind}", report.till))?;
    if report.closing.is_none() {
        paper.centred("The drawer stays open.")?;
    }
    paper.rule()?;
    if let Some(at) = report.opened_at {
        let by = by(report.opened_by.as_deref());
        paper.line(&format!("Opened {}{by}", time(at, zone)))?;
    }
    if let Some(closing) = &report.closing {
        let by = by(closing.by.as_deref());
        paper.line(&format!("Closed {}{by}", time(closing.at, zone)))?;
    }
    paper.rule()?;
    sold(paper, &report.totals, figures)?;
    let total = report.totals.sales_total.0;
    let total = total.saturating_sub(report.totals.refunds_total.0);
    paper.pair("Sold less refunds", &price(total, figures))?;
    paper.rule()?;
    cash(paper, report, figures)?;
    others(paper, &report.totals, figures)?;
    if !report.moves.is_empty() {
        paper.rule()?;
        paper.line("Cash in and out")?;
        for each in &report.moves {
            let left = format!("{} {}", time(each.at, zone), each.reason);
            paper.pair(&left, &moved(each, figures))?;
        }
    }
    if let Some(closing) = &report.closing {
        counted(paper, closing, figures)?;
    }
    match &report.amended {
        Some(amended) => later(paper, amended, figures),
        None => Ok(()),
    }
}

fn moved(each: &Move, figures: &Figures) -> String {
    match each.kind.as_str() {
        "payout" => price(each.amount.saturating_neg(), figures),
        "no_sale" => "no sale".to_owned(),
        _ => price(each.amount, figures),
    }
}

fn sold(paper: &mut Paper, totals: &DrawerTotals, figures: &Figures) -> Result<(), PrintError> {
    let sales = format!("{} sales", totals.sales);
    paper.pair(&sales, &price(totals.sales_total.0, figures))?;
    let refunds = format!("{} refunds", totals.refunds);
    paper.pair(&refunds, &price(minus(totals.refunds_total), figures))
}

/// How the cash that should be there comes about; lines of nothing are left out.
fn cash(paper: &mut Paper, report: &Report, figures: &Figures) -> Result<(), PrintError> {
    let totals = &report.totals;
    paper.line("Cash")?;
    paper.pair("Float", &price(report.float, figures))?;
    let lines = [
        ("Sold for cash", totals.cash_sales.0),
        ("Given back in cash", minus(totals.cash_refunds)),
        ("Paid by customers on credit", totals.credit_paid.0),
        ("Cash in", totals.cash_in.0),
        ("Cash out", minus(totals.cash_out)),
    ];
    some(paper, &lines, figures)?;
    paper.pair("Should be there", &price(report.expected, figures))
}

/// What was paid without cash.
fn others(paper: &mut Paper, totals: &DrawerTotals, figures: &Figures) -> Result<(), PrintError> {
    let lines = [
        ("Sold by card", totals.card_sales.0),
        ("Given back by card", minus(totals.card_refunds)),
        ("Sold on credit", totals.credit_sales.0),
        ("Taken off credit", minus(totals.credit_refunds)),
    ];
    if lines.iter().any(|(_, amount)| *amount != 0) {
        paper.rule()?;
        paper.line("Not in the drawer")?;
    }
    some(paper, &lines, figures)
}

fn some(paper: &mut Paper, lines: &[(&str, i64)], figures: &Figures) -> Result<(), PrintError> {
    for (label, amount) in lines.iter().filter(|(_, amount)| *amount != 0) {
        paper.pair(label, &price(*amount, figures))?;
    }
    Ok(())
}

fn counted(paper: &mut Paper, closing: &Closing, figures: &Figures) -> Result<(), PrintError> {
    paper.rule()?;
    for Count { value, count } in &closing.counts {
        let left = format!("{count} × {}", money(*value, figures));
        paper.pair(&left, &price(value.saturating_mul(*count), figures))?;
    }
    paper.pair("Counted", &price(closing.counted, figures))?;
    paper.total("Difference", &money(closing.difference, figures))?;
    match &closing.reason {
        Some(reason) => paper.line(&format!("Reason: {reason}")),
        None => Ok(()),
    }
}

/// What came after the drawer was closed.
fn later(paper: &mut Paper, amended: &Amended, figures: &Figures) -> Result<(), PrintError> {
    paper.rule()?;
    paper.headline("Amended")?;
    paper.line("Something came after this drawer was closed. With it the report would say:")?;
    sold(paper, &amended.totals, figures)?;
    paper.pair("Should be there", &price(amended.expected, figures))
}

fn by(who: Option<&str>) -> String {
    who.map_or_else(String::new, |who| format!(", {who}"))
}

/// The other way. A report from elsewhere may say anything.
fn minus(amount: Money) -> i64 {
    amount.0.saturating_neg()
}
