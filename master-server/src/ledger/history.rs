//! What became of what one device sent, or one person did.

use rusqlite::{Connection, Params, Row, params};
use serde::Serialize;
use serde_json::Value as Json;
use sync_core::{DeviceId, Millis, Position, Seq};

use super::error::LedgerError;
use super::sql;

/// So many of the latest are named.
const RECENT: i64 = 20;

/// One mutation that was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Latest {
    /// Where in the log.
    pub position: Position,
    /// The device that sent it.
    pub device: DeviceId,
    /// Its number there.
    pub seq: Seq,
    /// What it is called; absent for a void and for what could not be read.
    pub mutation: Option<String>,
    /// How it ended.
    pub verdict: String,
    /// When, by the master's clock.
    pub decided_at: Millis,
}

/// What a device has sent so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct History {
    /// Mutations that took effect, whole or in part.
    pub synced: u64,
    /// Mutations that were rejected; what the device took back itself is not among them.
    pub failed: u64,
    /// When the last one was decided.
    pub last_decided_at: Option<Millis>,
    /// The latest, newest first.
    pub recent: Vec<Latest>,
}

/// What a device has sent so far.
///
/// # Errors
/// When the ledger cannot be read.
pub fn history(connection: &Connection, device: DeviceId) -> Result<History, LedgerError> {
    let id = device.bytes();
    let counted = connection.query_row(
        "SELECT count(*) FILTER (WHERE verdict <> 'rejected'),
                count(*) FILTER (WHERE verdict = 'rejected' AND format IS NOT NULL),
                max(decided_at)
         FROM log WHERE device = ?1",
        [id],
        |row| {
            Ok(History {
                synced: sql::count(row, 0)?,
                failed: sql::count(row, 1)?,
                last_decided_at: row.get::<_, Option<i64>>(2)?.map(|at| Millis(at as u64)),
                recent: Vec::new(),
            })
        },
    )?;
    let recent = latest(
        connection,
        "SELECT position, device, seq, body, verdict, decided_at FROM log
         WHERE device = ?1 ORDER BY seq DESC LIMIT ?2",
        params![id, RECENT],
    )?;
    Ok(History { recent, ..counted })
}

/// The latest that one person did, on whatever device, newest first.
///
/// # Errors
/// When the ledger cannot be read.
pub fn latest_of(connection: &Connection, actor: &str) -> Result<Vec<Latest>, LedgerError> {
    latest(
        connection,
        "SELECT log.position, log.device, seq, body, verdict, decided_at
         FROM audit JOIN log ON log.position = audit.position
         WHERE actor = ?1 AND audit.kind = 'decision' ORDER BY audit.number DESC LIMIT ?2",
        params![actor, RECENT],
    )
}

fn latest(
    connection: &Connection,
    sql: &str,
    wanted: impl Params,
) -> Result<Vec<Latest>, LedgerError> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(wanted, decided)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn decided(row: &Row<'_>) -> rusqlite::Result<Latest> {
    let body: Option<String> = row.get(3)?;
    let body: Option<Json> = body.and_then(|body| serde_json::from_str(&body).ok());
    Ok(Latest {
        position: Position(sql::count(row, 0)?),
        device: sql::device(row, 1)?,
        seq: Seq(sql::count(row, 2)?),
        mutation: body.and_then(|body| body["name"].as_str().map(str::to_owned)),
        verdict: row.get(4)?,
        decided_at: Millis(sql::count(row, 5)?),
    })
}
