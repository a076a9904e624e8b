//! The chains: audit entries, and the log with the envelopes it was made of.

use rusqlite::Connection;
use sync_core::{Digest, Envelope, Hlc, Millis, Origin, Position, Seq};

use super::super::error::LedgerError;
use super::super::{apply, audit, sql};
use super::Report;

/// Every audit entry follows from the one before it and from its payload, where that is kept.
pub(super) fn audit(connection: &Connection, report: &mut Report) -> Result<(), LedgerError> {
    let mut statement = connection.prepare(
        "SELECT number, at, kind, device, actor, position, payload_digest, digest, salt, payload
         FROM audit ORDER BY number",
    )?;
    let mut rows = statement.query([])?;
    let (mut number, mut before) = (0, Digest::ZERO);
    while let Some(row) = rows.next()? {
        let found = sql::count(row, 0)?;
        number += 1;
        if found != number {
            report.fault("audit", format!("entry {number} is missing"));
            number = found;
        }
        let at = Millis(sql::count(row, 1)?);
        let kind: String = row.get(2)?;
        let actor: Option<String> = row.get(4)?;
        let position = row.get::<_, Option<i64>>(5)?.map(|at| Position(at as u64));
        let payload_digest = sql::digest(row, 6)?;
        let salt: Option<Vec<u8>> = row.get(8)?;
        let payload: Option<String> = row.get(9)?;
        let rest = (actor.as_deref(), position, &payload_digest);
        let expected = audit::chain(&before, number, at, &kind, sql::maybe_device(row, 3)?, rest);
        before = sql::digest(row, 7)?;
        if before != expected {
            report.fault(
                "audit",
                format!("entry {number} does not follow from the one before it"),
            );
        }
        if let (Some(salt), Some(payload)) = (salt, payload)
            && audit::payload_digest(&salt, &payload) != payload_digest
        {
            report.fault(
                "audit",
                format!("the payload of entry {number} was changed"),
            );
        }
        report.audit_entries += 1;
    }
    Ok(())
}

/// Every mutation of the log follows from the one before it, and its body is what was hashed.
pub(super) fn log(connection: &Connection, report: &mut Report) -> Result<(), LedgerError> {
    let mut statement = connection.prepare(
        "SELECT position, device, seq, hash, at, format, origin_device, origin_seq, origin_hash,
            body, verdict, digest FROM log ORDER BY position",
    )?;
    let mut rows = statement.query([])?;
    let (mut position, mut before) = (Position(0), Digest::ZERO);
    while let Some(row) = rows.next()? {
        let found = Position(sql::count(row, 0)?);
        position = position.next();
        if found != position {
            report.fault("log", format!("position {position} is missing"));
            position = found;
        }
        let hash = sql::digest(row, 3)?;
        let verdict: String = row.get(10)?;
        let expected = apply::chain(&before, position, &hash, &verdict);
        before = sql::digest(row, 11)?;
        if before != expected {
            let what = format!("position {position} does not follow from the one before it");
            report.fault("log", what);
        }
        let body: Option<String> = row.get(9)?;
        if let (Some(body), Some(format)) = (body, row.get::<_, Option<u32>>(5)?) {
            let origin = match (sql::maybe_device(row, 6)?, sql::maybe_digest(row, 8)?) {
                (Some(device), Some(hash)) => Some(Origin {
                    device,
                    seq: Seq(sql::count(row, 7)?),
                    hash,
                }),
                _ => None,
            };
            let (device, seq) = (sql::device(row, 1)?, Seq(sql::count(row, 2)?));
            let at = Hlc::from(sql::count(row, 4)?);
            if Envelope::hash_of(device, seq, at, format, origin.as_ref(), &body) != hash {
                report.fault(
                    "log",
                    format!("the mutation at position {position} was changed"),
                );
            }
        }
        report.mutations += 1;
    }
    report.head = position;
    Ok(())
}

/// Each device's numbers are in the log without a hole, up to its mark, and every refusal says why.
pub(super) fn marks(connection: &Connection, report: &mut Report) -> Result<(), LedgerError> {
    let mut statement = connection.prepare(
        "SELECT d.id, d.high_water, count(l.seq), coalesce(max(l.seq), 0)
         FROM devices d LEFT JOIN log l ON l.device = d.id GROUP BY d.id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let mark = sql::count(row, 1)?;
        let counts = [sql::count(row, 2)?, sql::count(row, 3)?];
        if counts != [mark; 2] {
            let device = sql::device(row, 0)?;
            let what = format!("device {device} is decided up to {mark}, but {counts:?} are kept");
            report.fault("log", what);
        }
    }
    let unexplained: i64 = connection.query_row(
        "SELECT count(*) FROM log LEFT JOIN outcomes ON outcomes.position = log.position
         WHERE verdict = 'rejected' AND outcomes.position IS NULL",
        [],
        |row| row.get(0),
    )?;
    if unexplained > 0 {
        report.fault("log", format!("{unexplained} refusals do not say why"));
    }
    Ok(())
}
