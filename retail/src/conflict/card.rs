//! What a screen shows of a conflict.

use serde::{Deserialize, Serialize};
use sync_core::{Document, ReadError, Record, RecordId, Records, Value};

use super::{Choice, Conflict, ConflictStatus, Resolution};
use crate::collection;

/// A conflict side by side: was, theirs, mine, and what is around it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ConflictCard {
    /// The conflict.
    pub id: RecordId,
    /// What its record says, in the words of the collection.
    pub conflict: Conflict,
    /// What people call the record it is about.
    pub label: Option<String>,
    /// The name of the person whose value stands.
    pub theirs_name: Option<String>,
    /// The name of the person whose change was withheld.
    pub actor_name: Option<String>,
    /// The name of the person who resolved it.
    pub resolver_name: Option<String>,
    /// The record as it stands; `None` where it is gone.
    pub current: Option<Document>,
    /// What keeping theirs leaves: the field's value, or the record's own fields.
    pub theirs: Option<Value>,
    /// What keeping mine makes of it.
    pub mine: Option<Value>,
    /// Whether the withheld change can be kept: not where the record is gone for good.
    pub can_keep_mine: bool,
}

impl ConflictCard {
    /// A choice about what this card shows.
    pub fn choose(self, choice: Choice) -> Resolution {
        Resolution {
            id: self.id,
            conflict: self.conflict,
            current: self.current,
            choice,
            rule: None,
        }
    }
}

/// The card of a conflict; `None` where there is none under this id.
///
/// # Errors
/// When the records cannot be read.
pub fn conflict_card(
    records: &dyn Records,
    id: RecordId,
) -> Result<Option<ConflictCard>, ReadError> {
    match records.get(collection::CONFLICTS, id)? {
        Some(record) if record.is_live() => card(records, &record),
        _ => Ok(None),
    }
}

/// The cards of the open or of the resolved conflicts, newest first.
///
/// # Errors
/// When the records cannot be read.
pub fn conflict_cards(
    records: &dyn Records,
    status: ConflictStatus,
) -> Result<Vec<ConflictCard>, ReadError> {
    let status = match status {
        ConflictStatus::Open => "open",
        ConflictStatus::Resolved => "resolved",
    };
    let mut found = records.find(collection::CONFLICTS, "status", &status.into())?;
    found.sort_by_key(|record| (std::cmp::Reverse(record.doc.int("raised_at")), record.id));
    let cards = found.iter().map(|record| card(records, record));
    cards.filter_map(Result::transpose).collect()
}

fn card(records: &dyn Records, record: &Record) -> Result<Option<ConflictCard>, ReadError> {
    let Ok(conflict) = record.doc.to_typed::<Conflict>() else {
        return Ok(None);
    };
    let current = records
        .get(&conflict.collection, conflict.record)?
        .filter(Record::is_live)
        .map(|record| record.doc);
    let known = current.as_ref().and_then(label_of);
    let by_fields = |value: &Option<Value>| match value {
        Some(Value::Map(fields)) => label_of(&fields.clone().into_iter().collect()),
        _ => None,
    };
    let label = known
        .or_else(|| by_fields(&conflict.theirs))
        .or_else(|| by_fields(&conflict.mine));
    let name = |id: Option<RecordId>| -> Result<Option<String>, ReadError> {
        let Some(id) = id else { return Ok(None) };
        let person = records.get(collection::EMPLOYEES, id)?;
        Ok(person.and_then(|person| person.doc.text("name").map(str::to_owned)))
    };
    let theirs = conflict.standing(current.as_ref());
    let mine = conflict.wanted(current.as_ref());
    let (actor_name, resolver_name) = (name(Some(conflict.actor))?, name(conflict.resolved_by)?);
    let theirs_name = name(conflict.theirs_actor)?;
    let mut card = ConflictCard {
        id: record.id,
        conflict,
        label,
        theirs_name,
        actor_name,
        resolver_name,
        current,
        theirs,
        mine,
        can_keep_mine: false,
    };
    card.can_keep_mine = card.clone().choose(Choice::Mine).can_keep_mine();
    Ok(Some(card))
}

/// What people call a record: its name, number or code.
fn label_of(doc: &Document) -> Option<String> {
    ["name", "number", "code", "lot", "label"]
        .iter()
        .find_map(|field| doc.text(field))
        .map(str::to_owned)
}
