//! What somebody set and the master took stands, waits in a conflict, or was seen by whoever
//! replaced it.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::{End, documents};

/// The fields that the devices set to values of their own.
const FIELDS: [&str; 2] = ["name", "price"];

pub(super) fn broken(end: &End<'_>) -> Vec<String> {
    look(end).unwrap_or_else(|error| vec![format!("{error:#}")])
}

fn look(end: &End<'_>) -> anyhow::Result<Vec<String>> {
    let mut known = BTreeSet::new();
    for name in ["products", "conflicts"] {
        for (_, doc) in documents(&end.ledger, name)? {
            leaves(&doc, &mut known);
        }
    }
    let query = "SELECT position, body FROM log
        WHERE verdict <> 'rejected' AND body IS NOT NULL ORDER BY position";
    let mut statement = end.ledger.prepare(query)?;
    let rows = statement.query_map([], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
    })?;
    let mut set: Vec<(i64, Json)> = Vec::new();
    for row in rows {
        let (position, body) = row?;
        let body: Json = serde_json::from_str(&body)?;
        for op in body["ops"].as_array().into_iter().flatten() {
            for (field, patch) in op["fields"].as_object().into_iter().flatten() {
                // Seen by whoever replaced it, or named by whoever resolved a conflict about it.
                leaves(&patch["was"], &mut known);
                leaves(&patch["base"], &mut known);
                if field == "seen" {
                    leaves(&patch["now"], &mut known);
                }
                let edits = body["name"] == "edit_product" && FIELDS.contains(&field.as_str());
                if edits {
                    set.push((position, patch["now"].clone()));
                }
            }
        }
    }
    let lost = set
        .into_iter()
        .filter(|(_, value)| !known.contains(&value.to_string()));
    Ok(lost
        .map(|(position, value)| format!("{value}, set at {position}, is gone unseen"))
        .collect())
}

fn leaves(value: &Json, into: &mut BTreeSet<String>) {
    match value {
        Json::Object(fields) => fields.values().for_each(|value| leaves(value, into)),
        Json::Array(items) => items.iter().for_each(|value| leaves(value, into)),
        Json::Null => {}
        leaf => {
            into.insert(leaf.to_string());
        }
    }
}
