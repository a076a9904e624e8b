//! The devices of the shop, as the master knows them.

use std::collections::BTreeMap;

use retail::Permission;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use sync_client::transport::Method;
use sync_core::{DeviceId, DeviceKind, Millis};

use crate::error::TillError;
use crate::till::Till;

/// A device as the screen shows it.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeviceRow {
    id: DeviceId,
    name: String,
    kind: DeviceKind,
    /// Its place in the order of enrolments; 0 for the master itself.
    ordinal: u32,
    read_only: bool,
    #[cfg_attr(feature = "types", ts(type = "\"master\" | \"client\""))]
    role: String,
    /// Whether it may stand in for the master; the larger priority goes first.
    stands_in: bool,
    priority: i64,
    online: bool,
    /// This very device, which asks.
    own: bool,
    last_seen: Option<Millis>,
    /// When it last had everything that the master had.
    last_synced_at: Option<Millis>,
    /// Waiting to be sent, as it told last.
    pending: u64,
    /// Refused, as it told last.
    attention: u64,
    /// Positions of the log it has not applied; null while that is not known.
    behind: Option<u64>,
    app: Option<String>,
    enrolled_at: Millis,
    revoked_at: Option<Millis>,
    /// Its database was lost or rolled back; it has another identity since.
    closed_at: Option<Millis>,
}

/// What a one-time code shall let in.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewDevice {
    /// Null: it is asked for on the device itself.
    name: Option<String>,
    #[cfg_attr(feature = "types", ts(type = "Exclude<DeviceKind, \"node\">"))]
    kind: DeviceKind,
    read_only: bool,
}

/// How far a device may stand in.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct StandIn {
    stands_in: bool,
    priority: i64,
}

#[derive(Deserialize)]
struct Listed {
    devices: Vec<Known>,
    online: Vec<DeviceId>,
    heard: Vec<Heard>,
}

#[derive(Deserialize)]
struct Known {
    id: DeviceId,
    name: String,
    kind: DeviceKind,
    ordinal: u32,
    read_only: bool,
    enrolled_at: Millis,
    revoked_at: Option<Millis>,
    closed_at: Option<Millis>,
    last_seen: Option<Millis>,
    app: Option<String>,
    pending: Option<u64>,
    /// Absent from older masters.
    last_synced_at: Option<Millis>,
}

#[derive(Deserialize)]
struct Heard {
    device: DeviceId,
    behind: u64,
    pending: u64,
    attention: u64,
    heard_at: Millis,
    last_synced_at: Option<Millis>,
}

#[derive(Deserialize)]
struct Roles {
    roles: Vec<Role>,
}

#[derive(Deserialize)]
struct Role {
    device: DeviceId,
    role: String,
    priority: i64,
    active: bool,
}

#[derive(Deserialize)]
struct Opened {
    code: String,
    expires_at: Millis,
    /// Absent from older masters.
    reach: Option<Reach>,
}

/// Lets one device in, once.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeviceCode {
    code: String,
    expires_at: Millis,
    /// Where the new device finds the master; null where that has no address beyond its own machine.
    reach: Option<Reach>,
}

/// How another machine comes to the master, for a device that shall join.
#[derive(Deserialize, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
struct Reach {
    /// Its base address.
    address: String,
    /// The page where a browser begins that does not trust it yet; null where nothing is to be
    /// trusted.
    page: Option<String>,
    /// Who vouches for it, as 64 hex digits; null where it has no TLS.
    authority: Option<String>,
}

impl Till {
    /// Every device that ever joined, in the order in which they did.
    pub(crate) async fn devices(&self) -> Result<Vec<DeviceRow>, TillError> {
        let what = "The list of devices";
        let listed: Listed = self.asked(what, Method::Get, "/v1/devices", None).await?;
        let roles = "/v1/device/roles";
        let roles: Roles = self.asked(what, Method::Get, roles, None).await?;
        let own = self.device()?.id;
        let mut heard: BTreeMap<_, _> = listed.heard.into_iter().map(|h| (h.device, h)).collect();
        let mut roles: BTreeMap<_, _> = roles.roles.into_iter().map(|r| (r.device, r)).collect();
        let views = listed.devices.into_iter().map(|known| {
            let (heard, role) = (heard.remove(&known.id), roles.remove(&known.id));
            let told = heard.as_ref();
            DeviceRow {
                online: listed.online.contains(&known.id),
                own: known.id == own,
                last_seen: known.last_seen.max(told.map(|heard| heard.heard_at)),
                last_synced_at: known
                    .last_synced_at
                    .max(told.and_then(|heard| heard.last_synced_at)),
                pending: told.map_or(known.pending.unwrap_or(0), |heard| heard.pending),
                attention: told.map_or(0, |heard| heard.attention),
                behind: told.map(|heard| heard.behind),
                stands_in: role.as_ref().is_some_and(|role| role.active),
                priority: role.as_ref().map_or(0, |role| role.priority),
                role: role.map_or_else(|| "client".to_owned(), |role| role.role),
                id: known.id,
                name: known.name,
                kind: known.kind,
                ordinal: known.ordinal,
                read_only: known.read_only,
                app: known.app,
                enrolled_at: known.enrolled_at,
                revoked_at: known.revoked_at,
                closed_at: known.closed_at,
            }
        });
        Ok(views.collect())
    }

    /// Opens a one-time code for a further device.
    pub(crate) async fn add_device(&self, new: NewDevice) -> Result<DeviceCode, TillError> {
        let by = self.manager_of_devices()?;
        let body =
            json!({ "by": by, "name": new.name, "kind": new.kind, "read_only": new.read_only });
        let what = "Adding a device";
        let door = "/v1/device/codes";
        let opened: Opened = self.asked(what, Method::Post, door, Some(body)).await?;
        Ok(DeviceCode {
            code: opened.code,
            expires_at: opened.expires_at,
            reach: opened.reach,
        })
    }

    pub(crate) async fn rename_device(&self, id: DeviceId, name: &str) -> Result<(), TillError> {
        let body = json!({ "by": self.manager_of_devices()?, "name": name });
        let door = format!("/v1/device/names/{id}");
        let _: Json = self
            .asked("Naming a device", Method::Put, &door, Some(body))
            .await?;
        Ok(())
    }

    /// Says whether a device may stand in for the master, and how early.
    pub(crate) async fn set_stand_in(&self, id: DeviceId, to: &StandIn) -> Result<(), TillError> {
        let by = self.manager_of_devices()?;
        let body = json!({ "by": by, "active": to.stands_in, "priority": to.priority });
        let door = format!("/v1/device/roles/{id}");
        let what = "Changing a device's role";
        let _: Json = self.asked(what, Method::Put, &door, Some(body)).await?;
        Ok(())
    }

    /// Takes a device's access away.
    pub(crate) async fn revoke_device(&self, id: DeviceId) -> Result<(), TillError> {
        let by = self.manager_of_devices()?;
        let door = format!("/v1/devices/{id}/revoke?by={by}");
        let what = "Sending a device away";
        let _: Json = self.asked(what, Method::Post, &door, None).await?;
        Ok(())
    }

    fn manager_of_devices(&self) -> Result<String, TillError> {
        self.needs(Permission::ManageDevices)
    }
}
