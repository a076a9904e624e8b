//! What was decided under each number of each device: the hash for good, the answer for 90 days.

use rusqlite::{Connection, OptionalExtension, params};
use sync_core::{DeviceId, Digest, Millis, Origin, Outcome, Position, Seq, Verdict};

use super::error::LedgerError;
use super::sql;

/// How long an outcome is kept, in milliseconds.
const KEPT: u64 = 90 * 86_400_000;

/// What is kept of a decided mutation.
pub(super) struct Kept {
    pub(super) hash: Digest,
    pub(super) position: Position,
    pub(super) void: bool,
    pub(super) outcome: Option<Outcome>,
}

impl Kept {
    /// The answer, also where the outcome itself is no longer kept.
    pub(super) fn into_outcome(self, device: DeviceId, seq: Seq) -> Outcome {
        self.outcome.unwrap_or(Outcome {
            device,
            seq,
            hash: self.hash,
            position: self.position,
            verdict: Verdict::AlreadyDecided,
            refusal: None,
            withheld: Vec::new(),
            flags: Vec::new(),
        })
    }
}

pub(super) fn find(
    connection: &Connection,
    device: DeviceId,
    seq: Seq,
) -> Result<Option<Kept>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT hash, position, void, outcome FROM decided WHERE device = ?1 AND seq = ?2",
    )?;
    let kept = statement.query_row(params![device.bytes(), seq.0 as i64], |row| {
        let outcome = match row.get_ref(3)?.as_str_or_null()? {
            Some(text) => Some(serde_json::from_str(text).map_err(|e| sql::unreadable(3, e))?),
            None => None,
        };
        Ok(Kept {
            hash: sql::digest(row, 0)?,
            position: Position(sql::count(row, 1)?),
            void: row.get(2)?,
            outcome,
        })
    });
    Ok(kept.optional()?)
}

/// The hash that was decided under a number.
///
/// # Errors
/// When the ledger cannot be read.
pub fn decided_hash(
    connection: &Connection,
    device: DeviceId,
    seq: Seq,
) -> Result<Option<Digest>, LedgerError> {
    Ok(find(connection, device, seq)?.map(|kept| kept.hash))
}

/// What became of a first issue, under its own id or under a later one.
///
/// A `void` does not count: it says that the mutation was issued again, not what became of it.
pub(super) fn find_origin(
    connection: &Connection,
    origin: &Origin,
) -> Result<Option<Outcome>, LedgerError> {
    let own = find(connection, origin.device, origin.seq)?
        .filter(|kept| kept.hash == origin.hash && !kept.void);
    if let Some(kept) = own {
        return Ok(Some(kept.into_outcome(origin.device, origin.seq)));
    }
    let mut statement = connection.prepare_cached(
        "SELECT as_device, as_seq FROM origins WHERE device = ?1 AND seq = ?2 AND hash = ?3",
    )?;
    let later = statement
        .query_row(
            params![
                origin.device.bytes(),
                origin.seq.0 as i64,
                origin.hash.bytes()
            ],
            |row| Ok((sql::device(row, 0)?, Seq(sql::count(row, 1)?))),
        )
        .optional()?;
    let Some((device, seq)) = later else {
        return Ok(None);
    };
    Ok(find(connection, device, seq)?.map(|kept| kept.into_outcome(device, seq)))
}

pub(super) fn keep(
    connection: &Connection,
    outcome: &Outcome,
    void: bool,
    origin: Option<&Origin>,
    now: Millis,
) -> Result<(), LedgerError> {
    let text = serde_json::to_string(outcome).map_err(|e| LedgerError::Corrupt(e.to_string()))?;
    connection
        .prepare_cached(
            "INSERT INTO decided (device, seq, hash, position, decided_at, void, outcome)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            outcome.device.bytes(),
            outcome.seq.0 as i64,
            outcome.hash.bytes(),
            outcome.position.0 as i64,
            now.0 as i64,
            void,
            text,
        ])?;
    let Some(origin) = origin else { return Ok(()) };
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO origins (device, seq, hash, as_device, as_seq)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            origin.device.bytes(),
            origin.seq.0 as i64,
            origin.hash.bytes(),
            outcome.device.bytes(),
            outcome.seq.0 as i64,
        ])?;
    Ok(())
}

/// Lets go of outcomes that are old enough.
pub(super) fn forget_old(connection: &Connection, now: Millis) -> Result<(), LedgerError> {
    connection
        .prepare_cached(
            "UPDATE decided SET outcome = NULL WHERE outcome IS NOT NULL AND decided_at < ?1",
        )?
        .execute([now.0.saturating_sub(KEPT) as i64])?;
    Ok(())
}
