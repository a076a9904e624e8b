//! The shape of the ledger file, version by version.

use rusqlite::Connection;
use sync_core::{Collection, Index, Schema};

use super::error::{LedgerError, OpenError};

/// Every step from an empty file to the newest shape; `user_version` counts them.
const STEPS: [&str; 7] = [
    include_str!("migrations/0001_ledger.sql"),
    include_str!("migrations/0002_reservations.sql"),
    include_str!("migrations/0003_read_only_codes.sql"),
    include_str!("migrations/0004_secrets_in_the_audit.sql"),
    include_str!("migrations/0005_log_by_time.sql"),
    include_str!("migrations/0006_last_synced.sql"),
    include_str!("migrations/0007_fewer_pages.sql"),
];

/// Whether a collection's table is there and knows the authors of its records.
const HAS_AUTHORS: &str = "SELECT count(*) > 0 FROM pragma_table_info(?1) WHERE name = 'authors'";

/// Brings a ledger file to the newest shape.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), OpenError> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let done = usize::try_from(version).unwrap_or(usize::MAX);
    if done > STEPS.len() {
        return Err(OpenError::Newer {
            found: version,
            known: STEPS.len(),
        });
    }
    for (index, step) in STEPS.iter().enumerate().skip(done) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "user_version", index as i64 + 1)?;
        transaction.commit()?;
    }
    Ok(())
}

/// Whether a file has the newest shape already.
pub(super) fn is_current(connection: &Connection, schema: &Schema) -> Result<bool, LedgerError> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version != STEPS.len() as i64 {
        return Ok(false);
    }
    let mut known = connection.prepare(HAS_AUTHORS)?;
    for name in schema.collections.keys() {
        if !known.query_row([format!("c_{name}")], |row| row.get::<_, bool>(0))? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Makes the table and the indexes of every collection; indexes the schema dropped go.
pub(super) fn follow_schema(connection: &Connection, schema: &Schema) -> Result<(), LedgerError> {
    for (name, collection) in &schema.collections {
        check_word(name)?;
        connection.execute_batch(&format!(
            "CREATE TABLE IF NOT EXISTS c_{name} (
                id BLOB PRIMARY KEY, version INTEGER NOT NULL, at INTEGER NOT NULL,
                doc TEXT NOT NULL, deleted INTEGER NOT NULL, stub INTEGER NOT NULL,
                first BLOB, writes TEXT, authors TEXT) STRICT"
        ))?;
        follow_indexes(connection, name, collection)?;
    }
    Ok(())
}

/// Tables that were made before records knew their authors get the column.
pub(super) fn add_authors(connection: &Connection, schema: &Schema) -> Result<(), LedgerError> {
    let mut known = connection.prepare(HAS_AUTHORS)?;
    for name in schema.collections.keys() {
        let known: bool = known.query_row([format!("c_{name}")], |row| row.get(0))?;
        if !known {
            connection.execute_batch(&format!("ALTER TABLE c_{name} ADD COLUMN authors TEXT"))?;
        }
    }
    Ok(())
}

fn follow_indexes(
    connection: &Connection,
    name: &str,
    collection: &Collection,
) -> Result<(), LedgerError> {
    let mut wanted = Vec::new();
    for index in &collection.indexes {
        check_word(&index.name)?;
        index
            .fields
            .iter()
            .try_for_each(|field| check_word(field))?;
        let fields: Vec<String> = index
            .fields
            .iter()
            .map(|field| field_of_doc(field))
            .collect();
        let mut own = format!("i_{name}_{}_{}", index.name, index.fields.join("_"));
        let mut filled = String::new();
        if is_optional(collection, index) {
            own.push_str("_set");
            filled = format!(" WHERE {} IS NOT NULL", fields[0]);
        }
        connection.execute_batch(&format!(
            "CREATE INDEX IF NOT EXISTS {own} ON c_{name} ({}){filled}",
            fields.join(", ")
        ))?;
        wanted.push(own);
    }
    let mut statement = connection.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?1 AND sql IS NOT NULL",
    )?;
    let found: Vec<String> = statement
        .query_map([format!("c_{name}")], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for index in found.iter().filter(|index| !wanted.contains(index)) {
        connection.execute_batch(&format!("DROP INDEX {index}"))?;
    }
    Ok(())
}

/// Whether an index has only the records that have its first field: nobody looks for those without,
/// and most new records have few of the fields that they may have.
fn is_optional(collection: &Collection, index: &Index) -> bool {
    let first = index.fields.first();
    let field = first.and_then(|first| collection.fields.get(first));
    field.is_some_and(|field| !field.required)
}

/// The SQL expression of a field; the same text in indexes and in queries, so that they match.
pub(super) fn field_of_doc(field: &str) -> String {
    format!("json_extract(doc, '$.{field}')")
}

/// Names of a schema go into SQL as they are: only plain words may.
pub(super) fn check_word(word: &str) -> Result<(), LedgerError> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !word.is_empty() && word.chars().all(plain) {
        return Ok(());
    }
    Err(LedgerError::Corrupt(format!(
        "{word:?} is no name for a collection, an index or a field"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::sql::keep_plans;

    #[test]
    fn a_field_that_may_be_missing_is_found_by_an_index_of_those_that_have_it() {
        let schema: Schema = serde_json::from_value(serde_json::json!({
            "format": 1,
            "collections": { "people": {
                "kind": "shared",
                "fields": {
                    "name": { "type": "text", "required": true },
                    "phone": { "type": "text" },
                },
                "indexes": [
                    { "name": "name", "fields": ["name"] },
                    { "name": "phone", "fields": ["phone"] },
                ],
            } },
        }))
        .unwrap();
        let connection = Connection::open_in_memory().unwrap();
        keep_plans(&connection).unwrap();
        follow_schema(&connection, &schema).unwrap();
        for (condition, index) in [
            ("phone') = ?1", "i_people_phone_phone_set"),
            ("phone') >= ?1", "i_people_phone_phone_set"),
            ("name') = ?1", "i_people_name_name"),
        ] {
            let query = format!(
                "EXPLAIN QUERY PLAN SELECT id FROM c_people WHERE json_extract(doc, '$.{condition}"
            );
            let plan: String = connection
                .query_row(&query, ["+44"], |row| row.get(3))
                .unwrap();
            assert!(plan.contains(index), "{plan}");
        }
    }
}
