//! What was decided under each number of each device: hash and verdict for good, the rest of the
//! answer for 90 days.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::StrDeserializer;
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
        "SELECT hash, log.position, verdict, format IS NULL, outcomes.position, outcome
         FROM log LEFT JOIN outcomes ON outcomes.position = log.position
         WHERE device = ?1 AND seq = ?2",
    )?;
    let kept = statement.query_row(params![device.bytes(), seq.0 as i64], |row| {
        let (hash, position) = (sql::digest(row, 0)?, Position(sql::count(row, 1)?));
        let said_more = row.get::<_, Option<i64>>(4)?.is_some();
        let outcome = match row.get_ref(5)?.as_str_or_null()? {
            Some(text) => Some(serde_json::from_str(text).map_err(|e| sql::unreadable(5, e))?),
            None if said_more => None,
            None => Some(Outcome {
                device,
                seq,
                hash,
                position,
                verdict: verdict(row, 2)?,
                refusal: None,
                withheld: Vec::new(),
                flags: Vec::new(),
            }),
        };
        Ok(Kept {
            hash,
            position,
            void: row.get(3)?,
            outcome,
        })
    });
    Ok(kept.optional()?)
}

/// A verdict as the log has it.
pub(super) fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted => "accepted",
        Verdict::Merged => "merged",
        Verdict::Conflict => "conflict",
        Verdict::Rejected => "rejected",
        Verdict::AlreadyDecided => "already_decided",
    }
}

fn verdict(row: &Row<'_>, column: usize) -> rusqlite::Result<Verdict> {
    let word: StrDeserializer<'_, _> = row.get_ref(column)?.as_str()?.into_deserializer();
    Verdict::deserialize(word).map_err(|error: serde_json::Error| sql::unreadable(column, error))
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

/// Keeps what an outcome says beyond its verdict, which is in the log.
pub(super) fn keep(
    connection: &Connection,
    outcome: &Outcome,
    origin: Option<&Origin>,
    now: Millis,
) -> Result<(), LedgerError> {
    let nothing = outcome.withheld.is_empty() && outcome.flags.is_empty();
    if !nothing || outcome.refusal.is_some() {
        let text =
            serde_json::to_string(outcome).map_err(|e| LedgerError::Corrupt(e.to_string()))?;
        connection
            .prepare_cached(
                "INSERT INTO outcomes (position, decided_at, outcome) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![outcome.position.0 as i64, now.0 as i64, text])?;
    }
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
            "UPDATE outcomes SET outcome = NULL WHERE outcome IS NOT NULL AND decided_at < ?1",
        )?
        .execute([now.0.saturating_sub(KEPT) as i64])?;
    Ok(())
}
