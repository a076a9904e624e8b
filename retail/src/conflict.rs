//! Conflicts: what a manager sees of one, and the choice that ends it.

mod card;
mod resolution;
mod settle;

use serde::{Deserialize, Serialize};
use sync_core::{CollectionName, DeviceId, Document, Millis, RecordId, Value};

pub use card::{ConflictCard, conflict_card, conflict_cards};
pub use resolution::{Resolution, resolve_conflict, resolve_conflicts};
pub use settle::settle_conflicts;

/// A record of `conflicts`, for reading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Conflict {
    /// Where the record is that two people changed.
    pub collection: CollectionName,
    /// Which record.
    pub record: RecordId,
    /// Which field; `None` where it is the whole record.
    pub field: Option<String>,
    /// What was withheld.
    pub step: ConflictStep,
    /// What both saw before they changed it.
    pub was: Option<Value>,
    /// What stood when the conflict arose, or when a resolution came too late for it.
    pub theirs: Option<Value>,
    /// Whose that is, where a person changed it.
    pub theirs_actor: Option<RecordId>,
    /// On which device.
    pub theirs_device: Option<DeviceId>,
    /// What people called it then.
    pub theirs_device_name: Option<String>,
    /// When, by the clock of that device.
    pub theirs_at: Option<Millis>,
    /// What was withheld: the field's value, or a map of fields.
    pub mine: Option<Value>,
    /// The device whose change was withheld.
    pub device: DeviceId,
    /// What people called it then.
    pub device_name: Option<String>,
    /// The person there.
    pub actor: RecordId,
    /// What they did, such as `edit_product`.
    pub mutation: String,
    /// When, by the clock of that device.
    pub claimed_at: Millis,
    /// When the master found that it clashes.
    pub raised_at: Millis,
    /// Whether somebody chose.
    pub status: ConflictStatus,
    /// What they chose.
    pub resolution: Option<ResolvedBy>,
    /// What stood when they chose.
    pub seen: Option<Value>,
    /// What stands since.
    pub resolved: Option<Value>,
    /// Who chose.
    pub resolved_by: Option<RecordId>,
    /// When, by the clock of their device.
    pub resolved_at: Option<Millis>,
    /// The rule of the shop by which the master chose; none where a person did.
    pub rule: Option<Rule>,
}

/// A rule by which the master ends a conflict by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "ConflictRule"))]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The device of the higher priority wins.
    DevicePriority,
}

/// The step that was withheld.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ConflictStep {
    /// A record under an id that is taken or was deleted.
    Insert,
    /// A change of a field, or of a record that was archived or deleted.
    Patch,
    /// A deletion of a record that changed.
    Delete,
    /// An addition to a record that was deleted.
    Add,
}

/// Whether somebody chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ConflictStatus {
    /// It waits for a manager.
    Open,
    /// It was resolved.
    Resolved,
}

/// Which side a resolution kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ResolvedBy {
    /// What stood.
    Theirs,
    /// What was withheld.
    Mine,
    /// Something of both, or something else.
    Merged,
}

/// What a manager chooses. A value is a field's, or all of a record's own fields; none is no value, and
/// of a record that it is deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(tag = "choice", content = "value", rename_all = "snake_case")]
pub enum Choice {
    /// What stands stays.
    Theirs,
    /// What was withheld takes effect.
    Mine,
    /// This takes effect: a field's value, or all of a record's own fields. `None` is no value, and
    /// of a record that it is deleted.
    Value(Option<Value>),
}

impl Conflict {
    /// What stands of what the conflict is about: the field's value, or the record's own fields;
    /// nothing where it is gone.
    pub fn standing(&self, current: Option<&Document>) -> Option<Value> {
        let current = current?;
        match &self.field {
            Some(field) => current.get(field).cloned(),
            None => {
                let known = crate::schema().collection(&self.collection);
                let own = known.map_or_else(|| current.clone(), |known| known.own(current));
                Some(own.into())
            }
        }
    }

    /// What keeping the withheld change would make of it.
    pub(crate) fn wanted(&self, current: Option<&Document>) -> Option<Value> {
        let standing = || self.standing(current);
        match (self.step, &self.mine) {
            (ConflictStep::Delete, _) => None,
            (ConflictStep::Add, Some(Value::Int(delta))) => {
                let sum = standing().and_then(|value| value.as_int()).unwrap_or(0);
                Some(Value::Int(sum.saturating_add(*delta)))
            }
            (ConflictStep::Patch, Some(Value::Map(mine))) if self.field.is_none() => {
                // What was archived comes back with the edit.
                let mut whole = match standing() {
                    Some(Value::Map(fields)) => fields,
                    _ => sync_core::Map::new(),
                };
                whole.remove(sync_core::ARCHIVED);
                whole.extend(mine.clone());
                Some(Value::Map(whole))
            }
            (_, mine) => mine.clone(),
        }
    }
}
