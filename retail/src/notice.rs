//! What everybody should know at once, until their device has shown it to somebody.

use serde::{Deserialize, Serialize};
use sync_core::{Body, DeviceId, Document, Millis, ReadError, Record, RecordId, Records, Value};

use crate::build::{body, insert_op};
use crate::{BuildError, Occasion, Raised, collection};

/// A notice that a device still has to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShownNotice {
    /// The notice.
    pub id: RecordId,
    /// What it says, in the words of the collection.
    pub notice: Raised,
}

/// The id of the record that says a device has shown a notice.
pub fn acknowledgement_id(notice: RecordId, device: DeviceId) -> RecordId {
    RecordId::derived(&[b"acknowledgement", notice.bytes(), device.bytes()])
}

/// Acknowledges a notice for this device; others still show it. Doing so twice is once.
///
/// # Errors
/// Never.
pub fn acknowledge_notice(occasion: &Occasion, notice: RecordId) -> Result<Body, BuildError> {
    let device = occasion.device;
    let doc = Document::new()
        .with("device", device.to_string())
        .with("notice", notice.to_string());
    let id = acknowledgement_id(notice, device);
    let op = insert_op(collection::ACKNOWLEDGEMENTS, id, doc);
    Ok(body(occasion, "acknowledge_notice", vec![op]))
}

/// What a device still has to show: neither acknowledged there nor expired. Newest first.
///
/// # Errors
/// When the records cannot be read.
pub fn shown_notices(
    records: &dyn Records,
    device: DeviceId,
    now: Millis,
) -> Result<Vec<ShownNotice>, ReadError> {
    let mut shown = Vec::new();
    for record in records.find(collection::NOTICES, "status", &Value::from("open"))? {
        let Ok(notice) = record.doc.to_typed::<Raised>() else {
            continue;
        };
        let acknowledgement = acknowledgement_id(record.id, device);
        let known = records.get(collection::ACKNOWLEDGEMENTS, acknowledgement)?;
        let expired = notice.expires_at.is_some_and(|until| until <= now);
        if !expired && !known.is_some_and(|known| Record::is_live(&known)) {
            shown.push(ShownNotice {
                id: record.id,
                notice,
            });
        }
    }
    shown.sort_by_key(|shown| (std::cmp::Reverse(shown.notice.raised_at), shown.id));
    Ok(shown)
}
