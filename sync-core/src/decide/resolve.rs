//! What a person's choice does to a conflict.
//!
//! A resolution is a patch that sets a conflict's `status` to `resolved`. Beside it stand the steps
//! that carry the choice out; `seen` is the value that stood when the person chose.
//!
//! ```text
//! the conflict is resolved already ──► the first resolution stands, the steps are left out;
//!                                      with nothing else to resolve: rejected, already_resolved
//! what stands is what was seen ──────► resolved, the steps take effect
//! what stands is what was chosen ────► resolved, there is nothing to do
//! anything else ─────────────────────► the conflict stays open with what stands as `theirs`,
//!                                      the steps are left out: nobody's edit is overwritten unseen
//! ```
//!
//! 1. Of several resolutions of one conflict exactly one takes effect: the first in the log.
//! 2. A record that was deleted comes back only by an insert that resolves its conflict, and only
//!    where nothing is derived for it: facts count on while it is gone.

use crate::{
    CONFLICTS, CollectionName, FieldPatch, Map, Objection, ReadError, Record, RecordId, Records,
    Refusal, Schema, Value, Withheld, WithheldBecause,
};

use super::apply::{Attempt, Step};

/// What the mutation says of the conflicts it names, in its order.
#[derive(Default)]
pub(super) struct Resolving(Vec<Resolution>);

struct Resolution {
    op: usize,
    collection: CollectionName,
    record: RecordId,
    field: Option<String>,
    end: End,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Resolved,
    StaysOpen,
    WasResolved,
}

impl Resolving {
    /// Whether the steps on a record, or on one field of it, belong to a choice that came too late.
    pub(super) fn leaves_out(&self, step: &Step<'_>, field: Option<&str>) -> bool {
        self.last(step, field)
            .is_some_and(|end| end != End::Resolved)
    }

    /// Whether the mutation resolves a conflict about the whole record.
    pub(super) fn settles(&self, step: &Step<'_>) -> bool {
        self.last(step, None) == Some(End::Resolved)
    }

    /// Whether it resolves a conflict about one field of the record.
    pub(super) fn settles_field(&self, step: &Step<'_>, field: &str) -> bool {
        self.last(step, Some(field)) == Some(End::Resolved)
    }

    /// What speaks against a mutation whose every resolution came second.
    pub(super) fn objection(&self) -> Option<Objection> {
        let late = |resolution: &Resolution| resolution.end == End::WasResolved;
        let first = self.0.first().filter(|_| self.0.iter().all(late))?;
        let message = "somebody else has resolved this already";
        Some(Objection {
            op: Some(first.op),
            refusal: Refusal::new("already_resolved", message),
        })
    }

    fn last(&self, step: &Step<'_>, field: Option<&str>) -> Option<End> {
        let about = |resolution: &&Resolution| {
            resolution.collection == *step.name
                && resolution.record == step.id
                && resolution.field.as_deref() == field
        };
        self.0.iter().rev().find(about).map(|last| last.end)
    }
}

/// Whether a patch is a resolution.
pub(super) fn is_resolution(collection: &str, fields: &Map<String, FieldPatch>) -> bool {
    let status = fields.get("status").and_then(|patch| patch.now.as_ref());
    collection == CONFLICTS && status.and_then(Value::as_str) == Some("resolved")
}

impl Attempt<'_> {
    /// Says whether a resolution of this conflict takes effect; brings the conflict up to date
    /// where it does not.
    pub(super) fn resolve(
        &mut self,
        step: &Step<'_>,
        schema: &Schema,
        conflict: &Record,
        fields: &Map<String, FieldPatch>,
    ) -> Result<bool, ReadError> {
        let doc = &conflict.doc;
        let (Some(collection), Some(record)) = (
            doc.text("collection").map(CollectionName::from),
            doc.text("record").and_then(|id| id.parse().ok()),
        ) else {
            return Ok(true);
        };
        let field = doc.text("field").map(str::to_owned);
        let now = |name: &str| fields.get(name).and_then(|patch| patch.now.as_ref());
        let standing = self.standing(schema, &collection, record, field.as_deref())?;
        let end = if doc.text("status") != Some("open") {
            self.withheld.push(Withheld {
                op: step.op as u32,
                collection: step.name.clone(),
                id: step.id,
                field: Some("status".to_owned()),
                because: WithheldBecause::FirstWins,
                theirs: doc.get("status").cloned(),
                mine: now("status").cloned(),
            });
            End::WasResolved
        } else if [now("seen"), now("resolved")].contains(&standing.as_ref()) {
            End::Resolved
        } else {
            let mut open = conflict.clone();
            open.doc.set("theirs", standing.clone());
            self.put_changed(step, open);
            self.withheld.push(Withheld {
                op: step.op as u32,
                collection: collection.clone(),
                id: record,
                field: field.clone(),
                because: WithheldBecause::Conflict,
                theirs: standing,
                mine: now("resolved").cloned(),
            });
            End::StaysOpen
        };
        self.resolving.0.push(Resolution {
            op: step.op,
            collection,
            record,
            field,
            end,
        });
        Ok(end == End::Resolved)
    }

    /// The value of a field, or the record's own fields; nothing where it is gone.
    fn standing(
        &self,
        schema: &Schema,
        collection: &CollectionName,
        id: RecordId,
        field: Option<&str>,
    ) -> Result<Option<Value>, ReadError> {
        let record = self.scratch.get(collection, id)?.filter(Record::is_live);
        let Some((record, known)) = record.zip(schema.collection(collection)) else {
            return Ok(None);
        };
        Ok(match field {
            Some(field) => record.doc.get(field).cloned(),
            None => Some(known.own(&record.doc).into()),
        })
    }
}
