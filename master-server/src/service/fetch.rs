//! Records outside a device's dates: the ones asked for and those that refer to them.

use sync_core::{Change, Code, DeviceInfo, Fetch, Fetched, FieldType, Schema, Value, WireError};

use super::serving;
use crate::ledger::SqlRecords;
use crate::state::AppState;

/// One request asks for at most so many.
const IDS: usize = 100;

/// Reads records by id with those that refer to them, each collection only where the device's kind
/// may hold it.
///
/// # Errors
/// When the collection is not for this device, or too much is asked for.
pub(crate) async fn fetch(
    state: &AppState,
    device: &DeviceInfo,
    fetch: Fetch,
) -> Result<Fetched, WireError> {
    serving(&state.ledger)?;
    let kind = device.kind;
    let held = move |schema: &Schema, name: &str| {
        schema
            .collection(name)
            .is_some_and(|c| c.scope.includes(kind))
    };
    if !held(state.ledger.schema(), &fetch.collection) {
        let message = "there is no such collection for this device";
        return Err(WireError::new(Code::NotFound, message).of_field("collection"));
    }
    if fetch.ids.len() > IDS {
        let message = format!("at most {IDS} records at a time");
        return Err(WireError::new(Code::TooLarge, message).of_field("ids"));
    }
    let items = state
        .ledger
        .read(move |reading| {
            let records = SqlRecords::new(reading.connection, reading.schema);
            let mut items = Vec::new();
            for id in fetch.ids {
                if let Some(record) = records.read(&fetch.collection, id)? {
                    let collection = fetch.collection.clone();
                    items.push(Change { collection, record });
                }
                let id = Value::Text(id.to_string());
                for (name, field) in referring(reading.schema, &fetch.collection) {
                    if !held(reading.schema, name) {
                        continue;
                    }
                    let found = records.matching(name, field, &id)?;
                    items.extend(found.into_iter().map(|record| Change {
                        collection: name.into(),
                        record,
                    }));
                }
            }
            Ok(items)
        })
        .await?;
    Ok(Fetched { items })
}

/// The indexed fields that refer to a collection.
fn referring<'a>(schema: &'a Schema, target: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    schema
        .collections
        .iter()
        .flat_map(move |(name, collection)| {
            let fields = collection.fields.iter().filter(move |(field, known)| {
                let indexed = |index: &sync_core::Index| index.fields.first() == Some(*field);
                matches!(&known.kind, FieldType::Ref(to) if to.as_str() == target)
                    && collection.indexes.iter().any(indexed)
            });
            fields.map(move |(field, _)| (name.as_str(), field.as_str()))
        })
}
