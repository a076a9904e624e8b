//! The one road of what is written here: into the log like every other mutation.

use serde_json::json;
use sync_core::{
    Actor, Body, Code, Collection, DeviceInfo, Document, Op, RecordId, Verdict, Verified, WireError,
};

use super::{Shown, clash, live, shown};
use crate::http::error::{Clash, error_of};
use crate::ledger::{Command, Entry};
use crate::state::AppState;

/// What is to be written.
pub(super) struct Writing<'a> {
    /// The device that asks.
    pub(super) device: &'a DeviceInfo,
    /// The person there.
    pub(super) by: RecordId,
    /// The step.
    pub(super) op: Op,
    /// What the record shall be, to be shown where it clashes.
    pub(super) wanted: Option<Document>,
}

/// Decides it and gives the record as it stands then.
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
    state.ledger.command(Command::Audit(asked)).await?;
    let outcomes = state.ledger.propose(vec![body]).await?;
    let outcome = outcomes
        .into_iter()
        .next()
        .ok_or_else(|| WireError::new(Code::Internal, "nothing was decided"))?;
    if let Some(refusal) = &outcome.refusal {
        return Err(error_of(refusal).into());
    }
    let record = live(state, &collection, id).await?;
    let record = record.map(|record| shown(known, &record));
    match (outcome.verdict, &record) {
        (Verdict::Conflict, Some(theirs)) => {
            Err(clash(theirs, &writing.wanted.unwrap_or_default()))
        }
        (Verdict::Conflict, None) => {
            let message = "somebody else deleted this meanwhile";
            Err(WireError::new(Code::Conflict, message).into())
        }
        _ => Ok(record),
    }
}
