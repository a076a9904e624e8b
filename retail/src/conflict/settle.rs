//! What the master settles by itself, in shops that want it: the device of the higher priority wins.
//!
//! ```text
//! settings: by_hand (the default) ────────────────► it waits for a person
//! one side's device has no priority, or both the same
//! or what was withheld cannot be kept any more ───► it waits for a person
//! else ───────────────────────────────────────────► the side of the higher priority is kept
//! ```
//!
//! The result depends on priorities alone, not on which edit arrived first.

use std::collections::BTreeSet;

use sync_core::{Body, DeviceId, Millis, ReadError, RecordId, Records, Value};

use super::{Choice, Conflict, ConflictCard, ConflictStatus, ResolvedBy, Rule, conflict_cards};
use crate::{DeviceRole, Occasion, ResolveConflicts, ShopSettings, collection, device_role_id};

/// The resolutions that the shop's own rule asks for, oldest conflict first: one for each record, as
/// what stands there is another thing after it, and each a mutation of its own, so that one which
/// cannot take effect holds up no other.
///
/// # Errors
/// When the records cannot be read.
pub fn settle_conflicts(
    occasion: &Occasion,
    records: &dyn Records,
) -> Result<Vec<(RecordId, Body)>, ReadError> {
    if ShopSettings::read(records)?.resolve_conflicts != ResolveConflicts::DevicePriority {
        return Ok(Vec::new());
    }
    let (mut settled, mut records_of) = (Vec::new(), BTreeSet::new());
    for card in conflict_cards(records, ConflictStatus::Open)?
        .into_iter()
        .rev()
    {
        let Some(choice) = choice(records, &card)? else {
            continue;
        };
        let id = card.id;
        if !records_of.insert((card.conflict.collection.clone(), card.conflict.record)) {
            continue;
        }
        let resolution = card.choose(choice).by_rule(Rule::DevicePriority);
        // What has become impossible to keep is for a person to see.
        if let Ok(body) = super::resolve_conflicts(occasion, &[resolution]) {
            settled.push((id, body));
        }
    }
    Ok(settled)
}

/// The side of the device with the higher priority; none where a person has to choose.
fn choice(records: &dyn Records, card: &ConflictCard) -> Result<Option<Choice>, ReadError> {
    let theirs = standing(records, card)?;
    let mine = priority(records, card.conflict.device)?;
    Ok(match (theirs, mine) {
        (Some(theirs), Some(mine)) if theirs > mine => Some(Choice::Theirs),
        (Some(theirs), Some(mine)) if mine > theirs && card.can_keep_mine => Some(Choice::Mine),
        _ => None,
    })
}

/// The priority of the device on which what stands was written: a field by who last changed it, a
/// record by who last changed anything in it. Not what the conflict says: others may have written
/// since.
fn standing(records: &dyn Records, card: &ConflictCard) -> Result<Option<i64>, ReadError> {
    let conflict = &card.conflict;
    let record = records.get(&conflict.collection, conflict.record)?;
    let authors = record.map(|record| record.authors).unwrap_or_default();
    let author = match &conflict.field {
        Some(field) => authors.get(field).or_else(|| authors.get("")),
        None => authors.values().max_by_key(|author| author.at),
    };
    let Some(author) = author else {
        return Ok(None);
    };
    let kept = kept_since(records, card, author.at)?;
    priority(records, kept.unwrap_or(author.device))
}

/// The device whose withheld change the rule let stand after the last edit of a person: the master
/// wrote that, and what nodes write has no author.
fn kept_since(
    records: &dyn Records,
    card: &ConflictCard,
    edited: Millis,
) -> Result<Option<DeviceId>, ReadError> {
    let id = Value::Text(card.conflict.record.to_string());
    let mut about = records.find(collection::CONFLICTS, "record", &id)?;
    about.sort_by_key(|record| record.version);
    let known = about.iter().rev();
    let mut known = known.filter_map(|record| record.doc.to_typed::<Conflict>().ok());
    let kept = known.find(|known| {
        known.rule.is_some()
            && known.resolution == Some(ResolvedBy::Mine)
            && known.collection == card.conflict.collection
            && known.field == card.conflict.field
            && known.resolved == card.theirs
            && known.resolved_at.is_some_and(|at| at >= edited)
    });
    Ok(kept.map(|kept| kept.device))
}

fn priority(records: &dyn Records, device: DeviceId) -> Result<Option<i64>, ReadError> {
    let record = records.get(collection::DEVICE_ROLES, device_role_id(device))?;
    let live = record.filter(sync_core::Record::is_live);
    let role: Option<DeviceRole> = live.and_then(|record| record.doc.to_typed().ok());
    Ok(role.and_then(|role| role.priority))
}
