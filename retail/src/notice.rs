//! What everybody should know at once, until their device has shown it to somebody.

use serde::{Deserialize, Serialize};
use sync_core::{
    Body, DeviceId, Digest, Document, Millis, Op, ReadError, Record, RecordId, Records, Value,
};

use crate::build::{body, insert_op};
use crate::{BuildError, Occasion, Raised, collection};

/// A notice stays so long after it ended, in milliseconds: a till that was away for a week still
/// finds what its acknowledgement is about.
const KEPT: i64 = 7 * 86_400_000;
/// Steps from which on one mutation lets go of nothing more: a notice is acknowledged by every
/// device, and a mutation may not be larger than the master takes.
const AT_ONCE: usize = 1_000;

/// The kind of notice that names who took the last of a product.
pub(crate) const OUT_OF_STOCK: &str = "out_of_stock";

/// The kind of notice that a master's log began anew.
const NEW_MASTER: &str = "new_master";
/// So long that concerns somebody, in milliseconds.
const A_DAY: u64 = 86_400_000;

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

/// Tells everybody that the shop's main server goes on from a backup. Each log has a node of its own,
/// so there is one such notice for each.
pub fn announce_master(occasion: &Occasion) -> Body {
    let node = occasion.device;
    let until = occasion.at.plus(A_DAY);
    let doc = Document::new()
        .with("kind", NEW_MASTER)
        .with("subject", node.to_string())
        .with("key", format!("{NEW_MASTER}:{node}"))
        .with(
            "message",
            "the main server goes on from a backup; tills send it again by themselves what it lacks",
        )
        .with("status", "open")
        .with("raised_at", occasion.at.0 as i64)
        .with("expires_at", until.0 as i64)
        .with("count", 1)
        .with("causes", Value::List(Vec::new()));
    let id = RecordId::derived(&[NEW_MASTER.as_bytes(), node.bytes()]);
    let op = insert_op(collection::NOTICES, id, doc);
    body(occasion, "announce_master", vec![op])
}

/// Lets go of notices that concern nobody any more, with what devices said of them; nothing where
/// there are none.
///
/// # Errors
/// When the records cannot be read.
pub fn forget_notices(
    occasion: &Occasion,
    records: &dyn Records,
) -> Result<Option<Body>, ReadError> {
    let forget = |collection: &str, record: &Record| {
        let known = crate::schema().collection(collection);
        Op::Delete {
            collection: collection.into(),
            id: record.id,
            was: known.map_or(Digest::ZERO, |known| known.own(&record.doc).digest()),
        }
    };
    let mut ops = Vec::new();
    let mut gone = records.find(collection::NOTICES, "status", &Value::from("open"))?;
    gone.retain(|notice| {
        let until = notice.doc.int("expires_at").unwrap_or(i64::MAX);
        until.saturating_add(KEPT) <= occasion.at.0 as i64
    });
    gone.sort_by_key(|notice| notice.id);
    for notice in &gone {
        if explains(records, notice)? {
            continue;
        }
        let id = Value::Text(notice.id.to_string());
        let shown = records.find(collection::ACKNOWLEDGEMENTS, "notice", &id)?;
        if !ops.is_empty() && ops.len() + shown.len() >= AT_ONCE {
            break;
        }
        let shown = shown.iter();
        ops.extend(shown.map(|shown| forget(collection::ACKNOWLEDGEMENTS, shown)));
        ops.push(forget(collection::NOTICES, notice));
    }
    Ok((!ops.is_empty()).then(|| body(occasion, "forget_notices", ops)))
}

/// Whether a product is still missing since a notice: a till that was away for a month may have sold
/// the same last one, and the task about it names both receipts.
fn explains(records: &dyn Records, notice: &Record) -> Result<bool, ReadError> {
    let product = notice.doc.text("subject").and_then(|s| s.parse().ok());
    let (Some(OUT_OF_STOCK), Some(product), Some(key)) =
        (notice.doc.text("kind"), product, notice.doc.get("key"))
    else {
        return Ok(false);
    };
    if crate::on_hand(records, product)?.0 > 0 {
        return Ok(false);
    }
    let others = records.find(collection::NOTICES, "key", key)?;
    Ok(others.iter().all(|other| other.version <= notice.version))
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
