//! The checksums of all records, kept beside them.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};
use sync_core::{Bucket, Checksum, Checksums, CollectionName, DeviceKind, Kind, Schema, Sums};

use super::error::LedgerError;

/// Reads what is kept.
pub(super) fn load(connection: &Connection) -> Result<Sums, LedgerError> {
    let mut statement =
        connection.prepare_cached("SELECT collection, bucket, sum FROM checksums")?;
    let rows = statement.query_map([], |row| {
        let name: String = row.get(0)?;
        let bucket: u32 = row.get(1)?;
        let sum: String = row.get(2)?;
        Ok((name, bucket, sum))
    })?;
    let mut sums = Sums::new();
    for row in rows {
        let (name, bucket, sum) = row?;
        let sum: Checksum =
            serde_json::from_value(sum.into()).map_err(|e| LedgerError::Corrupt(e.to_string()))?;
        sums.or_default(CollectionName::from(name.as_str()))
            .insert(Bucket(bucket), sum);
    }
    Ok(sums)
}

/// Writes the buckets that a batch touched.
pub(super) fn save(
    connection: &Connection,
    checksums: &Checksums,
    touched: &BTreeSet<(CollectionName, Bucket)>,
) -> Result<(), LedgerError> {
    if touched.is_empty() {
        return Ok(());
    }
    let sums = checksums.sums();
    for (name, bucket) in touched {
        match sums.get(name).and_then(|buckets| buckets.get(bucket)) {
            Some(sum) => connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO checksums (collection, bucket, sum) VALUES (?1, ?2, ?3)",
                )?
                .execute(params![name.as_str(), bucket.0, sum.to_string()])?,
            None => connection
                .prepare_cached("DELETE FROM checksums WHERE collection = ?1 AND bucket = ?2")?
                .execute(params![name.as_str(), bucket.0])?,
        };
    }
    Ok(())
}

/// The sums that a kind of device holds.
pub(super) fn in_scope(sums: Sums, schema: &Schema, kind: DeviceKind, scope_from: u32) -> Sums {
    let scoped = sums.into_iter().filter_map(|(name, mut buckets)| {
        let collection = schema.collection(&name)?;
        if !collection.scope.includes(kind) {
            return None;
        }
        if collection.scope.dated && collection.kind == Kind::Fact {
            buckets.retain(|bucket, _| bucket.0 >= scope_from);
        }
        (!buckets.is_empty()).then_some((name, buckets))
    });
    scoped.collect()
}

/// The collections and buckets whose sums are not equal.
pub(super) fn differences(ours: &Sums, theirs: &Sums) -> Vec<(CollectionName, Bucket)> {
    let keys = |sums: &Sums| -> BTreeSet<(CollectionName, Bucket)> {
        sums.iter()
            .flat_map(|(name, buckets)| buckets.keys().map(|bucket| (name.clone(), *bucket)))
            .collect()
    };
    let get = |sums: &Sums, (name, bucket): &(CollectionName, Bucket)| {
        sums.get(name)
            .and_then(|buckets| buckets.get(bucket))
            .copied()
            .unwrap_or_default()
    };
    keys(ours)
        .union(&keys(theirs))
        .filter(|key| get(ours, key) != get(theirs, key))
        .cloned()
        .collect()
}
