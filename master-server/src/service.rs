//! What a request means, whichever door it came through.

mod enrol;
mod fetch;
mod hello;
mod reserve;
mod sync;

pub(crate) use enrol::{Arrival, enrol};
pub use enrol::{open_code, short_name};
pub(crate) use fetch::fetch;
pub(crate) use hello::{Greeted, hello};
pub(crate) use reserve::reserve;
pub(crate) use sync::{After, Pulled, ack, check, foreign, pong, pull, push, span, span_at_head};

use sync_core::{Code, DeviceId, WireError};

use crate::ledger::{Device, Ledger};

/// Whose token it is, also where nothing is taken from that device any more.
pub(crate) fn holder(ledger: &Ledger, token: &str) -> Option<DeviceId> {
    let directory = ledger.directory();
    directory.by_token(token).map(|device| device.info.id)
}

/// The device behind a token.
///
/// # Errors
/// When there is none, or nothing is taken from it any more.
pub(crate) fn authenticate(ledger: &Ledger, token: &str) -> Result<Device, WireError> {
    let directory = ledger.directory();
    let Some(device) = directory.by_token(token) else {
        let message = "this device is not enrolled here";
        return Err(WireError::new(Code::Unauthenticated, message));
    };
    match device.barred() {
        Some(barred) => Err(barred),
        None => Ok(device.clone()),
    }
}

/// Refuses while acknowledged data is missing.
pub(crate) fn serving(ledger: &Ledger) -> Result<(), WireError> {
    match &ledger.identity().restore_needed {
        Some(reason) => {
            let message = format!("the master lost data and must be restored: {reason}");
            Err(WireError::new(Code::RestoreNeeded, message))
        }
        None => Ok(()),
    }
}
