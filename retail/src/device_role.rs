//! Which devices may stand in for the master, and in what order.

use serde::{Deserialize, Serialize};
use sync_core::{Body, DeviceId, Document, RecordId, Value};

use crate::build::{body, insert_op, patch_op};
use crate::{BuildError, Fields, Occasion, collection};

/// A record of `device_roles`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRole {
    /// Which device.
    pub device: DeviceId,
    /// `master` or `client`, as it was last told.
    pub role: String,
    /// The larger goes first.
    pub priority: Option<i64>,
    /// Whether it may stand in at all.
    pub active: Option<bool>,
}

/// The id of the record about a device.
pub fn device_role_id(device: DeviceId) -> RecordId {
    RecordId::derived(&[b"device role", device.bytes()])
}

/// Says how far a device may stand in for the master. `seen` is its record, where there is one.
///
/// # Errors
/// When nothing changes.
pub fn set_device_role(
    occasion: &Occasion,
    seen: Option<&Document>,
    role: &DeviceRole,
) -> Result<Body, BuildError> {
    let id = device_role_id(role.device);
    let fields = Fields::of_typed(role)?;
    let op = match seen {
        None => insert_op(collection::DEVICE_ROLES, id, fields.present()),
        Some(seen) => {
            let mut changes = fields;
            for name in ["priority", "active"] {
                changes.0.entry(name.to_owned()).or_insert(None::<Value>);
            }
            patch_op(
                collection::DEVICE_ROLES,
                id,
                &Fields::of(seen),
                &changes,
                None,
            )?
        }
    };
    Ok(body(occasion, "set_device_role", vec![op]))
}
