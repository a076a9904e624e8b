//! Nothing of one store is in the ledger of another, or on one of its devices.

use std::collections::BTreeSet;

use anyhow::Result;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::End;

pub(super) fn broken(end: &End<'_>) -> Vec<String> {
    let Some(others) = end.next_door else {
        return Vec::new();
    };
    let mut broken = Vec::new();
    match crossed(&end.ledger, others) {
        Ok(found) => broken.extend(found),
        Err(error) => broken.push(format!("the ledger cannot be read: {error:#}")),
    }
    for device in end.devices {
        let texts = device.disk.texts();
        let found = others
            .iter()
            .filter(|name| texts.iter().any(|text| text.contains(name.as_str())));
        let number = device.number;
        broken.extend(found.map(|name| format!("device {number} holds {name} of another store")));
    }
    broken
}

/// Everything of another store that is in any table.
fn crossed(ledger: &Connection, others: &BTreeSet<String>) -> Result<Vec<String>> {
    let bare: Vec<(String, &String)> = others
        .iter()
        .map(|name| (name.replace('-', ""), name))
        .collect();
    let mut tables = ledger.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    let tables = tables.query_map([], |row| row.get::<_, String>(0))?;
    let mut broken = Vec::new();
    for table in tables {
        let table = table?;
        let mut content = ledger.prepare(&format!("SELECT * FROM \"{table}\""))?;
        let columns = content.column_count();
        let mut rows = content.query([])?;
        while let Some(row) = rows.next()? {
            for column in 0..columns {
                let found = match row.get_ref(column)? {
                    ValueRef::Text(text) => {
                        let text = String::from_utf8_lossy(text);
                        others.iter().find(|name| text.contains(name.as_str()))
                    }
                    ValueRef::Blob(bytes) if bytes.len() == ID_BYTES => {
                        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                        let same = bare.iter().find(|(name, _)| *name == hex);
                        same.map(|(_, name)| *name)
                    }
                    _ => None,
                };
                broken.extend(found.map(|name| format!("{table} holds {name} of another store")));
            }
        }
    }
    Ok(broken)
}

/// As ids lie in a ledger.
const ID_BYTES: usize = 16;
