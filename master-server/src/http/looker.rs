//! Who may look at the audit log.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use sync_core::{Code, DeviceId, RecordId, WireError};

use super::error::Problem;
use super::extract::Caller;
use crate::ledger::{LedgerError, Reading};
use crate::state::AppState;

/// Says whether somebody may look at the audit. A domain that knows people puts it into the
/// extensions of every request; without it whoever looks is not asked for.
#[derive(Clone, Copy, Debug)]
pub struct MayLook(pub fn(&Reading<'_>, RecordId) -> Result<bool, LedgerError>);

/// The device that looks: one that may only look at records may not look here.
#[derive(Debug)]
pub(crate) struct Looker {
    pub(crate) device: DeviceId,
    may: Option<MayLook>,
}

impl Looker {
    /// Refuses whoever may not look, or does not say who it is.
    pub(crate) async fn check(
        &self,
        state: &AppState,
        by: Option<RecordId>,
    ) -> Result<(), WireError> {
        let Some(MayLook(may)) = self.may else {
            return Ok(());
        };
        let by = by.ok_or_else(|| {
            let message = "say who looks: by is the id of an employee";
            WireError::new(Code::Validation, message).of_field("by")
        })?;
        match state.ledger.read(move |reading| may(reading, by)).await? {
            true => Ok(()),
            false => {
                let message = "looking at the audit is not allowed in that role";
                Err(WireError::new(Code::Forbidden, message))
            }
        }
    }
}

impl FromRequestParts<AppState> for Looker {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let Caller(device) = Caller::from_request_parts(parts, state).await?;
        if !device.info.kind.sells() || device.info.read_only {
            let message = "this device may not look at the audit";
            return Err(WireError::new(Code::Forbidden, message).into());
        }
        Ok(Self {
            device: device.info.id,
            may: parts.extensions.get().copied(),
        })
    }
}
