//! The devices of a store and how far the master has decided each one's mutations.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use sync_core::{Code, DeviceId, DeviceInfo, DeviceKind, Digest, Millis, Seq, WireError};

use super::error::LedgerError;
use super::sql;

const COLUMNS: &str = "id, ordinal, kind, name, read_only, token_hash, high_water, archived, \
     enrolled_at, revoked_at, closed_at, replaced_by, last_seen, app, pending, \
     last_synced_at";

/// A device as the ledger keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Device {
    /// What the rules know of it.
    #[serde(flatten)]
    pub info: DeviceInfo,
    /// The hash of its token; a node has none.
    #[serde(skip)]
    pub token_hash: Option<Digest>,
    /// Its last decided seq.
    pub high_water: Seq,
    /// Its last seq in a verified backup.
    pub archived: Seq,
    /// When it joined.
    pub enrolled_at: Millis,
    /// When a manager took its access away.
    pub revoked_at: Option<Millis>,
    /// When its database turned out to be lost or rolled back.
    pub closed_at: Option<Millis>,
    /// The identity it has since then.
    pub replaced_by: Option<DeviceId>,
    /// When it last said hello.
    pub last_seen: Option<Millis>,
    /// The version of its app, as it says.
    pub app: Option<String>,
    /// How many mutations it had to send then.
    pub pending: Option<u64>,
    /// When it last stood level with the log, as was written when a session ended or an hour of it
    /// was over.
    pub last_synced_at: Option<Millis>,
}

impl Device {
    /// A device that has just joined.
    pub(super) fn new(info: DeviceInfo, token_hash: Option<Digest>, now: Millis) -> Self {
        Self {
            info,
            token_hash,
            high_water: Seq(0),
            archived: Seq(0),
            enrolled_at: now,
            revoked_at: None,
            closed_at: None,
            replaced_by: None,
            last_seen: None,
            app: None,
            pending: None,
            last_synced_at: None,
        }
    }

    /// Why nothing is taken from it, if so.
    pub fn barred(&self) -> Option<WireError> {
        if self.revoked_at.is_some() {
            let message =
                "a manager took this device's access away; enrol it again with a new code";
            return Some(WireError::new(Code::Unauthenticated, message));
        }
        self.closed_at.map(|_| {
            let message = "this device's database is not the one the master knew; it enrols again";
            WireError::new(Code::IdentityClosed, message)
        })
    }
}

/// Every device, in memory: what a door asks on each request and frame.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    devices: HashMap<DeviceId, Device>,
    tokens: HashMap<Digest, DeviceId>,
}

impl Directory {
    /// The device with a token, whatever its state.
    pub fn by_token(&self, token: &str) -> Option<&Device> {
        let id = self.tokens.get(&token_hash(token))?;
        self.devices.get(id)
    }

    /// A device by id. Its marks are those of the last enrolment; read the ledger for exact ones.
    pub fn device(&self, id: DeviceId) -> Option<&Device> {
        self.devices.get(&id)
    }

    /// All devices.
    pub fn iter(&self) -> impl Iterator<Item = &Device> {
        self.devices.values()
    }

    pub(super) fn load(connection: &Connection) -> Result<Self, LedgerError> {
        let mut directory = Self::default();
        for device in all(connection)? {
            if let Some(hash) = device.token_hash {
                directory.tokens.insert(hash, device.info.id);
            }
            directory.devices.insert(device.info.id, device);
        }
        Ok(directory)
    }
}

/// The hash under which a token is kept.
pub fn token_hash(token: &str) -> Digest {
    Digest::of(&[b"tillsync token", token.as_bytes()])
}

/// The hash under which an enrolment code is kept. Codes are read aloud: case and dashes are free.
pub fn code_hash(code: &str) -> Digest {
    let plain: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    Digest::of(&[b"tillsync enrolment code", plain.as_bytes()])
}

pub(super) fn all(connection: &Connection) -> Result<Vec<Device>, LedgerError> {
    let query = format!("SELECT {COLUMNS} FROM devices ORDER BY ordinal, id");
    let mut statement = connection.prepare_cached(&query)?;
    let devices = statement.query_map([], device_of_row)?;
    Ok(devices.collect::<Result<_, _>>()?)
}

pub(super) fn find(connection: &Connection, id: DeviceId) -> Result<Option<Device>, LedgerError> {
    let query = format!("SELECT {COLUMNS} FROM devices WHERE id = ?1");
    let mut statement = connection.prepare_cached(&query)?;
    Ok(statement
        .query_row([id.bytes()], device_of_row)
        .optional()?)
}

pub(super) fn put(connection: &Connection, device: &Device) -> Result<(), LedgerError> {
    let query = format!(
        "INSERT OR REPLACE INTO devices ({COLUMNS})
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)"
    );
    let millis = |at: Option<Millis>| at.map(|at| at.0 as i64);
    connection.prepare_cached(&query)?.execute(params![
        device.info.id.bytes(),
        device.info.ordinal,
        kind_word(device.info.kind),
        device.info.name,
        device.info.read_only,
        device.token_hash.map(|hash| *hash.bytes()),
        device.high_water.0 as i64,
        device.archived.0 as i64,
        device.enrolled_at.0 as i64,
        millis(device.revoked_at),
        millis(device.closed_at),
        device.replaced_by.map(|id| *id.bytes()),
        millis(device.last_seen),
        device.app,
        device.pending.map(|n| n as i64),
        millis(device.last_synced_at),
    ])?;
    Ok(())
}

pub(super) fn next_ordinal(connection: &Connection) -> Result<u32, LedgerError> {
    let query = "SELECT coalesce(max(ordinal), 0) + 1 FROM devices";
    Ok(connection.query_row(query, [], |row| row.get(0))?)
}

/// The word of a kind, as on the wire.
pub fn kind_word(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Till => "till",
        DeviceKind::Terminal => "terminal",
        DeviceKind::Dashboard => "dashboard",
        DeviceKind::Node => "node",
    }
}

/// The kind of a word.
pub fn kind_of_word(word: &str) -> Option<DeviceKind> {
    [
        DeviceKind::Till,
        DeviceKind::Terminal,
        DeviceKind::Dashboard,
        DeviceKind::Node,
    ]
    .into_iter()
    .find(|kind| kind_word(*kind) == word)
}

fn device_of_row(row: &Row<'_>) -> rusqlite::Result<Device> {
    let millis = |column: usize| -> rusqlite::Result<Option<Millis>> {
        Ok(row
            .get::<_, Option<i64>>(column)?
            .map(|at| Millis(at as u64)))
    };
    let kind: String = row.get(2)?;
    Ok(Device {
        info: DeviceInfo {
            id: sql::device(row, 0)?,
            ordinal: row.get(1)?,
            kind: kind_of_word(&kind).unwrap_or(DeviceKind::Dashboard),
            name: row.get(3)?,
            read_only: row.get(4)?,
        },
        token_hash: sql::maybe_digest(row, 5)?,
        high_water: Seq(sql::count(row, 6)?),
        archived: Seq(sql::count(row, 7)?),
        enrolled_at: Millis(sql::count(row, 8)?),
        revoked_at: millis(9)?,
        closed_at: millis(10)?,
        replaced_by: sql::maybe_device(row, 11)?,
        last_seen: millis(12)?,
        app: row.get(13)?,
        pending: row.get::<_, Option<i64>>(14)?.map(|n| n as u64),
        last_synced_at: millis(15)?,
    })
}
