//! Under which keys records lie.

use js_sys::Array;
use rexie::KeyRange;
use sync_core::{CollectionName, RecordId};
use wasm_bindgen::JsValue;

use crate::storage::indexeddb::failure::Failure;

/// All keys, or those of an epoch, or of one collection in it. An array sorts after every number
/// and text.
pub(super) fn key_range(
    epoch: Option<u32>,
    collection: Option<&CollectionName>,
) -> Result<KeyRange, Failure> {
    let lower = Array::new();
    if let Some(epoch) = epoch {
        lower.push(&epoch.into());
    }
    if let Some(collection) = collection {
        lower.push(&collection.as_str().into());
    }
    let upper = lower.slice(0, lower.length());
    upper.push(&Array::new());
    let range = KeyRange::bound(&lower, &upper, None, None).map_err(rexie::Error::from)?;
    Ok(range)
}

pub(super) fn row_key(epoch: u32, collection: &CollectionName, id: RecordId) -> JsValue {
    let (collection, id) = (collection.as_str().into(), id.to_string().into());
    Array::of3(&epoch.into(), &collection, &id).into()
}
