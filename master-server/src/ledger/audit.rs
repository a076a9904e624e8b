//! The audit chain: each entry holds the digest of the one before it and of its salted payload.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use serde_json::Value as Json;
use sync_core::{DeviceId, Digest, Millis, Position, RecordId};

use super::error::LedgerError;
use super::sql;

/// A look that cannot go by an index reads at most so many entries.
const SCAN: u64 = 20_000;
/// A page ends after so many bytes of payloads.
const PAGE_BYTES: usize = 1 << 20;

/// Where the chain stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AuditHead {
    /// The number of the last entry; 0 before the first.
    pub number: u64,
    /// Its digest.
    pub digest: Digest,
}

/// Something that happened, to be written down.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What kind of thing, such as `decision`.
    pub kind: &'static str,
    /// On which device.
    pub device: Option<DeviceId>,
    /// Who, as the device claims.
    pub actor: Option<String>,
    /// Where in the log.
    pub position: Option<Position>,
    /// The rest; can be erased later.
    pub payload: Json,
}

impl Entry {
    /// Something that is not about one mutation.
    pub fn new(kind: &'static str, device: Option<DeviceId>, payload: Json) -> Self {
        Self {
            kind,
            device,
            actor: None,
            position: None,
            payload,
        }
    }

    /// The same, done by somebody, as a device claims.
    #[must_use]
    pub fn by(self, actor: Option<String>) -> Self {
        Self { actor, ..self }
    }
}

/// An entry as it was written.
#[derive(Clone, Debug, Serialize)]
pub struct Written {
    /// Its number.
    pub number: u64,
    /// When.
    pub at: Millis,
    /// What kind of thing.
    pub kind: String,
    /// On which device.
    pub device: Option<DeviceId>,
    /// Who.
    pub actor: Option<String>,
    /// Where in the log.
    pub position: Option<Position>,
    /// The rest; absent once erased.
    pub payload: Option<Json>,
    /// The chain's digest here.
    pub digest: Digest,
}

/// Which entries to read.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only this kind.
    pub kind: Option<String>,
    /// Only this device.
    pub device: Option<DeviceId>,
    /// Only this person.
    pub actor: Option<String>,
    /// Only this mutation, or what is done without one.
    pub action: Option<String>,
    /// Only what changed records of this collection.
    pub collection: Option<String>,
    /// Only what changed this record.
    pub record: Option<RecordId>,
    /// Only from then on.
    pub from: Option<Millis>,
    /// Only up to then.
    pub to: Option<Millis>,
    /// Only what has this text in it, capital or small.
    pub text: Option<String>,
    /// Only this entry.
    pub number: Option<u64>,
    /// Only entries before this number.
    pub before: Option<u64>,
    /// Only entries after this number.
    pub after: Option<u64>,
    /// At most so many, newest first.
    pub limit: u32,
}

impl Filter {
    /// Whether finding an entry takes more than an index.
    fn scans(&self) -> bool {
        let payload = self.action.is_some() || self.collection.is_some() || self.record.is_some();
        payload || self.text.is_some() || self.from.is_some() || self.to.is_some()
    }
}

/// The digest of one entry over the one before it.
pub(super) fn chain(
    before: &Digest,
    number: u64,
    at: Millis,
    kind: &str,
    device: Option<DeviceId>,
    rest: (Option<&str>, Option<Position>, &Digest),
) -> Digest {
    let (actor, position, payload) = rest;
    Digest::of(&[
        before.bytes(),
        &number.to_be_bytes(),
        &at.0.to_be_bytes(),
        kind.as_bytes(),
        device.as_ref().map_or(&[][..], |id| id.bytes()),
        actor.unwrap_or_default().as_bytes(),
        &position.unwrap_or_default().0.to_be_bytes(),
        payload.bytes(),
    ])
}

/// The digest of a payload with its salt.
pub(super) fn payload_digest(salt: &[u8], payload: &str) -> Digest {
    Digest::of(&[salt, payload.as_bytes()])
}

pub(super) fn head(connection: &Connection) -> Result<AuditHead, LedgerError> {
    let query = "SELECT number, digest FROM audit ORDER BY number DESC LIMIT 1";
    let last = connection
        .query_row(query, [], |row| {
            Ok(AuditHead {
                number: sql::count(row, 0)?,
                digest: sql::digest(row, 1)?,
            })
        })
        .optional()?;
    Ok(last.unwrap_or(AuditHead {
        number: 0,
        digest: Digest::ZERO,
    }))
}

pub(super) fn append(
    connection: &Connection,
    head: &mut AuditHead,
    now: Millis,
    salt: &[u8],
    entry: &Entry,
) -> Result<(), LedgerError> {
    let payload = entry.payload.to_string();
    let digest_of_payload = payload_digest(salt, &payload);
    let number = head.number + 1;
    let rest = (entry.actor.as_deref(), entry.position, &digest_of_payload);
    let digest = chain(&head.digest, number, now, entry.kind, entry.device, rest);
    connection
        .prepare_cached(
            "INSERT INTO audit (number, at, kind, device, actor, position, payload_digest, digest, salt, payload)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            number as i64,
            now.0 as i64,
            entry.kind,
            entry.device.map(|id| *id.bytes()),
            entry.actor,
            entry.position.map(|position| position.0 as i64),
            digest_of_payload.bytes(),
            digest.bytes(),
            salt,
            payload,
        ])?;
    *head = AuditHead { number, digest };
    Ok(())
}

/// What one person did, device by device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Doings {
    /// On which device.
    pub device: Option<DeviceId>,
    /// How many mutations were decided.
    pub decided: u64,
    /// When the last of them was.
    pub last_at: Millis,
    /// Where it is in the log.
    pub last_position: Option<Position>,
}

/// What of a person's work has reached the log, by device, the latest first.
///
/// # Errors
/// When the ledger cannot be read.
pub fn doings(connection: &Connection, actor: &str) -> Result<Vec<Doings>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT device, count(*), max(at), max(position) FROM audit
         WHERE actor = ?1 AND kind = 'decision' GROUP BY device ORDER BY max(number) DESC",
    )?;
    let rows = statement.query_map([actor], |row| {
        Ok(Doings {
            device: sql::maybe_device(row, 0)?,
            decided: sql::count(row, 1)?,
            last_at: Millis(sql::count(row, 2)?),
            last_position: row.get::<_, Option<i64>>(3)?.map(|at| Position(at as u64)),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What one look has found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The entries, newest first.
    pub entries: Vec<Written>,
    /// From where to look on: [`Filter::before`] of the next look; absent at the begin of the log.
    pub next: Option<u64>,
    /// The number of the newest entry of all, whether it was looked for or not: [`Filter::after`] of
    /// a look at what came since.
    pub head: u64,
}

/// Reads entries, newest first. A look that has to read payloads ends after [`SCAN`] entries, and
/// any look after [`PAGE_BYTES`] of them, with what it found so far.
///
/// # Errors
/// When the ledger cannot be read.
pub fn read(connection: &Connection, filter: &Filter) -> Result<Found, LedgerError> {
    let head = head(connection)?.number;
    let top = filter.before.unwrap_or(head + 1);
    let low = filter.after.map_or(1, |after| after.saturating_add(1));
    let floor = match filter.scans() {
        true => top.saturating_sub(SCAN).max(low),
        false => low,
    };
    let text = filter.text.as_ref().map(|text| text.to_lowercase());
    // Named where it is wanted and only there, so that its index is used.
    let is = |wanted: bool, condition: &'static str, without: &'static str| match wanted {
        true => condition,
        false => without,
    };
    // The index of kinds has no decisions in it, as most entries are.
    let kind = match filter.kind.as_deref() {
        None => "?1 IS NULL",
        Some("decision") => "kind = ?1",
        Some(_) => "kind = ?1 AND kind <> 'decision'",
    };
    let device = is(filter.device.is_some(), "device = ?2", "?2 IS NULL");
    let actor = is(filter.actor.is_some(), "actor = ?3", "?3 IS NULL");
    let mut statement = connection.prepare_cached(&format!(
        "SELECT number, at, kind, device, actor, position, payload, digest FROM audit
         WHERE {kind} AND {device} AND {actor} AND number < ?4
           AND (?6 IS NULL OR number = ?6)
           AND (?7 IS NULL OR at >= ?7) AND (?8 IS NULL OR at <= ?8)
           AND (?9 IS NULL OR coalesce(json_extract(payload, '$.mutation'), kind) = ?9)
           AND number >= ?5
           AND ((?10 IS NULL AND ?11 IS NULL)
             OR (instr(payload, coalesce(?11, ?10)) > 0 AND EXISTS (
               SELECT 1 FROM json_each(payload, '$.records')
               WHERE (?10 IS NULL OR json_extract(value, '$.collection') = ?10)
                 AND (?11 IS NULL OR json_extract(value, '$.id') = ?11))))
         ORDER BY number DESC"
    ))?;
    let mut rows = statement.query(params![
        filter.kind,
        filter.device.map(|id| *id.bytes()),
        filter.actor,
        top as i64,
        floor as i64,
        filter.number.map(|number| number as i64),
        filter.from.map(|from| from.0 as i64),
        filter.to.map(|to| to.0 as i64),
        filter.action,
        filter.collection,
        filter.record.map(|id| id.to_string()),
    ])?;
    let (mut entries, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let payload = row.get_ref(6)?.as_str_or_null();
        let payload = payload.map_err(rusqlite::Error::from)?;
        // SQL folds capitals of ASCII alone.
        let has = |text: &String| payload.is_some_and(|p| p.to_lowercase().contains(text));
        if !text.as_ref().is_none_or(has) {
            continue;
        }
        bytes += payload.map_or(0, str::len);
        entries.push(written(row)?);
        if entries.len() as u32 >= filter.limit || bytes >= PAGE_BYTES {
            let next = entries.last().map(|entry: &Written| entry.number);
            return Ok(Found {
                entries,
                next,
                head,
            });
        }
    }
    let next = (floor > low).then_some(floor);
    Ok(Found {
        entries,
        next,
        head,
    })
}

fn written(row: &Row<'_>) -> rusqlite::Result<Written> {
    let payload = match row.get_ref(6)?.as_str_or_null()? {
        Some(text) => Some(serde_json::from_str(text).map_err(|e| sql::unreadable(6, e))?),
        None => None,
    };
    Ok(Written {
        number: sql::count(row, 0)?,
        at: Millis(sql::count(row, 1)?),
        kind: row.get(2)?,
        device: sql::maybe_device(row, 3)?,
        actor: row.get(4)?,
        position: row.get::<_, Option<i64>>(5)?.map(|at| Position(at as u64)),
        payload,
        digest: sql::digest(row, 7)?,
    })
}
