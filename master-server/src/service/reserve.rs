//! Goods held while a cart is paid.

use sync_core::{Code, DeviceInfo, Reserve, Reserved, WireError};

use super::serving;
use crate::ledger::{Answer, Command};
use crate::state::AppState;

/// Gives a cart what others leave of what it wants; returns after the fsync.
///
/// # Errors
/// When the device may not sell, or nothing can be written.
pub(crate) async fn reserve(
    state: &AppState,
    device: &DeviceInfo,
    reserve: Reserve,
) -> Result<Reserved, WireError> {
    serving(&state.ledger)?;
    let device = device.id;
    match state
        .ledger
        .command(Command::Reserve { device, reserve })
        .await?
    {
        Answer::Reserved(reserved) => Ok(reserved),
        _ => Err(WireError::new(
            Code::Internal,
            "no reservation came of this",
        )),
    }
}
