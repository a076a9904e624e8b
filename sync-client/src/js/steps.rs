//! Steps of a mutation as JavaScript writes them, taken into a draft.

use sync_core::Refusal;

use super::types::{FlatStep, StepKind};
use crate::{Draft, RecordError};

/// Takes one step.
///
/// # Errors
/// When it lacks what its kind needs, or the draft refuses it.
pub(super) fn take(draft: &mut Draft<'_>, step: FlatStep) -> Result<(), RecordError> {
    let collection = step.collection.as_str();
    let lacking = |what: &str| {
        let message = format!("a step in {collection} lacks its {what}");
        RecordError::Refused(Refusal::new("malformed", message).of_field(what))
    };
    match step.op {
        StepKind::Insert => {
            let doc = step.doc.ok_or_else(|| lacking("doc"))?;
            draft.insert(collection, step.id, doc);
        }
        StepKind::Patch => {
            let fields = step.fields.ok_or_else(|| lacking("fields"))?;
            match step.seen {
                Some(seen) => draft.patch_seen(collection, step.id, &seen, fields),
                None => draft.patch(collection, step.id, fields)?,
            }
        }
        StepKind::Delete => draft.delete(collection, step.id)?,
        StepKind::Add => {
            let field = step.field.as_deref().ok_or_else(|| lacking("field"))?;
            let delta = step.delta.ok_or_else(|| lacking("delta"))?;
            draft.add(collection, step.id, field, delta);
        }
    }
    Ok(())
}
