//! Whether what customers owe follows from what they bought, and stays within their limits.

use sync_core::{Body, Document, Op, ReadError, Record, Refusal, Value, Verified};

use super::people::{active_role, role_name};
use super::{Fact, Raise, Trial};
use crate::collection::{CREDIT_ENTRIES, CUSTOMERS, REFUNDS, SALES};
use crate::credit::on_credit;
use crate::payment::Payment;
use crate::permission::Permission;
use crate::{CreditEntry, CreditKind, Money, ShopSettings};

pub(super) fn judge(trial: &mut Trial<'_>) -> Result<(), ReadError> {
    limits(trial)?;
    receipts(trial);
    Ok(())
}

/// Who may make a customer does not thereby say how much they may owe.
fn limits(trial: &mut Trial<'_>) -> Result<(), ReadError> {
    const LIMIT: &str = "credit_limit";
    let body = trial.body;
    if body.actor.verified == Verified::System {
        return Ok(());
    }
    let role = active_role(trial.before, body.actor.user)?;
    let Some(role) = role.filter(|role| !role.has(Permission::ManageCredit)) else {
        return Ok(());
    };
    for (index, op) in body.ops.iter().enumerate() {
        let sets = match op {
            Op::Insert { doc, .. } => doc.get(LIMIT).is_some(),
            Op::Patch { fields, .. } => fields.contains_key(LIMIT),
            _ => false,
        };
        if sets && op.target().0.as_str() == CUSTOMERS {
            let message = format!("{} may not set a credit limit", role_name(role));
            let refusal = Refusal::new("forbidden", message).of_field(LIMIT);
            trial.object(Some(index), refusal);
        }
    }
    Ok(())
}

/// A receipt paid with credit says in the same mutation who owes it; nothing else does.
fn receipts(trial: &mut Trial<'_>) {
    let body = trial.body;
    let entries = || {
        let inserts = body.ops.iter().filter_map(|op| match op {
            Op::Insert {
                collection, doc, ..
            } if collection.as_str() == CREDIT_ENTRIES => Some(doc),
            _ => None,
        });
        inserts.fold(0_i64, |sum, doc| {
            sum.saturating_add(doc.int("amount").unwrap_or(0))
        })
    };
    for (index, op) in body.ops.iter().enumerate() {
        let Op::Insert {
            collection, doc, ..
        } = op
        else {
            continue;
        };
        let sign = match collection.as_str() {
            SALES => 1,
            REFUNDS => -1,
            _ => continue,
        };
        let paid = doc.get("payments").cloned();
        let paid: Vec<Payment> = Document::new()
            .with("payments", paid.unwrap_or_else(|| Vec::new().into()))
            .to_typed::<Payments>()
            .map(|paid| paid.payments)
            .unwrap_or_default();
        let owed = on_credit(&paid).0.saturating_mul(sign);
        if owed != entries() {
            let message = "what was paid with credit is not what is owed for it";
            let refusal = Refusal::new("totals_differ", message).of_field("payments");
            trial.object(Some(index), refusal);
        }
    }
}

#[derive(serde::Deserialize)]
struct Payments {
    payments: Vec<Payment>,
}

/// A line of the ledger.
pub(super) fn entered(trial: &mut Trial<'_>, fact: Fact<'_>) -> Result<(), ReadError> {
    let Ok(entry) = fact.doc.to_typed::<CreditEntry>() else {
        let refusal = Refusal::new("unreadable", "this entry is not complete");
        trial.object(Some(fact.op), refusal);
        return Ok(());
    };
    let (kind, name) = (entry.kind, trial.body.name.as_str());
    let fits = match name {
        "complete_sale" => kind == CreditKind::Charge,
        "refund" => kind == CreditKind::Adjust && entry.amount <= Money::ZERO,
        "credit_payment" => kind == CreditKind::Payment,
        _ => matches!(kind, CreditKind::Adjust | CreditKind::WriteOff),
    };
    if !fits {
        let refusal = Refusal::new("invalid", format!("{name} makes no such entry"));
        trial.object(Some(fact.op), refusal.of_field("kind"));
    }
    if kind != CreditKind::Adjust && name != "complete_sale" && entry.amount <= Money::ZERO {
        let refusal = Refusal::new("invalid", "say how much, more than nothing");
        trial.object(Some(fact.op), refusal.of_field("amount"));
    }
    super::drawer::late(trial, fact)?;
    if kind == CreditKind::Charge {
        over_limit(trial, fact, &entry)?;
    }
    Ok(())
}

/// Who lent the sale of this mutation the right to go over a limit.
fn approver(body: &Body) -> Option<&str> {
    let sale = body.ops.iter().find_map(|op| match op {
        Op::Insert {
            collection, doc, ..
        } if collection.as_str() == SALES => Some(doc),
        _ => None,
    })?;
    let lent = sale.get("approvals")?.as_list()?.iter();
    let lent = lent.filter_map(Value::as_map);
    let mut lent = lent.filter(|approval| {
        approval.get("permission").and_then(Value::as_str) == Some("manage_credit")
    });
    lent.next()?.get("name")?.as_str()
}

fn over_limit(trial: &mut Trial<'_>, fact: Fact<'_>, entry: &CreditEntry) -> Result<(), ReadError> {
    let customer = trial.after.get(CUSTOMERS, entry.customer)?;
    let customer = customer.filter(Record::is_live).map(|record| record.doc);
    let known = customer.unwrap_or_default();
    let before = trial.before.get(CUSTOMERS, entry.customer)?;
    let owed = before.and_then(|record| record.doc.int("credit_balance"));
    let balance = Money(owed.unwrap_or(0)) + entry.amount;
    let limit = Money(known.int("credit_limit").unwrap_or(0));
    if balance <= limit {
        return Ok(());
    }
    let exponent = ShopSettings::read(trial.before)?.exponent;
    let name = known.text("name").unwrap_or("a customer");
    let receipt = entry.number.as_deref().unwrap_or("a sale");
    let (owes, over) = (balance.format(exponent), (balance - limit).format(exponent));
    let mut message = format!("{name} owes {owes} after {receipt}, {over} over the limit");
    if let Some(approver) = approver(trial.body) {
        message.push_str(&format!(", as {approver} approved"));
    }
    trial.task(Raise {
        kind: "credit_over_limit",
        subject: entry.customer.to_string(),
        op: fact.op,
        message,
        details: Document::new()
            .with("receipt", receipt)
            .with("balance", balance.0)
            .with("limit", limit.0),
    });
    Ok(())
}
