//! The records: equal to their last change in the log, to their checksums, and to their facts.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};
use sync_core::{
    Change, Checksums, CollectionName, Domain, Kind, Millis, Projected, Projection, Record,
    RecordId, Value,
};

use super::super::checksums;
use super::super::error::LedgerError;
use super::super::records::SqlRecords;
use super::super::trim::horizon;
use super::Report;

/// Records are read in pages of this size.
const PAGE: u32 = 500;

type Derived = BTreeMap<(CollectionName, RecordId), BTreeMap<String, Value>>;

/// Goes through every record once.
pub(super) fn records(
    connection: &Connection,
    domain: &dyn Domain,
    report: &mut Report,
) -> Result<(), LedgerError> {
    let schema = domain.schema();
    let store = SqlRecords::new(connection, schema);
    let horizon = horizon(connection)?;
    let mut sums = Checksums::default();
    let mut derived = Derived::new();
    for (name, collection) in &schema.collections {
        let mut after = None;
        loop {
            let page = store.page(name, after, Millis(0), PAGE)?;
            for record in &page {
                report.records += 1;
                sums.follow(schema, name, None, record);
                // What changed before that stands by its checksum alone.
                if record.version > horizon {
                    as_logged(connection, name, record, report)?;
                }
                if collection.kind == Kind::Fact {
                    report.facts += 1;
                    for projection in domain.project(name, record.id, &record.doc) {
                        add_up(&mut derived, &projection);
                    }
                }
            }
            match page.last() {
                Some(last) if page.len() as u32 == PAGE => after = Some(last.id),
                _ => break,
            }
        }
    }
    let kept = checksums::load(connection)?;
    for (name, bucket) in checksums::differences(&kept, &sums.sums()) {
        let what = format!(
            "{name}, bucket {}: the records do not add up to it",
            bucket.0
        );
        report.fault("checksums", what);
    }
    projections(domain, &store, &derived, report)
}

fn as_logged(
    connection: &Connection,
    name: &str,
    record: &Record,
    report: &mut Report,
) -> Result<(), LedgerError> {
    // One mutation may have changed thousands: only what names the record is worth reading.
    let mut statement = connection.prepare_cached(
        "SELECT change FROM log_changes
         WHERE position = ?1 AND collection = ?2 AND instr(change, ?3) > 0",
    )?;
    let id = record.id.to_string();
    let mut rows = statement.query(params![record.version.0 as i64, name, id])?;
    while let Some(row) = rows.next()? {
        let text = row.get_ref(0)?.as_str().unwrap_or_default();
        let Ok(logged) = serde_json::from_str::<Change>(text) else {
            continue;
        };
        if logged.record.id == record.id {
            let same = (&logged.record.doc, logged.record.at) == (&record.doc, record.at);
            if !same {
                report.fault(
                    "records",
                    format!("{name} {} is not as the log has it", record.id),
                );
            }
            return Ok(());
        }
    }
    report.fault("records", format!("{name} {} is not in the log", record.id));
    Ok(())
}

fn add_up(derived: &mut Derived, projection: &Projection) {
    let key = (projection.collection.clone(), projection.id);
    let record = derived.entry(key).or_default();
    for (field, what) in &projection.fields {
        let old = record.get(field).and_then(Value::as_int);
        let new = match what {
            Projected::Add(delta) => Value::Int(old.unwrap_or(0).saturating_add(*delta)),
            Projected::Max(value) => Value::Int(old.map_or(*value, |old| old.max(*value))),
            Projected::Key(value) => value.clone(),
        };
        record.insert(field.clone(), new);
    }
}

/// Compares both ways: what the facts add up to is kept, and nothing else is.
fn projections(
    domain: &dyn Domain,
    store: &SqlRecords<'_>,
    derived: &Derived,
    report: &mut Report,
) -> Result<(), LedgerError> {
    let schema = domain.schema();
    for ((name, id), fields) in derived {
        let record = store.read(name, *id)?;
        if record.as_ref().is_some_and(|record| record.deleted) {
            continue;
        }
        for (field, value) in fields {
            let kept = record.as_ref().and_then(|record| record.doc.get(field));
            if kept != Some(value) {
                let what = format!("{name} {id}: {field} is {kept:?}, the facts make {value:?}");
                report.fault("projections", what);
            }
        }
    }
    for (name, collection) in &schema.collections {
        if collection.kind != Kind::Projection {
            continue;
        }
        let mut after = None;
        loop {
            let page = store.page(name, after, Millis(0), PAGE)?;
            for record in &page {
                if !derived.contains_key(&(name.clone(), record.id)) {
                    report.fault(
                        "projections",
                        format!("{name} {}: no fact makes it", record.id),
                    );
                }
            }
            match page.last() {
                Some(last) if page.len() as u32 == PAGE => after = Some(last.id),
                _ => break,
            }
        }
    }
    Ok(())
}
