//! Whether what the master made is ended as it may be.

use sync_core::{Document, Kind, Map, Op, Policy, ReadError, RecordId, Refusal, Value, Verified};

use super::Trial;
use super::people::{active_role, role_name};
use crate::collection::{CONFLICTS, TASKS};
use crate::permission::{Permission, permission_to_edit};

pub(super) fn judge(trial: &mut Trial<'_>) -> Result<(), ReadError> {
    let body = trial.body;
    for (index, op) in body.ops.iter().enumerate() {
        if let Op::Patch {
            collection,
            id,
            fields,
        } = op
        {
            let known = crate::schema().collection(collection);
            if known.is_some_and(|known| known.kind == Kind::Raised) {
                ending(trial, index, collection, fields);
            }
            if collection.as_str() == TASKS {
                closing(trial, index, *id, fields)?;
            }
        }
    }
    if body.name == "resolve_conflict" {
        resolving(trial)?;
    }
    Ok(())
}

/// What the master said stays as it said it, and whoever ends it says so under their own name.
fn ending(
    trial: &mut Trial<'_>,
    op: usize,
    collection: &str,
    fields: &Map<String, sync_core::FieldPatch>,
) {
    let actor = &trial.body.actor;
    let person = (actor.verified != Verified::System).then(|| Value::Text(actor.user.to_string()));
    let known = crate::schema().collection(collection);
    for (field, patch) in fields {
        let masters = known.is_some_and(|known| known.policy(field) == Policy::Manual);
        let refusal = if masters && person.is_some() {
            Refusal::new("forbidden", format!("only the master writes {field}"))
        } else if matches!(field.as_str(), "closed_by" | "resolved_by") && patch.now != person {
            Refusal::new("forbidden", "nobody ends this in the name of others")
        } else {
            continue;
        };
        trial.object(Some(op), refusal.of_field(field));
    }
}

/// Whoever may not close tasks does not close one beside something else, and nobody closes a task
/// that has got worse since they looked.
fn closing(
    trial: &mut Trial<'_>,
    op: usize,
    task: RecordId,
    fields: &Map<String, sync_core::FieldPatch>,
) -> Result<(), ReadError> {
    let actor = &trial.body.actor;
    if actor.verified != Verified::System
        && let Some(role) = active_role(trial.before, actor.user)?
        && !role.has(Permission::CloseTasks)
        && trial.body.name != "close_task"
    {
        let message = format!("{} may not close tasks", role_name(role));
        trial.object(Some(op), Refusal::new("forbidden", message));
    }
    let seen = fields
        .get("closed_count")
        .and_then(|patch| patch.now.as_ref());
    let closes = |patch: &sync_core::FieldPatch| patch.now == Some(Value::from("closed"));
    if seen.is_none() && fields.get("status").is_some_and(closes) {
        let message = "say how often it had happened when you looked: closed_count is missing";
        let refusal = Refusal::new("required", message).of_field("closed_count");
        trial.object(Some(op), refusal);
    }
    let task = trial.before.get(TASKS, task)?.map(|record| record.doc);
    let open = task.filter(|task| task.text("status") == Some("open"));
    if let (Some(seen), Some(open)) = (seen.and_then(Value::as_int), open)
        && open.int("count").is_some_and(|count| count > seen)
    {
        let message = "it has happened again meanwhile: look at the task once more";
        trial.object(Some(op), Refusal::new("happened_again", message));
    }
    Ok(())
}

/// A resolution changes what its conflicts are about and nothing else, and only what its actor
/// could change without a conflict.
fn resolving(trial: &mut Trial<'_>) -> Result<(), ReadError> {
    let body = trial.body;
    let mut about: Vec<Document> = Vec::new();
    for op in &body.ops {
        if let Op::Patch {
            collection,
            id,
            fields,
        } = op
            && collection.as_str() == CONFLICTS
            && fields.contains_key("status")
        {
            about.extend(trial.before.get(CONFLICTS, *id)?.map(|record| record.doc));
        }
    }
    let role = match body.actor.verified {
        Verified::System => None,
        _ => active_role(trial.before, body.actor.user)?,
    };
    for (index, op) in body.ops.iter().enumerate() {
        let (collection, id) = op.target();
        if collection.as_str() == CONFLICTS {
            continue;
        }
        let covers = |conflict: &Document| {
            let target = conflict.text("collection") == Some(collection.as_str())
                && conflict.text("record") == Some(&id.to_string());
            target
                && match (conflict.text("field"), op) {
                    (None, _) => true,
                    (Some(field), Op::Patch { fields, .. }) => {
                        fields.keys().all(|name| name == field)
                    }
                    (Some(_), _) => false,
                }
        };
        if !about.iter().any(covers) {
            let message = "a resolution changes only what its conflict is about";
            trial.object(Some(index), Refusal::new("forbidden", message));
        }
        if let (Some(role), Some(permission)) = (role, permission_to_edit(collection))
            && !role.has(permission)
        {
            let message = format!("{} may not change {collection}", role_name(role));
            trial.object(Some(index), Refusal::new("forbidden", message));
        }
    }
    Ok(())
}
