//! The log of changes: what a batch hands to subscribers, and the pages a device pulls.

use std::sync::{Arc, OnceLock};

use rusqlite::{Connection, OptionalExtension, params};
use sync_core::{
    Change, CollectionName, Cursor, DeviceId, DeviceInfo, DeviceKind, Digest, LogId, Millis,
    Position, Schema, Seq,
};

use super::error::LedgerError;
use super::sql;
use super::trim::horizon;

/// A page ends once it holds so many bytes; one mutation always fits.
const PAGE_BYTES: usize = 1 << 20;
/// A batch with more changes than this is not sent live: devices pull it in pages.
const LIVE_BYTES: usize = 256 << 10;

/// One change, serialised once.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) collection: CollectionName,
    pub(super) json: String,
}

/// What one commit decided.
#[derive(Debug)]
pub struct Batch {
    /// The log.
    pub log_id: LogId,
    /// The head before it.
    pub from: Position,
    /// The head after it.
    pub to: Position,
    /// The digest of the log there.
    pub digest: Digest,
    /// The last seq decided of each device that had mutations in it.
    pub marks: Vec<(DeviceId, Seq)>,
    /// Absent where they are too many to send live, so that slow subscribers hold no memory.
    items: Option<Vec<Item>>,
    /// The JSON lists by kind of device, made when the first device of that kind asks.
    lists: [OnceLock<Option<Arc<str>>>; 4],
}

impl Batch {
    pub(super) fn new(
        log_id: LogId,
        span: (Position, Position),
        digest: Digest,
        marks: Vec<(DeviceId, Seq)>,
        items: Vec<Item>,
    ) -> Self {
        let bytes: usize = items.iter().map(|item| item.json.len()).sum();
        Self {
            log_id,
            from: span.0,
            to: span.1,
            digest,
            marks,
            items: (bytes <= LIVE_BYTES).then_some(items),
            lists: Default::default(),
        }
    }

    /// Whether it changed a record of such a collection; also where it was too large to say.
    pub(super) fn touches(&self, such: impl Fn(&str) -> bool) -> bool {
        let items = self.items.as_ref();
        items.is_none_or(|items| items.iter().any(|item| such(&item.collection)))
    }

    /// The last seq of a device, where it had mutations in this batch.
    pub fn mark_of(&self, device: DeviceId) -> Option<Seq> {
        let found = self.marks.iter().find(|(id, _)| *id == device);
        found.map(|(_, seq)| *seq)
    }

    /// The changes in the scope of a kind of device as a JSON list, shared by all who ask; `None`
    /// where they are too many to send live.
    pub fn list(&self, schema: &Schema, kind: DeviceKind) -> Option<Arc<str>> {
        let slot = match kind {
            DeviceKind::Till => 0,
            DeviceKind::Terminal => 1,
            DeviceKind::Dashboard => 2,
            DeviceKind::Node => 3,
        };
        self.lists[slot]
            .get_or_init(|| self.serialise(schema, kind))
            .clone()
    }

    fn serialise(&self, schema: &Schema, kind: DeviceKind) -> Option<Arc<str>> {
        let items = self.items.as_ref()?.iter();
        let mut list = String::from("[");
        for item in items.filter(|item| in_kind(schema, &item.collection, kind)) {
            if list.len() > 1 {
                list.push(',');
            }
            list.push_str(&item.json);
        }
        list.push(']');
        Some(list.into())
    }
}

/// What came after a cursor.
#[derive(Debug)]
pub struct Page {
    /// The position before it.
    pub from: Position,
    /// Its last position.
    pub to: Position,
    /// The head when it was read.
    pub head: Position,
    /// The digest of the log at `to`.
    pub digest: Digest,
    /// The device's last decided seq at `to`.
    pub your_seq: Seq,
    /// The changes in the device's scope, as a JSON list.
    pub items: String,
}

/// Whether a device's cursor holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is a place in this log.
    Good,
    /// It is of another log.
    Foreign,
    /// What came after it has left the log.
    Gone,
    /// The device knows of more than this node: acknowledged data was lost here.
    Lost(String),
}

/// Whether a collection is held by a kind of device.
pub(super) fn in_kind(schema: &Schema, collection: &str, kind: DeviceKind) -> bool {
    schema
        .collection(collection)
        .is_some_and(|c| c.scope.includes(kind))
}

/// The last position and the digest there.
pub fn head(connection: &Connection) -> Result<(Position, Digest), LedgerError> {
    let query = "SELECT position, digest FROM log ORDER BY position DESC LIMIT 1";
    let mut statement = connection.prepare_cached(query)?;
    let last = statement.query_row([], |row| {
        Ok((Position(sql::count(row, 0)?), sql::digest(row, 1)?))
    });
    Ok(last.optional()?.unwrap_or((Position(0), Digest::ZERO)))
}

/// The digest of the log at a position.
pub fn digest_at(
    connection: &Connection,
    position: Position,
) -> Result<Option<Digest>, LedgerError> {
    if position == Position(0) {
        return Ok(Some(Digest::ZERO));
    }
    let mut statement = connection.prepare_cached("SELECT digest FROM log WHERE position = ?1")?;
    let digest = statement.query_row([position.0 as i64], |row| sql::digest(row, 0));
    Ok(digest.optional()?)
}

/// The position before the first one that was decided after a time, by the node's clock; the head
/// where nothing was. A clock that was put back leaves nothing out: what was decided before that is
/// told once more.
///
/// # Errors
/// When the ledger cannot be read.
pub fn position_before(connection: &Connection, time: Millis) -> Result<Position, LedgerError> {
    let mut statement =
        connection.prepare_cached("SELECT min(position) FROM log WHERE decided_at > ?1")?;
    let time = i64::try_from(time.0).unwrap_or(i64::MAX);
    let first: Option<i64> = statement.query_row([time], |row| row.get(0))?;
    match first {
        Some(first) => Ok(Position(first as u64 - 1)),
        None => Ok(head(connection)?.0),
    }
}

/// A device's last decided seq at a position.
pub fn seq_at(
    connection: &Connection,
    device: DeviceId,
    position: Position,
) -> Result<Seq, LedgerError> {
    let mut last = connection.prepare_cached("SELECT max(seq) FROM log WHERE device = ?1")?;
    let mut place =
        connection.prepare_cached("SELECT position FROM log WHERE device = ?1 AND seq = ?2")?;
    // A device's numbers have no holes, and rise with the positions.
    let last: Option<i64> = last.query_row([device.bytes()], |row| row.get(0))?;
    let (mut low, mut high) = (0, last.unwrap_or(0));
    let mut probe = high;
    while low < high {
        let at: i64 = place.query_row(params![device.bytes(), probe], |row| row.get(0))?;
        match at <= position.0 as i64 {
            true => low = probe,
            false => high = probe - 1,
        }
        probe = low + (high - low + 1) / 2;
    }
    Ok(Seq(low as u64))
}

/// Compares what a device says it has applied with the log.
pub fn standing(
    connection: &Connection,
    log_id: LogId,
    cursor: Cursor,
    digest: Option<Digest>,
) -> Result<Standing, LedgerError> {
    if cursor.log_id != log_id {
        return Ok(Standing::Foreign);
    }
    let (head, _) = head(connection)?;
    if cursor.position > head {
        let what = format!(
            "a device has seen position {}, the log ends at {head}",
            cursor.position
        );
        return Ok(Standing::Lost(what));
    }
    let own = digest_at(connection, cursor.position)?;
    if digest.is_some() && own != digest {
        let what = format!(
            "a device has seen another log at position {}",
            cursor.position
        );
        return Ok(Standing::Lost(what));
    }
    match cursor.position < horizon(connection)? {
        true => Ok(Standing::Gone),
        false => Ok(Standing::Good),
    }
}

/// Reads what came after a position: at most `limit` positions, never part of a mutation.
pub fn page(
    connection: &Connection,
    schema: &Schema,
    device: &DeviceInfo,
    from: Position,
    limit: u32,
    scope_from: u32,
) -> Result<Page, LedgerError> {
    let (head, _) = head(connection)?;
    let last = Position(head.0.min(from.0 + u64::from(limit.max(1))));
    let mut statement = connection.prepare_cached(
        "SELECT position, collection, day, change FROM log_changes
         WHERE position > ?1 AND position <= ?2 ORDER BY position, number",
    )?;
    let mut rows = statement.query(params![from.0 as i64, last.0 as i64])?;
    let mut items = String::from("[");
    let mut to = last;
    let mut current = Position(0);
    while let Some(row) = rows.next()? {
        let position = Position(sql::count(row, 0)?);
        if position != current {
            if items.len() > PAGE_BYTES {
                to = Position(position.0 - 1);
                break;
            }
            current = position;
        }
        let day: Option<u32> = row.get(2)?;
        let in_days = day.is_none_or(|day| day >= scope_from);
        if in_days
            && in_kind(
                schema,
                row.get_ref(1)?.as_str().unwrap_or_default(),
                device.kind,
            )
        {
            if items.len() > 1 {
                items.push(',');
            }
            items.push_str(row.get_ref(3)?.as_str().unwrap_or_default());
        }
    }
    items.push(']');
    Ok(Page {
        from,
        to,
        head,
        digest: digest_at(connection, to)?.unwrap_or(Digest::ZERO),
        your_seq: seq_at(connection, device.id, to)?,
        items,
    })
}

/// Writes the changes of one mutation.
pub(super) fn append(
    connection: &Connection,
    schema: &Schema,
    position: Position,
    changes: &[Change],
) -> Result<Vec<Item>, LedgerError> {
    let mut items = Vec::with_capacity(changes.len());
    let mut statement = connection.prepare_cached(
        "INSERT INTO log_changes (position, number, collection, day, change)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for (number, change) in changes.iter().enumerate() {
        let json =
            serde_json::to_string(change).map_err(|e| LedgerError::Corrupt(e.to_string()))?;
        let dated = schema
            .collection(&change.collection)
            .is_some_and(|c| c.scope.dated);
        let day = dated.then(|| change.record.at.day());
        statement.execute(params![
            position.0 as i64,
            number as i64,
            change.collection.as_str(),
            day,
            json
        ])?;
        items.push(Item {
            collection: change.collection.clone(),
            json,
        });
    }
    Ok(items)
}
