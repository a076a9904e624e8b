//! What every builder takes and gives.
//!
//! Builders are pure: ids, time and counters come in as arguments, a [`Body`] goes out. They check
//! what the person at the till can still mend; the master judges again.

use serde::Serialize;
use sync_core::{
    ARCHIVED, Actor, Body, CollectionName, DeviceId, Document, DocumentError, Millis, Op, RecordId,
    Refusal, Value, Verified,
};

use crate::permission::OverrideNeed;
use crate::{Fields, Money, Role, Series, typed};

/// Who does something, where and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occasion {
    /// The device it happens on.
    pub device: DeviceId,
    /// The series of its numbers.
    pub series: Series,
    /// The person logged in.
    pub person: Person,
    /// Business time.
    pub at: Millis,
}

/// The person a builder works for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The employee's record; a node's own id where it acts by itself.
    pub id: RecordId,
    /// The name that receipts carry.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// How the device knows.
    pub verified: Verified,
    /// The second person, who approved what the first may not do alone.
    pub approved_by: Option<RecordId>,
}

/// Why a builder made nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// A field is not valid.
    #[error("{}", .0.message)]
    Refused(Refusal),
    /// The person may not do this alone.
    #[error("this needs the approval of somebody else")]
    NotAllowed(Vec<OverrideNeed>),
    /// There is nothing to record.
    #[error("there is nothing to record")]
    Nothing,
    /// Less was paid than is due.
    #[error("not all of it is paid")]
    Unpaid {
        /// What is missing.
        remaining: Money,
    },
    /// More was paid by card than is due.
    #[error("more was paid by card than is due")]
    Overpaid {
        /// How much too much.
        excess: Money,
    },
    /// The sale has no such line, or not that much of it is left to refund.
    #[error("not that much of it is left to refund")]
    NotRefundable {
        /// The line of the sale.
        line: RecordId,
    },
    /// An amount is too large or of the wrong shape for a document.
    #[error(transparent)]
    Document(#[from] DocumentError),
}

impl BuildError {
    /// The stable code for programs.
    pub fn code(&self) -> &str {
        match self {
            Self::Refused(refusal) => &refusal.code,
            Self::NotAllowed(_) => "permission_denied",
            Self::Nothing => "nothing_to_record",
            Self::Unpaid { .. } => "unpaid",
            Self::Overpaid { .. } => "overpaid",
            Self::NotRefundable { .. } => "not_refundable",
            Self::Document(_) => "invalid",
        }
    }

    /// The field at fault.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Refused(refusal) => refusal.field.as_deref(),
            _ => None,
        }
    }
}

impl Person {
    /// A node that acts on its own: imports, timers, the first start.
    pub fn system(node: DeviceId) -> Self {
        Self {
            id: RecordId::from(*node.bytes()),
            name: "system".to_owned(),
            role: Role::Owner,
            verified: Verified::System,
            approved_by: None,
        }
    }

    /// The actor of a mutation.
    pub fn actor(&self) -> Actor {
        Actor {
            user: self.id,
            verified: self.verified,
            approved_by: self.approved_by,
        }
    }

    /// The employee's record, where it is a person.
    pub(crate) fn employee(&self) -> Option<RecordId> {
        (self.verified != Verified::System).then_some(self.id)
    }

    pub(crate) fn employee_name(&self) -> Option<String> {
        self.employee().map(|_| self.name.clone())
    }
}

impl Occasion {
    /// A node that acts on its own.
    pub fn system(node: DeviceId, at: Millis) -> Self {
        Self {
            device: node,
            series: Series::default(),
            person: Person::system(node),
            at,
        }
    }
}

pub(crate) fn body(occasion: &Occasion, name: &str, ops: Vec<Op>) -> Body {
    Body {
        actor: occasion.person.actor(),
        name: name.to_owned(),
        ops,
    }
}

pub(crate) fn refused(refusal: Refusal) -> BuildError {
    BuildError::Refused(refusal)
}

/// What a record's own rule says of a document. A field that is not there is not at fault: that is
/// the schema's business.
pub(crate) type Rule = fn(&Document) -> Result<(), Refusal>;

/// An insert of a document.
pub(crate) fn insert_op(collection: &str, id: RecordId, doc: Document) -> Op {
    Op::Insert {
        collection: CollectionName::from(collection),
        id,
        doc,
    }
}

/// An insert of a record that its rule has nothing against.
pub(crate) fn ruled_insert_op(
    collection: &str,
    id: RecordId,
    record: &impl Serialize,
    rule: Rule,
) -> Result<Op, BuildError> {
    let doc = typed::to_document(record)?;
    rule(&doc).map_err(refused)?;
    Ok(insert_op(collection, id, doc))
}

/// A patch whose new values the record's rule has nothing against.
pub(crate) fn ruled_patch_op(
    collection: &str,
    id: RecordId,
    seen: &Fields,
    changes: &Fields,
    confirmed: Option<&Document>,
    rule: Rule,
) -> Result<Op, BuildError> {
    rule(&changes.present()).map_err(refused)?;
    patch_op(collection, id, seen, changes, confirmed)
}

/// Refuses a text of nothing but spaces, with a sentence that asks for a better one.
pub(crate) fn not_blank(doc: &Document, field: &str, sentence: &str) -> Result<(), Refusal> {
    match doc.text(field) {
        Some(text) if text.trim().is_empty() => {
            Err(Refusal::new("empty", sentence).of_field(field))
        }
        _ => Ok(()),
    }
}

/// Refuses an edit of what was seen to be archived, unless it brings it back.
pub(crate) fn not_archived(seen: &Fields, changes: &Fields) -> Result<(), BuildError> {
    let archived = seen.0.get(ARCHIVED) == Some(&Some(Value::Bool(true)));
    if archived && !changes.0.contains_key(ARCHIVED) {
        let message = "this is archived: bring it back first";
        return Err(refused(Refusal::new("archived", message)));
    }
    Ok(())
}

/// A patch from what was seen to what is wanted, its values checked against the schema.
pub(crate) fn patch_op(
    collection: &str,
    id: RecordId,
    seen: &Fields,
    changes: &Fields,
    confirmed: Option<&Document>,
) -> Result<Op, BuildError> {
    let known = crate::schema().collection(collection);
    for (name, value) in &changes.0 {
        let field = known.and_then(|known| known.fields.get(name));
        match (field, value) {
            (Some(field), Some(value)) => field.check(name, value).map_err(refused)?,
            (Some(field), None) if field.required => {
                let message = format!("{name} cannot be empty");
                return Err(refused(Refusal::new("required", message).of_field(name)));
            }
            (Some(_), None) => {}
            (None, _) => {
                let message = format!("{collection} have no {name}");
                return Err(refused(
                    Refusal::new("unknown_field", message).of_field(name),
                ));
            }
        }
    }
    let fields = changes.patch(seen, confirmed);
    if fields.is_empty() {
        return Err(BuildError::Nothing);
    }
    Ok(Op::Patch {
        collection: CollectionName::from(collection),
        id,
        fields,
    })
}
