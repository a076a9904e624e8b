//! The one road of what is written here: into the log like every other mutation.

use serde_json::json;
use sync_core::{
    Actor, Body, Code, Collection, DeviceInfo, Document, Op, RecordId, Verified, WireError,
};

use super::{Shown, clash, live, shown};
use crate::http::error::{Clash, error_of};
use crate::ledger::{Entry, Seen};
use crate::state::AppState;

/// What is to be written.
pub(super) struct Writing<'a> {
    /// The device that asks.
    pub(super) device: &'a DeviceInfo,
    /// The person there.
    pub(super) by: RecordId,
    /// The step.
    pub(super) op: Op,
    /// The record it was made from, where it was made from one.
    pub(super) seen: Option<Seen>,
    /// What the record shall be, to be shown where somebody else was faster.
    pub(super) wanted: Option<Document>,
}

/// Decides it, unless somebody else was faster, and gives the record as it stands then.
pub(super) async fn written(
    state: &AppState,
    known: &Collection,
    writing: Writing<'_>,
) -> Result<Option<Shown>, Clash> {
    let Writing { op, by, .. } = writing;
    let (collection, id) = op.target();
    let (collection, name) = (collection.clone(), state.ledger.domain().mutation_of(&op));
    let Some(name) = name else {
        let message = format!("{collection} are not written this way");
        return Err(WireError::new(Code::Forbidden, message).into());
    };
    let body = Body {
        actor: Actor {
            user: by,
            verified: Verified::Host,
            approved_by: None,
        },
        name: name.to_owned(),
        ops: vec![op],
    };
    let about = json!({ "by": by, "proposed": name, "collection": collection, "id": id });
    let asked = Entry::new("record_written", Some(writing.device.id), about);
    let ledger = &state.ledger;
    let decided = ledger.propose_unless_late(body, writing.seen, asked).await;
    let late = match &decided {
        Ok(outcome) => {
            if let Some(refusal) = &outcome.refusal {
                return Err(error_of(refusal).into());
            }
            false
        }
        Err(error) if error.code == Code::Conflict => true,
        Err(error) => return Err(error.clone().into()),
    };
    let record = live(state, &collection, id).await?;
    let record = record.map(|record| shown(known, &record));
    match (late, &record) {
        (false, _) => Ok(record),
        (true, Some(theirs)) => Err(clash(theirs, &writing.wanted.unwrap_or_default())),
        (true, None) => {
            let message = "somebody else deleted this meanwhile";
            Err(WireError::new(Code::Conflict, message).into())
        }
    }
}
