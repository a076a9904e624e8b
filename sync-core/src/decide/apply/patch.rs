//! A patch: field by field, or withheld as a whole.

use super::super::rights::field_refusal;
use super::{Attempt, Step, sign};
use crate::{
    ARCHIVED, Clash, FieldPatch, Kind, MAX_RECORD_BYTES, Map, Record, Refusal, Value, Withheld,
    WithheldBecause, map_of, merge_field,
};

impl Attempt<'_> {
    pub(super) fn patch(
        &mut self,
        step: &Step<'_>,
        mut record: Record,
        fields: &Map<String, FieldPatch>,
    ) {
        if record.deleted || self.edits_what_was_archived(step, &record, fields) {
            let wanted = fields.iter();
            let wanted =
                wanted.filter_map(|(name, patch)| Some((name.clone(), patch.now.clone()?)));
            let theirs = (!record.deleted).then(|| step.collection.own(&record.doc).into());
            self.withhold(step, None, theirs, Some(Value::Map(map_of(wanted))));
            return;
        }
        if ended_by_another(step, &record, fields) {
            return self.withhold_ending(step, &record, fields);
        }
        let before = (record.doc.clone(), record.writes.clone());
        for (field, patch) in fields {
            if self.resolving.leaves_out(step, Some(field)) {
                continue;
            }
            if let Some(refusal) = field_refusal(step, field, patch.now.as_ref()) {
                self.object(step, refusal);
                continue;
            }
            let writes = record.writes.get(field).map_or(&[][..], Vec::as_slice);
            let policy = step.collection.policy(field);
            let current = record.doc.get(field);
            let merged = merge_field(current, writes, patch, policy, step.case.stamp());
            self.settled_a_clash |= merged.clash == Some(Clash::Won);
            if let Some(Clash::Lost(because)) = merged.clash {
                self.withheld.push(Withheld {
                    op: step.op as u32,
                    collection: step.name.clone(),
                    id: step.id,
                    field: Some(field.clone()),
                    because,
                    theirs: current.cloned(),
                    mine: patch.now.clone(),
                });
            }
            if merged.apply {
                record.doc.set(field.as_str(), patch.now.clone());
                sign(step, &mut record, field);
            }
            if !merged.writes.is_empty() {
                record.writes.insert(field.clone(), merged.writes);
            }
        }
        if (&record.doc, &record.writes) == (&before.0, &before.1) {
            return;
        }
        // What is there already may shrink, whatever its size.
        let size = record.doc.canonical().len();
        if size > MAX_RECORD_BYTES && size > before.0.canonical().len() {
            let message = format!("a record has at most {MAX_RECORD_BYTES} bytes");
            return self.object(step, Refusal::new("too_large", message));
        }
        self.put_changed(step, record);
    }

    /// Who comes second to end a task adds nothing to what the first one said.
    fn withhold_ending(
        &mut self,
        step: &Step<'_>,
        record: &Record,
        fields: &Map<String, FieldPatch>,
    ) {
        for (field, patch) in fields {
            let theirs = record.doc.get(field);
            if theirs != patch.now.as_ref() {
                self.withheld.push(Withheld {
                    op: step.op as u32,
                    collection: step.name.clone(),
                    id: step.id,
                    field: Some(field.clone()),
                    because: WithheldBecause::FirstWins,
                    theirs: theirs.cloned(),
                    mine: patch.now.clone(),
                });
            }
        }
    }

    /// Whether a patch changes a record that somebody archived, without saying so: who edits what
    /// is archived on purpose brings it back in the same step, or resolves a conflict about it.
    fn edits_what_was_archived(
        &self,
        step: &Step<'_>,
        record: &Record,
        fields: &Map<String, FieldPatch>,
    ) -> bool {
        let changes = |(name, patch): (&String, &FieldPatch)| {
            patch.was != patch.now
                && record.doc.get(name) != patch.now.as_ref()
                && !self.resolving.settles_field(step, name)
        };
        step.collection.is_archived(&record.doc)
            && !fields.contains_key(ARCHIVED)
            && !self.resolving.settles(step)
            && fields.iter().any(changes)
    }
}

/// Whether a patch ends what the master raised and somebody else has ended since it was seen.
fn ended_by_another(step: &Step<'_>, record: &Record, fields: &Map<String, FieldPatch>) -> bool {
    let status = record.doc.get("status");
    let ends = fields.get("status");
    step.collection.kind == Kind::Raised
        && status.and_then(Value::as_str) != Some("open")
        && ends.is_some_and(|patch| {
            let base = patch.base.as_ref().map(Option::as_ref);
            patch.was.as_ref() != status && base != Some(status)
        })
}
