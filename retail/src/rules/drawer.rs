//! Whether a drawer is closed once, with sums that add up and all that went through it.

use sync_core::{Document, Op, ReadError, Refusal, Value};

use super::{Fact, Raise, Trial};
use crate::collection::{DRAWER_SESSIONS, HELD_SALES, SHIFT_CLOSINGS};
use crate::project::id_of;
use crate::take_over::{OWNER, TAKE_OVER};
use crate::{DrawerTotals, Money, ShiftClosing};

/// A session that is closed stays as it was closed, and another owner comes by one event alone.
pub(super) fn judge(trial: &mut Trial<'_>) -> Result<(), ReadError> {
    let body = trial.body;
    for (index, op) in body.ops.iter().enumerate() {
        let Op::Patch {
            collection,
            id,
            fields,
        } = op
        else {
            continue;
        };
        let owned = matches!(collection.as_str(), DRAWER_SESSIONS | HELD_SALES);
        if owned
            && fields
                .keys()
                .any(|field| (field == OWNER) != (body.name == TAKE_OVER))
        {
            let message = "another till takes this over as a whole, and changes nothing else in it";
            trial.object(Some(index), Refusal::new("not_owner", message));
        }
        if collection.as_str() != DRAWER_SESSIONS {
            continue;
        }
        let before = trial.before.get(DRAWER_SESSIONS, *id)?;
        if before.is_some_and(|session| is_closed(&session.doc)) {
            let message = "this drawer is closed: its report stays as it is";
            trial.object(Some(index), Refusal::new("drawer_closed", message));
        }
    }
    Ok(())
}

/// What arrives for a session that was closed before.
pub(super) fn late(trial: &mut Trial<'_>, fact: Fact<'_>) -> Result<(), ReadError> {
    let Some(session) = id_of(fact.doc.get("session")) else {
        return Ok(());
    };
    let closed = trial.before.get(DRAWER_SESSIONS, session)?;
    let Some(closed) = closed.filter(|session| is_closed(&session.doc)) else {
        return Ok(());
    };
    let what = fact.doc.text("number").unwrap_or("cash moved");
    let report = match closed.doc.int("number") {
        Some(number) => format!("its drawer was closed with Z {number}"),
        None => "its drawer was closed".to_owned(),
    };
    trial.task(Raise {
        kind: "late_sale",
        subject: session.to_string(),
        op: fact.op,
        message: format!("{what} came after {report}"),
        details: Document::new().with("receipt", what),
    });
    Ok(())
}

/// Cash that went in or out without a sale.
pub(super) fn moved(trial: &mut Trial<'_>, fact: Fact<'_>) -> Result<(), ReadError> {
    let moves = fact.doc.text("kind") != Some("no_sale");
    let fits = |amount: i64| if moves { amount > 0 } else { amount == 0 };
    if fact.doc.int("amount").is_some_and(|amount| !fits(amount)) {
        let message = match moves {
            true => "cash moves by more than nothing, one way or the other",
            false => "no cash moves where a drawer is only opened",
        };
        let refusal = Refusal::new("invalid", message).of_field("amount");
        trial.object(Some(fact.op), refusal);
    }
    late(trial, fact)
}

/// A Z report: its sums, its number, and whether its till knew all that its drawer took.
pub(super) fn closed(trial: &mut Trial<'_>, fact: Fact<'_>) -> Result<(), ReadError> {
    let closing: ShiftClosing = match fact.doc.to_typed() {
        Ok(closing) => closing,
        Err(e) => {
            let message = format!("this Z report is not complete: {e}");
            trial.object(Some(fact.op), Refusal::new("unreadable", message));
            return Ok(());
        }
    };
    let name = format!("Z {} of {}", closing.number, closing.till);
    number(trial, fact, &closing, &name)?;
    let session = trial.before.get(DRAWER_SESSIONS, closing.session)?;
    let session = session.map(|session| session.doc).unwrap_or_default();
    let float = Money(session.int("float").unwrap_or(0));
    if let Some(field) = differs(&closing, float) {
        let message = format!("the {field} of {name} does not add up");
        let refusal = Refusal::new("totals_differ", message).of_field(field);
        trial.object(Some(fact.op), refusal);
    }
    if DrawerTotals::of(&session) != closing.totals {
        trial.task(Raise {
            kind: "late_sale",
            subject: closing.session.to_string(),
            op: fact.op,
            message: format!("{name} was made without all that its drawer took"),
            details: Document::new().with("receipt", name),
        });
    }
    Ok(())
}

fn differs(closing: &ShiftClosing, float: Money) -> Option<&'static str> {
    let counted: Money = closing
        .denominations
        .iter()
        .map(|(value, count)| {
            let value: i64 = value.parse().unwrap_or(0);
            Money(value.saturating_mul(count.as_int().unwrap_or(0)))
        })
        .sum();
    if closing.expected != closing.totals.expected(float) {
        Some("expected")
    } else if closing.counted != counted {
        Some("counted")
    } else if closing.difference != closing.counted - closing.expected {
        Some("difference")
    } else {
        None
    }
}

/// A number that a till gave twice, or one before it that never came.
fn number(
    trial: &mut Trial<'_>,
    fact: Fact<'_>,
    closing: &ShiftClosing,
    name: &str,
) -> Result<(), ReadError> {
    let device = Value::Text(closing.device.to_string());
    let closings = trial.after.find(SHIFT_CLOSINGS, "device", &device)?;
    let others = closings.iter().filter(|other| other.id != fact.id);
    let numbers: Vec<i64> = others.filter_map(|other| other.doc.int("number")).collect();
    let number = i64::try_from(closing.number).unwrap_or(i64::MAX);
    let details = || Document::new().with("receipt", name);
    if numbers.contains(&number) {
        trial.task(Raise {
            kind: "number_repeated",
            subject: name.to_owned(),
            op: fact.op,
            message: format!("two reports are called {name}"),
            details: details(),
        });
    }
    if number > 1 && !numbers.contains(&(number - 1)) {
        let missing = format!("Z {} of {}", number - 1, closing.till);
        trial.task(Raise {
            kind: "number_gap",
            subject: missing.clone(),
            op: fact.op,
            message: format!("{name} came without {missing} before it"),
            details: details(),
        });
    }
    Ok(())
}

fn is_closed(session: &Document) -> bool {
    session.text("status") == Some("closed")
}
