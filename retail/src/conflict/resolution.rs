//! The mutation that carries a choice out.

use sync_core::{
    Body, Collection, CollectionName, Document, FieldPatch, Map, Op, RecordId, Refusal, Value,
    map_of,
};

use super::{Choice, Conflict, Rule};
use crate::build::{body, insert_op, patch_op, refused};
use crate::rules::rule_of;
use crate::{BuildError, Fields, Occasion, collection};

/// A choice about one conflict, as a manager saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolution {
    /// The conflict.
    pub id: RecordId,
    /// What it said.
    pub conflict: Conflict,
    /// The record it is about as it stood; `None` where it was gone.
    pub current: Option<Document>,
    /// What was chosen.
    pub choice: Choice,
    /// The rule by which the master chose; none where a person did.
    pub rule: Option<Rule>,
}

/// Resolves one conflict: see [`resolve_conflicts`].
///
/// # Errors
/// As there, and when the document is no conflict.
pub fn resolve_conflict(
    occasion: &Occasion,
    id: RecordId,
    conflict: &Document,
    current: Option<&Document>,
    choice: Choice,
) -> Result<Body, BuildError> {
    let resolution = Resolution {
        id,
        conflict: conflict.to_typed()?,
        current: current.cloned(),
        choice,
        rule: None,
    };
    resolve_conflicts(occasion, &[resolution])
}

/// Resolves conflicts, in one mutation. Each is decided for itself: what changed since it was seen
/// stays open, what somebody else resolved is left as it is.
///
/// # Errors
/// When there is none, a value is not valid, or a record that is gone cannot come back with what
/// was chosen.
pub fn resolve_conflicts(
    occasion: &Occasion,
    resolutions: &[Resolution],
) -> Result<Body, BuildError> {
    if resolutions.is_empty() {
        return Err(BuildError::Nothing);
    }
    let mut ops = Vec::new();
    for resolution in resolutions {
        ops.extend(resolution.ops(occasion)?);
    }
    Ok(body(occasion, "resolve_conflict", ops))
}

impl Resolution {
    /// The same, chosen by a rule of the shop. Only the master may say so.
    pub(super) fn by_rule(self, rule: Rule) -> Self {
        Self {
            rule: Some(rule),
            ..self
        }
    }

    /// The resolution itself, and the steps that carry it out.
    fn ops(&self, occasion: &Occasion) -> Result<Vec<Op>, BuildError> {
        let current = self.current.as_ref();
        let seen = self.conflict.standing(current);
        let (kept, chosen) = match &self.choice {
            Choice::Theirs => ("theirs", seen.clone()),
            Choice::Mine => ("mine", self.conflict.wanted(current)),
            Choice::Value(value) => ("merged", value.clone()),
        };
        let mark = self.mark(occasion, kept, seen.as_ref(), chosen.as_ref());
        Ok([mark]
            .into_iter()
            .chain(self.step(seen.as_ref(), chosen)?)
            .collect())
    }

    /// Whether what was withheld can still take effect.
    pub(super) fn can_keep_mine(&self) -> bool {
        let current = self.current.as_ref();
        let (seen, mine) = (
            self.conflict.standing(current),
            self.conflict.wanted(current),
        );
        self.step(seen.as_ref(), mine).is_ok()
    }

    /// The step that carries a choice out, where there is anything to do.
    fn step(&self, seen: Option<&Value>, chosen: Option<Value>) -> Result<Option<Op>, BuildError> {
        match &self.conflict.field {
            _ if chosen.as_ref() == seen => Ok(None),
            Some(field) => self.of_field(field, chosen).map(Some),
            None => self.of_record(chosen),
        }
    }

    fn mark(
        &self,
        occasion: &Occasion,
        kept: &str,
        seen: Option<&Value>,
        chosen: Option<&Value>,
    ) -> Op {
        let by = occasion.person.employee();
        let values = [
            ("resolution", Some(Value::from(kept))),
            ("seen", seen.cloned()),
            ("resolved", chosen.cloned()),
            ("resolved_by", by.map(|id| Value::Text(id.to_string()))),
            ("resolved_at", Some(Value::Int(occasion.at.0 as i64))),
            (
                "rule",
                self.rule
                    .map(|Rule::DevicePriority| "device_priority".into()),
            ),
        ];
        let values = values.into_iter().filter(|(_, value)| value.is_some());
        let mut fields: Map<String, FieldPatch> =
            map_of(values.map(|(name, now)| (name.to_owned(), FieldPatch::new(None, now))));
        let status = FieldPatch::new(Some("open".into()), Some("resolved".into()));
        fields.insert("status".to_owned(), status);
        Op::Patch {
            collection: CollectionName::from(collection::CONFLICTS),
            id: self.id,
            fields,
        }
    }

    fn of_field(&self, field: &str, chosen: Option<Value>) -> Result<Op, BuildError> {
        let current = self.current.as_ref().ok_or_else(gone)?;
        let changes = Fields::from_iter([(field.to_owned(), chosen)]);
        self.patch(current, &changes)
    }

    fn of_record(&self, chosen: Option<Value>) -> Result<Option<Op>, BuildError> {
        let (name, id) = (&self.conflict.collection, self.conflict.record);
        let schema = crate::schema();
        let known = schema.collection(name).ok_or_else(gone)?;
        let current = self.current.as_ref().map(|current| known.own(current));
        let chosen = match chosen {
            Some(Value::Map(fields)) => Some(Document::from_iter(fields)),
            Some(_) => return Err(no_record()),
            None => None,
        };
        match (current, chosen) {
            (None, None) => Ok(None),
            (Some(current), None) => Ok(Some(Op::Delete {
                collection: name.clone(),
                id,
                was: current.digest(),
            })),
            (None, Some(doc)) => {
                self.check_whole(known, &doc)?;
                Ok(Some(insert_op(name, id, doc)))
            }
            (Some(current), Some(doc)) => {
                let mut changes = Fields::of(&doc);
                for (field, _) in current.iter().filter(|(field, _)| doc.get(field).is_none()) {
                    changes.0.insert(field.to_owned(), None);
                }
                self.patch(&current, &changes).map(Some)
            }
        }
    }

    fn patch(&self, current: &Document, changes: &Fields) -> Result<Op, BuildError> {
        let (name, id) = (&self.conflict.collection, self.conflict.record);
        if let Some(rule) = rule_of(name) {
            rule(&changes.present()).map_err(refused)?;
        }
        patch_op(name, id, &Fields::of(current), changes, None)
    }

    /// A record comes back whole or not at all.
    fn check_whole(&self, known: &Collection, doc: &Document) -> Result<(), BuildError> {
        if known.projected().next().is_some() {
            return Err(gone());
        }
        known.check(doc).map_err(refused)?;
        rule_of(&self.conflict.collection).map_or(Ok(()), |rule| rule(doc).map_err(refused))
    }
}

fn gone() -> BuildError {
    let message = "the record is gone: keep it so, or make a new one";
    refused(Refusal::new("gone", message))
}

fn no_record() -> BuildError {
    let message = "say all fields of the record";
    refused(Refusal::new("invalid", message).of_field("value"))
}
