//! Whether this person, on this device, may do this.

use sync_core::{DeviceKind, Document, Op, ReadError, RecordId, Records, Refusal, Value, Verified};

use super::Trial;
use crate::Role;
use crate::collection::{CREDENTIALS, EMPLOYEES, REFUNDS, SALES};
use crate::permission::{Ask, Mutation, Permission, Step, ask_of_sale, authorise, mutation};
use crate::project::id_of;

pub(super) fn judge(trial: &mut Trial<'_>) -> Result<(), ReadError> {
    let name = trial.body.name.clone();
    let Some(mutation) = mutation(&name) else {
        let message = format!("this version knows no mutation {name:?}");
        trial.object(None, Refusal::new("unsupported", message));
        return Ok(());
    };
    steps(trial, mutation);
    device(trial, mutation);
    let role = match actor(trial)? {
        Ok(role) => role,
        // Who looks at a wall nobody signs in at says nothing but that it was shown there.
        Err(_) if trial.case.device.read_only && name == "acknowledge_notice" => Role::Viewer,
        Err(refusal) => {
            trial.object(None, refusal);
            return Ok(());
        }
    };
    permission(trial, mutation, role)?;
    if trial.body.actor.verified != Verified::System {
        employees(trial, role)?;
    }
    Ok(())
}

/// A name is no way around the permission of another: ops outside of the table's are refused.
fn steps(trial: &mut Trial<'_>, mutation: &Mutation) {
    if trial.body.ops.is_empty() {
        trial.object(None, Refusal::new("empty", "there is nothing to do"));
    }
    for (index, op) in trial.body.ops.iter().enumerate() {
        let step = match op {
            Op::Insert { .. } => Some(Step::Insert),
            Op::Patch { .. } => Some(Step::Patch),
            Op::Delete { .. } => Some(Step::Delete),
            Op::Add { .. } => None,
        };
        let (collection, _) = op.target();
        let known = mutation
            .touches
            .iter()
            .any(|touch| touch.collection == collection.as_str() && Some(touch.step) == step);
        if !known {
            let message = format!("{} does not do this to {collection}", mutation.name);
            let refusal = Refusal::new("unsupported", message);
            trial.judgement.objections.push(sync_core::Objection {
                op: Some(index),
                refusal,
            });
        }
    }
}

fn device(trial: &mut Trial<'_>, mutation: &Mutation) {
    let kind = trial.case.device.kind;
    if mutation.node_only && kind != DeviceKind::Node {
        let message = "only the master does this";
        trial.object(None, Refusal::new("forbidden", message));
    }
    if mutation.sells && !kind.sells() && kind != DeviceKind::Node {
        let message = "this device does not sell";
        trial.object(None, Refusal::new("forbidden", message));
    }
}

/// The role of whoever did it, or why they are nobody.
fn actor(trial: &Trial<'_>) -> Result<Result<Role, Refusal>, ReadError> {
    let actor = &trial.body.actor;
    if actor.verified == Verified::System {
        let node = trial.case.device.kind == DeviceKind::Node;
        let message = "only the master acts without a person";
        return Ok(if node {
            Ok(Role::Owner)
        } else {
            Err(Refusal::new("forbidden", message))
        });
    }
    let role = active_role(trial.before, actor.user)?;
    Ok(role.ok_or_else(|| Refusal::new("unknown_user", "this user does not work here (any more)")))
}

pub(super) fn active_role(
    records: &dyn Records,
    employee: RecordId,
) -> Result<Option<Role>, ReadError> {
    let record = records.get(EMPLOYEES, employee)?;
    Ok(record
        .filter(|record| record.is_live() && is_active(&record.doc))
        .and_then(|record| role_of(&record.doc)))
}

fn role_of(doc: &Document) -> Option<Role> {
    doc.text("role").and_then(Role::of)
}

fn is_active(doc: &Document) -> bool {
    doc.get("active").and_then(Value::as_bool) == Some(true)
}

fn permission(trial: &mut Trial<'_>, mutation: &Mutation, role: Role) -> Result<(), ReadError> {
    let own_pin = mutation.name == "set_credentials"
        && trial
            .body
            .ops
            .iter()
            .all(|op| op.target().1 == trial.body.actor.user);
    let body = trial.body;
    let asks = body.ops.iter().enumerate().filter_map(|(index, op)| {
        let (op, doc) = match op {
            Op::Insert {
                collection, doc, ..
            } => (collection.as_str(), doc),
            _ => return None,
        };
        ask_of(op, doc).map(|ask| (Some(index), ask, doc.get("approvals")))
    });
    let mut asks: Vec<_> = asks.collect();
    asks.push((None, Ask::default(), None));
    let mut told: Vec<Permission> = Vec::new();
    for (op, ask, approvals) in asks {
        for lacking in authorise(role, mutation.name, &ask).unwrap_or_default() {
            let lent = lent(trial, mutation, lacking, &ask, approvals)?;
            if lent || told.contains(&lacking) || own_pin {
                continue;
            }
            told.push(lacking);
            let message = format!("{} may not do this alone", role_name(role));
            trial.object(op, Refusal::new("forbidden", message));
        }
    }
    Ok(())
}

fn ask_of(collection: &str, doc: &Document) -> Option<Ask> {
    match collection {
        SALES => Some(ask_of_sale(doc)),
        REFUNDS => Some(Ask {
            without_receipt: doc.get("sale").is_none(),
            ..Ask::default()
        }),
        _ => None,
    }
}

/// Whether somebody else who has the permission lent it.
fn lent(
    trial: &Trial<'_>,
    mutation: &Mutation,
    lacking: Permission,
    ask: &Ask,
    approvals: Option<&Value>,
) -> Result<bool, ReadError> {
    let recorded = approvals.and_then(Value::as_list).unwrap_or_default();
    let recorded = recorded
        .iter()
        .filter_map(Value::as_map)
        .filter_map(|approval| id_of(approval.get("employee")));
    for lender in trial.body.actor.approved_by.into_iter().chain(recorded) {
        if lender == trial.body.actor.user {
            continue;
        }
        if let Some(role) = active_role(trial.before, lender)? {
            let missing = authorise(role, mutation.name, ask).unwrap_or_default();
            if !missing.contains(&lacking) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Nobody makes, changes or locks out somebody of their own rank or above, and an owner is left.
fn employees(trial: &mut Trial<'_>, role: Role) -> Result<(), ReadError> {
    for (index, op) in trial.body.ops.iter().enumerate() {
        let (collection, id) = op.target();
        if !matches!(collection.as_str(), EMPLOYEES | CREDENTIALS) {
            continue;
        }
        let before = trial.before.get(EMPLOYEES, id)?.map(|record| record.doc);
        let after = trial.after.get(EMPLOYEES, id)?.map(|record| record.doc);
        let rank = |doc: &Option<Document>| doc.as_ref().and_then(role_of);
        let outranked = [rank(&before), rank(&after)]
            .into_iter()
            .flatten()
            .any(|other| !role.may_manage(other));
        let active = |doc: &Option<Document>| doc.as_ref().is_some_and(is_active);
        let own = id == trial.body.actor.user
            && rank(&before) == rank(&after)
            && active(&before) == active(&after);
        if outranked && !own {
            let message = format!("{} may not change this person", role_name(role));
            trial.object(Some(index), Refusal::new("forbidden", message));
        }
        let was_owner = rank(&before) == Some(Role::Owner) && active(&before);
        let is_owner = rank(&after) == Some(Role::Owner) && active(&after);
        if was_owner && !is_owner && !has_owner(trial.after)? {
            let message = "a shop needs an owner: name another one first";
            let refusal = Refusal::new("last_owner", message).of_field("role");
            trial.object(Some(index), refusal);
        }
    }
    Ok(())
}

fn has_owner(records: &dyn Records) -> Result<bool, ReadError> {
    let owners = records.find(EMPLOYEES, "role", &Role::Owner.as_str().into())?;
    Ok(owners.iter().any(|owner| is_active(&owner.doc)))
}

pub(super) fn role_name(role: Role) -> &'static str {
    match role {
        Role::Owner => "an owner",
        Role::Manager => "a manager",
        Role::Cashier => "a cashier",
        Role::StockClerk => "a stock clerk",
        Role::Viewer => "a viewer",
    }
}
