//! Whether a receipt adds up, its number fits, and what it refunds was sold.

mod sums;

use sync_core::{Document, Millis, ReadError, RecordId, Refusal, Value};

use super::{Fact, Raise, Trial, drawer};
use crate::collection::{PRODUCTS, REFUNDS, SALES, STOCK_ADJUSTMENTS};
use crate::day::day_of;
use crate::{Number, Refund, Sale, SaleLine, ShopSettings};

pub(super) fn judge(trial: &mut Trial<'_>, fact: Fact<'_>) -> Result<(), ReadError> {
    number(trial, fact)?;
    drawer::late(trial, fact)?;
    let shop = ShopSettings::read(trial.before)?;
    let lines = if fact.collection == SALES {
        match fact.doc.to_typed::<Sale>() {
            Ok(sale) => {
                differ(trial, fact, sums::of_sale(&sale, &shop));
                sale.lines
            }
            Err(e) => return unreadable(trial, fact, &e.to_string()),
        }
    } else {
        match fact.doc.to_typed::<Refund>() {
            Ok(refund) => {
                differ(trial, fact, sums::of_refund(&refund, &shop));
                refunded(trial, fact, &refund)?;
                refund.lines
            }
            Err(e) => return unreadable(trial, fact, &e.to_string()),
        }
    };
    products(trial, fact, &lines)?;
    expired(trial, fact, &lines);
    Ok(())
}

fn unreadable(trial: &mut Trial<'_>, fact: Fact<'_>, why: &str) -> Result<(), ReadError> {
    let message = format!("this receipt is not complete: {why}");
    trial.object(Some(fact.op), Refusal::new("unreadable", message));
    Ok(())
}

fn differ(trial: &mut Trial<'_>, fact: Fact<'_>, found: Result<(), &'static str>) {
    if let Err(field) = found {
        let message = format!("the {field} of {} does not add up", name_of(fact.doc));
        let refusal = Refusal::new("totals_differ", message).of_field(field);
        trial.object(Some(fact.op), refusal);
    }
}

fn name_of(doc: &Document) -> &str {
    doc.text("number").unwrap_or("a receipt")
}

/// A number that was given twice, or one before it that never came.
pub(super) fn number(trial: &mut Trial<'_>, fact: Fact<'_>) -> Result<(), ReadError> {
    let number = name_of(fact.doc).to_owned();
    if let Some(other) = bearer(trial, &number, fact)? {
        let details = Document::new()
            .with("receipt", fact.id.to_string())
            .with("other", other.to_string());
        trial.task(Raise {
            kind: "number_repeated",
            subject: number.clone(),
            op: fact.op,
            message: format!("two documents have the number {number}"),
            details,
        });
    }
    if let Some(before) = number.parse::<Number>().ok().and_then(|n| n.before()) {
        let missing = before.to_string();
        if bearer(trial, &missing, fact)?.is_none() {
            trial.task(Raise {
                kind: "number_gap",
                subject: missing.clone(),
                op: fact.op,
                message: format!("{number} came without {missing} before it"),
                details: Document::new().with("receipt", fact.id.to_string()),
            });
        }
    }
    Ok(())
}

/// Another document of its kind with a number: sales and refunds share theirs.
fn bearer(trial: &Trial<'_>, number: &str, fact: Fact<'_>) -> Result<Option<RecordId>, ReadError> {
    let value = Value::from(number);
    let among: &[&str] = match fact.collection {
        STOCK_ADJUSTMENTS => &[STOCK_ADJUSTMENTS],
        _ => &[SALES, REFUNDS],
    };
    for collection in among {
        let found = trial.after.find(collection, "number", &value)?;
        if let Some(other) = found.iter().find(|record| record.id != fact.id) {
            return Ok(Some(other.id));
        }
    }
    Ok(None)
}

/// What is refunded must have been sold, and not more of it than that.
fn refunded(trial: &mut Trial<'_>, fact: Fact<'_>, refund: &Refund) -> Result<(), ReadError> {
    let Some(sale_id) = refund.sale else {
        return Ok(());
    };
    let sale = trial
        .before
        .get(SALES, sale_id)?
        .and_then(|record| record.doc.to_typed::<Sale>().ok());
    let Some(sale) = sale else {
        let message = format!("the sale that {} refunds is not known", refund.number);
        trial.object(Some(fact.op), Refusal::new("sale_unknown", message));
        return Ok(());
    };
    let key = Value::Text(sale_id.to_string());
    let earlier: Vec<Refund> = trial
        .before
        .find(REFUNDS, "sale", &key)?
        .into_iter()
        .filter(|record| record.id != fact.id)
        .filter_map(|record| record.doc.to_typed().ok())
        .collect();
    let back = |refund: &Refund, line: RecordId| {
        let lines = refund.lines.iter().filter(|each| each.id == line);
        lines.fold(0_i64, |sum, each| sum.saturating_add(each.quantity.0))
    };
    let too_much = refund.lines.iter().any(|line| {
        let sold = sale.lines.iter().find(|sold| sold.id == line.id);
        let sold = sold.map_or(0, |sold| sold.quantity.0);
        let all = earlier
            .iter()
            .chain([refund])
            .fold(0_i64, |sum, each| sum.saturating_add(back(each, line.id)));
        all.unsigned_abs() > sold.unsigned_abs() || i128::from(all) * i128::from(sold) < 0
    });
    if too_much {
        let numbers: Vec<Value> = earlier
            .iter()
            .chain([refund])
            .map(|refund| Value::from(refund.number.as_str()))
            .collect();
        trial.task(Raise {
            kind: "double_refund",
            subject: sale_id.to_string(),
            op: fact.op,
            message: format!("more of {} was refunded than was sold", sale.number),
            details: Document::new()
                .with("sale", sale.number.as_str())
                .with("refunds", numbers),
        });
    }
    Ok(())
}

fn products(trial: &mut Trial<'_>, fact: Fact<'_>, lines: &[SaleLine]) -> Result<(), ReadError> {
    for line in lines {
        let Some(product) = line.product else {
            continue;
        };
        if trial
            .after
            .get(PRODUCTS, product)?
            .is_none_or(|record| !record.is_live())
        {
            let message = format!("{} has no record of {}", name_of(fact.doc), line.name);
            trial.object(Some(fact.op), Refusal::new("product_unknown", message));
            break;
        }
    }
    Ok(())
}

/// One cause for each product, however many batches of it were sold past their date.
fn expired(trial: &mut Trial<'_>, fact: Fact<'_>, lines: &[SaleLine]) {
    let Some(sold_at) = fact.doc.int("sold_at") else {
        return;
    };
    let today = day_of(Millis(u64::try_from(sold_at).unwrap_or(0)));
    let approver = fact.doc.get("approvals").and_then(Value::as_list);
    let approver = approver
        .unwrap_or_default()
        .iter()
        .filter_map(Value::as_map)
        .find(|lent| lent.get("permission").and_then(Value::as_str) == Some("sell_expired"))
        .and_then(|lent| lent.get("name")?.as_str());
    let mut told: Vec<String> = Vec::new();
    for line in lines {
        let subject = line
            .product
            .map_or_else(|| line.code.clone(), |id| id.to_string());
        let past = line.expiry.as_ref().filter(|expiry| **expiry < today);
        let Some(expiry) = past.filter(|_| !told.contains(&subject)) else {
            continue;
        };
        told.push(subject.clone());
        let number = name_of(fact.doc);
        let mut message = format!("{number} sold {}, which expired on {expiry}", line.name);
        if let Some(name) = approver {
            message.push_str(&format!(", as {name} approved"));
        }
        let mut details = Document::new().with("receipt", number);
        details.set("lot", line.lot.clone().map(Value::Text));
        trial.task(Raise {
            kind: "expired_sold",
            subject,
            op: fact.op,
            message,
            details,
        });
    }
}
