//! What a till left behind that is gone or was set up anew: its open drawer and its held sales.
//!
//! Only the owning till writes these; another one becomes the owner first, and that is this event.

use sync_core::{Body, DeviceId, Document, Op, ReadError, RecordId, Records, Refusal, Value};

use crate::build::{body, patch_op, refused};
use crate::collection::{DRAWER_SESSIONS, HELD_SALES};
use crate::{BuildError, Fields, Occasion, open_session};

/// The mutation by which a till becomes the owner of what another one left.
pub(crate) const TAKE_OVER: &str = "take_over_till";
/// The field that names the owner.
pub(crate) const OWNER: &str = "device";

/// What a till has open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOpen {
    /// Its drawer.
    pub session: Option<RecordId>,
    /// Its held sales.
    pub held: Vec<RecordId>,
}

/// What a till has open.
///
/// # Errors
/// When the records cannot be read.
pub fn left_open(records: &dyn Records, device: DeviceId) -> Result<LeftOpen, ReadError> {
    let owner = Value::Text(device.to_string());
    let held = records.find(HELD_SALES, OWNER, &owner)?;
    Ok(LeftOpen {
        session: open_session(records, device)?.map(|session| session.id),
        held: held.into_iter().map(|held| held.id).collect(),
    })
}

/// Makes this till the owner of what another one has open. What the other one still sells into the
/// drawer goes on counting there. `open` is the drawer that is open here.
///
/// # Errors
/// When nothing is open there, or both tills have an open drawer: this one's has to be closed first.
pub fn take_over_till(
    occasion: &Occasion,
    from: DeviceId,
    left: &LeftOpen,
    open: Option<RecordId>,
) -> Result<Body, BuildError> {
    if from == occasion.device {
        return Err(BuildError::Nothing);
    }
    if left.session.is_some() && open.is_some() {
        let message = "close the drawer of this till first: a till has one at a time";
        return Err(refused(Refusal::new("drawer_open", message)));
    }
    let session = left.session.map(|id| (DRAWER_SESSIONS, id));
    let held = left.held.iter().map(|id| (HELD_SALES, *id));
    let mut ops = Vec::with_capacity(1 + left.held.len());
    for (collection, id) in session.into_iter().chain(held) {
        ops.push(owned_by(occasion, collection, id, from)?);
    }
    match ops.is_empty() {
        true => Err(BuildError::Nothing),
        false => Ok(body(occasion, TAKE_OVER, ops)),
    }
}

fn owned_by(
    occasion: &Occasion,
    collection: &str,
    id: RecordId,
    from: DeviceId,
) -> Result<Op, BuildError> {
    let seen = Document::new().with(OWNER, from.to_string());
    let now = Document::new().with(OWNER, occasion.device.to_string());
    patch_op(collection, id, &Fields::of(&seen), &Fields::of(&now), None)
}
