//! Whether shared records are valid, and whether two share what should be unique.

use sync_core::{Document, Op, ReadError, RecordId, Refusal, Value};

use super::{Raise, Trial};
use crate::build::Rule;
use crate::collection::{
    BATCHES, CATEGORIES, CREDENTIALS, CUSTOMERS, EMPLOYEES, PRODUCTS, SETTINGS,
};
use crate::{batch, category, customer, employee, product, settings};

pub(super) fn judge(trial: &mut Trial<'_>) -> Result<(), ReadError> {
    for (index, op) in trial.body.ops.iter().enumerate() {
        if !matches!(op, Op::Insert { .. } | Op::Patch { .. }) {
            continue;
        }
        let (collection, id) = op.target();
        let read = |record: Option<sync_core::Record>| {
            record
                .filter(sync_core::Record::is_live)
                .map(|record| record.doc)
        };
        let before = read(trial.before.get(collection, id)?);
        let Some(after) = read(trial.after.get(collection, id)?) else {
            continue;
        };
        valid(trial, index, collection, before.as_ref(), &after);
        unique(
            trial,
            index,
            (collection.as_str(), id),
            before.as_ref(),
            &after,
        )?;
        if collection.as_str() == CREDENTIALS && trial.after.get(EMPLOYEES, id)?.is_none() {
            let message = "there is no such person";
            trial.object(Some(index), Refusal::new("missing", message));
        }
        if collection.as_str() == PRODUCTS
            && let Some(before) = before
        {
            price_change(trial, index, id, &before, &after);
        }
    }
    Ok(())
}

/// What the schema does not say of a collection's records.
pub(crate) fn rule_of(collection: &str) -> Option<Rule> {
    match collection {
        PRODUCTS => Some(product::check),
        EMPLOYEES => Some(employee::check),
        BATCHES => Some(batch::check),
        CATEGORIES => Some(category::check),
        CUSTOMERS => Some(customer::check),
        SETTINGS => Some(settings::check),
        _ => None,
    }
}

/// Refuses what makes a record invalid; one that was so before may be mended step by step.
fn valid(
    trial: &mut Trial<'_>,
    op: usize,
    collection: &str,
    before: Option<&Document>,
    after: &Document,
) {
    let Some(check) = rule_of(collection) else {
        return;
    };
    if let Err(refusal) = check(after)
        && before.is_none_or(|before| check(before).is_ok())
    {
        trial.object(Some(op), refusal);
    }
}

fn unique(
    trial: &mut Trial<'_>,
    op: usize,
    (collection, id): (&str, RecordId),
    before: Option<&Document>,
    after: &Document,
) -> Result<(), ReadError> {
    let fields: &[(&str, &str)] = match collection {
        PRODUCTS => &[("barcode", "duplicate_barcode"), ("code", "duplicate_code")],
        EMPLOYEES => &[("email", "duplicate_email")],
        CUSTOMERS => &[("email", "duplicate_email"), ("phone", "duplicate_phone")],
        _ => return Ok(()),
    };
    for (field, kind) in fields {
        let Some(value) = after.get(field) else {
            continue;
        };
        if is_archived(after) || before.is_some_and(|before| before.get(field) == Some(value)) {
            continue;
        }
        let others: Vec<_> = trial
            .after
            .find(collection, field, value)?
            .into_iter()
            .filter(|other| other.id != id && !is_archived(&other.doc))
            .collect();
        let Some(other) = others.first() else {
            continue;
        };
        let name = |doc: &Document| doc.text("name").unwrap_or_default().to_owned();
        let text = value.as_str().unwrap_or_default().to_owned();
        let message = format!(
            "{} and {} have the same {field} {text}",
            name(&other.doc),
            name(after)
        );
        let ids = others.iter().map(|other| other.id).chain([id]);
        let ids = ids
            .map(|id| Value::Text(id.to_string()))
            .collect::<Vec<_>>();
        let details = Document::new()
            .with("collection", collection)
            .with("records", ids);
        trial.task(Raise {
            kind,
            subject: text,
            op,
            message,
            details,
        });
    }
    Ok(())
}

fn is_archived(doc: &Document) -> bool {
    doc.get("archived").and_then(Value::as_bool) == Some(true)
}

fn price_change(
    trial: &mut Trial<'_>,
    op: usize,
    id: RecordId,
    before: &Document,
    after: &Document,
) {
    let (Some(old), Some(new)) = (before.int("price"), after.int("price")) else {
        return;
    };
    if old == new {
        return;
    }
    let name = after.text("name").unwrap_or_default();
    trial.notice(Raise {
        kind: "price_changed",
        subject: id.to_string(),
        op,
        message: format!("{name} has a new price"),
        details: Document::new().with("was", old).with("now", new),
    });
}
