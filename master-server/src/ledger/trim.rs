//! The begin of the log: changes that devices have had time to pull leave it, step by step.
//!
//! ```text
//! 1 … horizon | horizon + 1 … head
//! left the log| can be pulled; a cursor at the horizon or after it holds
//! ```
//!
//! What was decided stays for good: number, hash, body and digest of every position. Only the pages
//! made of it go. A device behind the horizon takes a snapshot.

use rusqlite::{Connection, OptionalExtension, params};
use sync_core::{Millis, Position};

use super::error::LedgerError;
use super::{identity, sql};

/// A batch lets go of no more positions than this, so that nobody waits long for it.
const STEP: u64 = 1_000;
const DAY: u64 = 86_400_000;
const KEY: &str = "horizon";

/// How much of the log is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Changes decided so many days ago leave.
    pub days: u32,
    /// So many positions stay at most.
    pub positions: u64,
}

impl Retention {
    /// Everything is kept.
    pub const ALL: Self = Self {
        days: u32::MAX,
        positions: u64::MAX,
    };

    /// Whether there is enough beyond its size to be worth a step.
    pub(super) fn is_exceeded(&self, horizon: Position, head: Position) -> bool {
        let kept = head.0.saturating_sub(horizon.0);
        kept > self.positions.saturating_add(STEP.min(self.positions))
    }
}

/// The last position whose changes have left the log.
///
/// # Errors
/// When the ledger cannot be read.
pub fn horizon(connection: &Connection) -> Result<Position, LedgerError> {
    let text = identity::value(connection, KEY)?;
    let parsed = text.map(|text| text.parse().map(Position)).transpose();
    let wrong = |_| LedgerError::Corrupt("meta: horizon cannot be read".to_owned());
    Ok(parsed.map_err(wrong)?.unwrap_or_default())
}

/// Lets go of one step of what need not be kept. Returns the new horizon and whether there may be
/// more to let go of.
pub(super) fn step(
    connection: &Connection,
    retention: &Retention,
    (horizon, head): (Position, Position),
    now: Millis,
) -> Result<(Position, bool), LedgerError> {
    let furthest = head.0.min(horizon.0 + STEP);
    let too_many = head.0.saturating_sub(retention.positions);
    let too_old = before(connection, retention, horizon, furthest, now)?;
    let to = too_old.max(too_many).min(furthest);
    if to <= horizon.0 {
        return Ok((horizon, false));
    }
    connection
        .prepare_cached("DELETE FROM log_changes WHERE position <= ?1")?
        .execute([to as i64])?;
    identity::set(connection, KEY, &to.to_string())?;
    Ok((Position(to), to == furthest && to < head.0))
}

/// The last position up to `furthest` with only old ones before it.
fn before(
    connection: &Connection,
    retention: &Retention,
    horizon: Position,
    furthest: u64,
    now: Millis,
) -> Result<u64, LedgerError> {
    let Some(oldest) = now.0.checked_sub(u64::from(retention.days) * DAY) else {
        return Ok(horizon.0);
    };
    let mut statement = connection.prepare_cached(
        "SELECT position FROM log WHERE position > ?1 AND position <= ?2 AND decided_at >= ?3
         ORDER BY position LIMIT 1",
    )?;
    let young = statement
        .query_row(
            params![horizon.0 as i64, furthest as i64, oldest as i64],
            |row| sql::count(row, 0),
        )
        .optional()?;
    Ok(young.map_or(furthest, |young| young - 1))
}
