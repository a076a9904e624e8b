//! What the audit log tells of a decision.

use serde::Deserialize;
use serde_json::{Value as Json, json};
use sync_core::{Actor, Collection, Kind, Outcome, Pushed, Record, Withheld};

use super::super::audit::Entry;
use super::super::error::LedgerError;
use super::Applier;

impl Applier<'_> {
    /// Writes down who did what, what became of it, and what it changed.
    pub(super) fn account(
        &mut self,
        pushed: &Pushed,
        outcome: &Outcome,
        records: &[Json],
        skew: u64,
    ) -> Result<(), LedgerError> {
        /// Only what the audit names; the steps are in the log.
        #[derive(Deserialize)]
        struct Head {
            actor: Actor,
            name: String,
        }
        let head = match pushed {
            Pushed::Mutation(envelope) => serde_json::from_str::<Head>(envelope.body.get()).ok(),
            Pushed::Void(_) => None,
        };
        let mut payload = json!({
            "seq": outcome.seq,
            "hash": outcome.hash,
            "claimed_at": pushed.at().millis(),
            "verdict": outcome.verdict,
            "records": records,
        });
        let mut add = |name: &str, value: Json| payload[name] = value;
        if skew > 0 {
            add("ahead_ms", json!(skew));
        }
        if let Some(refusal) = &outcome.refusal {
            add("refusal", json!(refusal));
        }
        if !outcome.flags.is_empty() {
            add("flags", json!(outcome.flags));
        }
        if !outcome.withheld.is_empty() {
            add("withheld", json!(self.readable(&outcome.withheld)));
        }
        let actor = head.as_ref().map(|head| head.actor.user.to_string());
        if let Some(head) = head {
            add("mutation", json!(head.name));
            add("verified", json!(head.actor.verified));
            if let Some(other) = head.actor.approved_by {
                add("approved_by", json!(other));
            }
        }
        self.append(Entry {
            kind: "decision",
            device: Some(outcome.device),
            actor,
            position: Some(outcome.position),
            payload,
        })
    }
}

impl Applier<'_> {
    /// What was withheld, without the values that are not for everybody.
    fn readable(&self, withheld: &[Withheld]) -> Vec<Withheld> {
        let readable =
            |part: &Withheld| match is_for_all(self.domain.schema().collection(&part.collection)) {
                true => part.clone(),
                false => Withheld {
                    theirs: None,
                    mine: None,
                    ..part.clone()
                },
            };
        withheld.iter().map(readable).collect()
    }
}

/// Whether every kind of device may hold the records of a collection.
fn is_for_all(known: Option<&Collection>) -> bool {
    known.is_some_and(|known| known.scope.kinds.is_empty())
}

/// The fields before and after. A fact has no before, and its after is in the log. What not every
/// kind of device may hold (a verifier of a PIN) is not for everybody who reads the audit either:
/// that it changed is told, not what it is.
pub(super) fn difference(
    known: Option<&Collection>,
    name: &str,
    old: Option<&Record>,
    new: &Record,
) -> Json {
    let mut told = json!({ "collection": name, "id": new.id });
    let open = is_for_all(known) && known.is_some_and(|known| known.kind != Kind::Fact);
    if !open {
        return told;
    }
    let (mut before, mut after) = (serde_json::Map::new(), serde_json::Map::new());
    for (field, value) in new.doc.iter() {
        let was = old.and_then(|old| old.doc.get(field));
        if was != Some(value) {
            after.insert(field.to_owned(), json!(value));
            if let Some(was) = was {
                before.insert(field.to_owned(), json!(was));
            }
        }
    }
    for (field, value) in old.iter().flat_map(|old| old.doc.iter()) {
        if new.doc.get(field).is_none() {
            before.insert(field.to_owned(), json!(value));
        }
    }
    if new.deleted {
        told["deleted"] = json!(true);
    }
    told["before"] = Json::Object(before);
    told["after"] = Json::Object(after);
    told
}
