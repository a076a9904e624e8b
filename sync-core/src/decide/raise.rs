//! The records the master makes: conflicts, tasks and notices.

use crate::{
    Body, CONFLICTS, Case, Cause, CauseKind, CollectionName, Document, FieldPatch, Kind, NOTICES,
    Op, ReadError, Record, RecordId, Records, Schema, TASKS, Value, Withheld, WithheldBecause,
    map_of,
};

use super::apply::Attempt;

/// A task names at most this many of its causes; their number is kept beside.
const NAMED_CAUSES: usize = 50;

/// Makes a record of every part that waits for a person, or brings the one up to date that this
/// device already has open.
pub(super) fn conflicts(
    schema: &Schema,
    attempt: &mut Attempt<'_>,
    case: &Case<'_>,
    body: &Body,
) -> Result<(), ReadError> {
    if schema.collection(CONFLICTS).is_none() {
        return Ok(());
    }
    let waiting: Vec<Withheld> = attempt
        .withheld
        .iter()
        .filter(|part| part.because == WithheldBecause::Conflict)
        // The master's own records are nobody's to choose, nor for everybody to read.
        .filter(|part| {
            let known = schema.collection(&part.collection);
            known.is_some_and(|known| known.kind != Kind::Master)
        })
        .cloned()
        .collect();
    for part in waiting {
        let (collection, id) = body.ops[part.op as usize].target();
        if (collection, id) != (&part.collection, part.id) {
            // A conflict that stays open for all its resolution is its own record.
            if let Some(mut open) = attempt.scratch.get(collection, id)? {
                sign_theirs(attempt, &mut open.doc, &part)?;
                attempt.scratch.put(collection, open);
            }
            continue;
        }
        let was = was_of(body, &part);
        let key = conflict_key(&part);
        let device = case.device.id.to_string();
        let open = attempt
            .scratch
            .find(CONFLICTS, "key", &Value::Text(key.clone()))?;
        let own = open.into_iter().find(|record| {
            record.doc.text("status") == Some("open")
                && record.doc.text("device") == Some(&device)
                && goes_on(&record.doc, body, &part, was.as_ref())
        });
        let record = match own {
            Some(mut record) => {
                let mine = together(record.doc.get("mine"), &part);
                record.doc.set("mine", mine);
                record.doc.set("theirs", part.theirs.clone());
                sign_theirs(attempt, &mut record.doc, &part)?;
                Record {
                    version: case.position,
                    at: case.now,
                    ..record
                }
            }
            None => {
                let id = raised_id(case, part.op as usize, "conflict", &key);
                let mut doc = conflict_doc(case, body, &part, was, key);
                sign_theirs(attempt, &mut doc, &part)?;
                Record::inserted(id, case.position, case.now, doc)
            }
        };
        attempt.scratch.put(&CONFLICTS.into(), record);
    }
    Ok(())
}

/// Says in a conflict whose the standing value is: of a field who last changed it, of a record who
/// last changed anything in it.
fn sign_theirs(
    attempt: &Attempt<'_>,
    doc: &mut Document,
    part: &Withheld,
) -> Result<(), ReadError> {
    let record = attempt.scratch.get(&part.collection, part.id)?;
    let authors = record.map(|record| record.authors).unwrap_or_default();
    let author = match &part.field {
        Some(field) => authors.get(field).or_else(|| authors.get("")),
        None => authors.values().max_by_key(|author| author.at),
    };
    let mut set = |name: &str, value: Option<Value>| doc.set(name, value);
    set("theirs_actor", author.map(|a| a.actor.to_string().into()));
    set("theirs_device", author.map(|a| a.device.to_string().into()));
    set(
        "theirs_device_name",
        author.map(|a| a.device_name.as_str().into()),
    );
    set("theirs_at", author.map(|a| Value::Int(a.at.0 as i64)));
    Ok(())
}

/// Raises tasks and notices. A further cause extends the open task of its kind and subject.
pub(super) fn causes(
    schema: &Schema,
    attempt: &mut Attempt<'_>,
    case: &Case<'_>,
    causes: &[Cause],
) -> Result<(), ReadError> {
    for cause in causes {
        let collection = match cause.raise {
            CauseKind::Task => TASKS,
            CauseKind::Notice => NOTICES,
        };
        if schema.collection(collection).is_none() {
            continue;
        }
        let key = format!("{}:{}", cause.kind, cause.subject);
        let open = match cause.raise {
            CauseKind::Notice => None,
            CauseKind::Task => attempt
                .scratch
                .find(TASKS, "key", &Value::Text(key.clone()))?
                .into_iter()
                .find(|task| task.doc.text("status") == Some("open")),
        };
        let record = match open {
            Some(mut task) => {
                extend(&mut task.doc, case, cause);
                Record {
                    version: case.position,
                    at: case.now,
                    ..task
                }
            }
            None => {
                let id = raised_id(case, cause.op, &cause.kind, &cause.subject);
                let mut doc = Document::new()
                    .with("key", key)
                    .with("kind", cause.kind.as_str())
                    .with("subject", cause.subject.as_str())
                    .with("message", cause.message.as_str())
                    .with("status", "open")
                    .with("raised_at", case.now.0 as i64);
                let until = cause.until.map(|until| Value::Int(until.0 as i64));
                doc.set("expires_at", until);
                extend(&mut doc, case, cause);
                Record::inserted(id, case.position, case.now, doc)
            }
        };
        attempt
            .scratch
            .put(&CollectionName::from(collection), record);
    }
    Ok(())
}

fn extend(doc: &mut Document, case: &Case<'_>, cause: &Cause) {
    let count = doc.int("count").unwrap_or(0) + 1;
    doc.set("count", Some(Value::Int(count)));
    let mut named = doc
        .get("causes")
        .and_then(Value::as_list)
        .unwrap_or_default()
        .to_vec();
    if named.len() < NAMED_CAUSES {
        named.push(Value::Map(map_of([
            ("device".to_owned(), Value::Text(case.device.id.to_string())),
            (
                "device_name".to_owned(),
                Value::Text(case.device.name.clone()),
            ),
            ("seq".to_owned(), Value::Int(case.seq.0 as i64)),
            ("at".to_owned(), Value::Int(case.now.0 as i64)),
            ("message".to_owned(), Value::Text(cause.message.clone())),
            (
                "details".to_owned(),
                Value::Map(map_of(cause.details.clone())),
            ),
        ])));
    }
    doc.set("causes", Some(Value::List(named)));
}

fn raised_id(case: &Case<'_>, op: usize, kind: &str, subject: &str) -> RecordId {
    RecordId::derived(&[
        b"raised",
        case.device.id.bytes(),
        &case.seq.0.to_be_bytes(),
        &(op as u64).to_be_bytes(),
        kind.as_bytes(),
        subject.as_bytes(),
    ])
}

/// Whether what was withheld goes on from the open conflict of the same device: an edit of the
/// value it wanted, or an edit of a record that is gone which knows of what it wanted there before.
fn goes_on(conflict: &Document, body: &Body, part: &Withheld, was: Option<&Value>) -> bool {
    match (&part.field, &body.ops[part.op as usize]) {
        (Some(_), _) => conflict.get("mine") == was,
        (None, Op::Patch { fields, .. }) if conflict.text("step") == Some("patch") => {
            let mine = conflict.get("mine").and_then(Value::as_map);
            let wanted = |field: &String| mine.and_then(|mine| mine.get(field));
            let knew = |(field, patch): (&String, &FieldPatch)| {
                wanted(field).is_none_or(|wanted| patch.was.as_ref() == Some(wanted))
            };
            fields.iter().all(knew)
        }
        (None, _) => false,
    }
}

/// What the device wants now: of a whole record all that it wanted before as well.
fn together(before: Option<&Value>, part: &Withheld) -> Option<Value> {
    match (&part.field, before, &part.mine) {
        (None, Some(Value::Map(before)), Some(Value::Map(now))) => {
            let mut all = before.clone();
            all.extend(
                now.iter()
                    .map(|(name, value)| (name.clone(), value.clone())),
            );
            Some(Value::Map(all))
        }
        _ => part.mine.clone(),
    }
}

fn step_of(body: &Body, part: &Withheld) -> &'static str {
    match &body.ops[part.op as usize] {
        Op::Insert { .. } => "insert",
        Op::Patch { .. } => "patch",
        Op::Delete { .. } => "delete",
        Op::Add { .. } => "add",
    }
}

fn conflict_key(part: &Withheld) -> String {
    format!(
        "{}/{}/{}",
        part.collection,
        part.id,
        part.field.as_deref().unwrap_or("")
    )
}

fn was_of(body: &Body, part: &Withheld) -> Option<Value> {
    match (&body.ops[part.op as usize], &part.field) {
        (Op::Patch { fields, .. }, Some(field)) => fields.get(field)?.was.clone(),
        _ => None,
    }
}

fn conflict_doc(
    case: &Case<'_>,
    body: &Body,
    part: &Withheld,
    was: Option<Value>,
    key: String,
) -> Document {
    let mut doc = Document::new()
        .with("key", key)
        .with("collection", part.collection.as_str())
        .with("record", part.id.to_string())
        .with("step", step_of(body, part))
        .with("status", "open")
        .with("device", case.device.id.to_string())
        .with("device_name", case.device.name.as_str())
        .with("actor", body.actor.user.to_string())
        .with("mutation", body.name.as_str())
        .with("claimed_at", case.at.millis().0 as i64)
        .with("raised_at", case.now.0 as i64);
    doc.set("field", part.field.clone().map(Value::Text));
    doc.set("was", was);
    doc.set("theirs", part.theirs.clone());
    doc.set("mine", part.mine.clone());
    doc
}
