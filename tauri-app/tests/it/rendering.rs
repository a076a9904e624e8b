//! Receipts and reports as a printer takes them, read back as it would print them.

use anyhow::Result;
use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};
use tauri_app::printing::{Pulse, render};
use till::{Figures, Paper, PrintJob, Wanted};

use crate::printed::{Code, read};

fn receipt() -> Json {
    json!({
        "kind": "sale", "id": "1", "number": "S01-T03-E2-000457",
        "shop": "Crème & Kaffee", "addressLines": ["1 High Street", "York"],
        "till": "T03", "cashier": "Zoë O’Neill", "at": 1_795_377_600_000_i64,
        "lines": [
            { "id": "a", "name": "White hanging heart T-light holder, boxed", "code": "85123A",
              "quantity": 6000, "unit": "pc", "unitPrice": 255, "discount": 30, "total": 1500 },
            { "id": "b", "name": "Käse", "code": "7", "quantity": 355, "unit": "kg",
              "unitPrice": 1000, "discount": 0, "total": 355 },
        ],
        "subtotal": 1855, "discount": 55,
        "tax": [
            { "rate": 2000, "net": 1500, "tax": 300, "gross": 1800 },
            { "rate": 0, "net": 0, "tax": 0, "gross": 0 },
        ],
        "taxIncluded": true, "rounding": -1, "total": 1800,
        "payments": [{ "method": "cash", "amount": 2000 }], "change": 200,
        "footer": "Thank you!", "pending": true, "refunded": "none", "refunds": [],
        "sale": null, "reason": null,
    })
}

fn job(paper: Option<Paper>) -> PrintJob {
    PrintJob {
        paper,
        figures: Figures {
            currency: "GBP".to_owned(),
            exponent: 2,
            locale: "en-GB".to_owned(),
        },
        wanted: Wanted::Asked,
        cash: false,
    }
}

fn of_receipt(receipt: Json, copy: bool) -> PrintJob {
    job(Some(Paper::Receipt { receipt, copy }))
}

#[test]
fn a_receipt_says_all_that_the_screen_says() -> Result<()> {
    let bytes = render(
        &of_receipt(receipt(), false),
        42,
        Pulse::None,
        &TimeZone::UTC,
    )?;
    let printed = read(&bytes)?;
    assert_eq!((printed.papers.len(), printed.pulses), (1, 0));
    let expected = "\
Crème & Kaffee
1 High Street
York
------------------------------------------
S01-T03-E2-000457
22 Nov 2026 20:00                 Till T03
Served by Zoë O'Neill
------------------------------------------
White hanging heart T-light holder, boxed
6 × 2.55                             15.00
Discount                             -0.30
Käse
0.355 × 10.00                         3.55
------------------------------------------
Subtotal                             18.55
Discount                             -0.55
TOTAL                               £18.00
Cash rounding                        -0.01
Cash                                 20.00
Change                                2.00
Tax included
20 % · Net 15.00                      3.00
------------------------------------------
Thank you!";
    let paper = &printed.papers[0];
    assert_eq!(paper.text().trim_end(), expected);
    assert_eq!(paper.codes, [Code::Bars("S01-T03-E2-000457".to_owned())]);
    Ok(())
}

#[test]
fn no_line_is_longer_than_the_paper_is_wide() -> Result<()> {
    for columns in [24, 32, 42, 48, 64] {
        let mut long = receipt();
        long["shop"] = json!("The Old Curiosity Shop of Portsmouth Street");
        long["lines"][0]["name"] =
            json!("Donaudampfschifffahrtsgesellschaftskapitänsmütze".repeat(2));
        long["total"] = json!(i64::MAX);
        let bytes = render(
            &of_receipt(long, true),
            columns,
            Pulse::None,
            &TimeZone::UTC,
        )?;
        let printed = read(&bytes)?;
        for line in &printed.papers[0].lines {
            assert!(
                line.chars().count() <= columns.into(),
                "{columns}: {line:?}"
            );
        }
        let narrow = columns < 42;
        assert_eq!(matches!(printed.papers[0].codes[..], [Code::Qr(_)]), narrow);
    }
    Ok(())
}

#[test]
fn a_copy_and_a_refund_say_so() -> Result<()> {
    let mut refund = receipt();
    refund["kind"] = json!("refund");
    refund["sale"] = json!({ "id": "2", "number": "S01-T03-E2-000400" });
    refund["reason"] = json!("Damaged");
    let bytes = render(&of_receipt(refund, true), 32, Pulse::None, &TimeZone::UTC)?;
    let text = read(&bytes)?.papers[0].text();
    for line in [
        "REFUND",
        "COPY",
        "For receipt S01-T03-E2-000400",
        "Reason: Damaged",
    ] {
        assert!(text.lines().any(|each| each == line), "{line} in {text}");
    }
    let bytes = render(
        &of_receipt(receipt(), false),
        32,
        Pulse::None,
        &TimeZone::UTC,
    )?;
    let text = read(&bytes)?.papers[0].text();
    assert!(!text.contains("COPY") && !text.contains("REFUND"), "{text}");
    Ok(())
}

#[test]
fn a_drawer_opens_before_the_paper_and_without_any() -> Result<()> {
    let bytes = render(&job(None), 42, Pulse::Opens, &TimeZone::UTC)?;
    let printed = read(&bytes)?;
    assert_eq!((printed.papers.len(), printed.pulses), (0, 1));
    let bytes = render(
        &of_receipt(receipt(), false),
        42,
        Pulse::Opens,
        &TimeZone::UTC,
    )?;
    let printed = read(&bytes)?;
    assert_eq!((printed.papers.len(), printed.pulses), (1, 1));
    let at = bytes.windows(2).position(|pair| pair == [0x1b, b'p']);
    assert_eq!(at, Some(5), "behind the reset, before the first letter");
    Ok(())
}

#[test]
fn nothing_that_somebody_wrote_is_a_command() -> Result<()> {
    let mut evil = receipt();
    evil["shop"] = json!("Shop\u{1b}p\u{0}\u{19}\u{fa}");
    evil["footer"] = json!("\u{1d}V\u{42}\u{0}\u{10}\u{4}\u{1}");
    evil["number"] = json!("\u{1d}(k\u{3}");
    let bytes = render(&of_receipt(evil, false), 42, Pulse::None, &TimeZone::UTC)?;
    let printed = read(&bytes)?;
    assert_eq!(
        (printed.papers.len(), printed.pulses, printed.asked),
        (1, 0, 0)
    );
    assert!(printed.papers[0].codes.is_empty());
    Ok(())
}

#[test]
fn what_is_no_receipt_is_refused() {
    for wrong in [
        json!(null),
        json!({}),
        json!({ "kind": "sale", "lines": 3 }),
    ] {
        let error = render(&of_receipt(wrong, false), 42, Pulse::None, &TimeZone::UTC);
        assert_eq!(error.expect_err("it is none").code(), "malformed");
    }
}

#[test]
fn a_report_says_what_was_counted_and_what_came_after() -> Result<()> {
    let totals = json!({
        "sales": 41, "sales_total": 48_235, "refunds": 2, "refunds_total": 1_275,
        "cash_sales": 22_410, "cash_refunds": 1_275, "card_sales": 25_825, "card_refunds": 0,
        "credit_sales": 0, "credit_refunds": 0, "credit_paid": 0, "cash_in": 2_000, "cash_out": 0,
    });
    let report = json!({
        "session": "1", "shop": "Corner shop", "till": "T03", "openedAt": 1_795_377_600_000_i64,
        "openedBy": "Carla", "float": 10_000, "totals": totals, "expected": 33_135,
        "amended": { "totals": totals, "expected": 33_885 },
        "closing": {
            "number": 12, "at": 1_795_377_660_000_i64, "by": null, "counted": 33_085,
            "difference": -50, "reason": "Wrong change", "counts": [{ "value": 5000, "count": 2 }],
        },
        "moves": [
            { "id": "1", "kind": "add", "amount": 2000, "reason": "From the bank", "at": 0, "by": null },
            { "id": "2", "kind": "no_sale", "amount": 0, "reason": "Changed a note", "at": 0, "by": null },
        ],
        "pending": false,
    });
    let bytes = render(
        &job(Some(Paper::Report { report })),
        48,
        Pulse::None,
        &TimeZone::UTC,
    )?;
    let text = read(&bytes)?.papers[0].text();
    for line in [
        "T03 · Z 12",
        "Opened 22 Nov 2026 20:00, Carla",
        "Closed 22 Nov 2026 20:01",
        "41 sales                                  482.35",
        "2 refunds                                 -12.75",
        "Sold less refunds                         469.60",
        "Should be there                           331.35",
        "1 Jan 1970 00:00 From the bank             20.00",
        "1 Jan 1970 00:00 Changed a note          no sale",
        "2 × £50.00                                100.00",
        "Difference                                -£0.50",
        "Reason: Wrong change",
        "Should be there                           338.85",
    ] {
        assert!(text.lines().any(|each| each == line), "{line:?} in {text}");
    }
    Ok(())
}
