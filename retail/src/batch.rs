//! Batches: goods of one product that came with one lot, and what is left of each.
//!
//! What is on hand of a product is the sum of its levels: one for each batch, and one for the goods
//! of which nobody said a batch. A movement changes exactly one of them.

mod allot;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sync_core::{
    Body, CollectionName, Document, FieldPatch, Map, Millis, Op, Quantity, ReadError, RecordId,
    Records, Refusal, Value,
};

pub use allot::{allot, name_batches};

use crate::build::{body, insert_op, not_blank, refused, ruled_patch_op};
use crate::day::is_day;
use crate::stock::{movement_op, something_came};
use crate::{BuildError, Fields, Money, Movement, Occasion, Reason, collection, level_id};

/// A record of `batches`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// Which product.
    pub product: RecordId,
    /// What is printed on the goods; unique within the product.
    pub lot: String,
    /// The last day on which it may be sold, `YYYY-MM-DD`.
    pub expiry: Option<String>,
    /// What one unit cost the shop.
    pub cost: Option<Money>,
    /// When the first of it came.
    pub received_at: Option<Millis>,
    /// Whether it is out of use.
    #[serde(default)]
    pub archived: bool,
}

/// What somebody reads off goods that come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lot {
    /// What is printed on them.
    pub lot: String,
    /// The last day on which they may be sold, `YYYY-MM-DD`.
    pub expiry: Option<String>,
}

/// A batch and what is left of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchLevel {
    /// Its id.
    pub id: RecordId,
    /// The batch.
    pub batch: Batch,
    /// How much is there; below nothing where more was sold of it than came.
    pub on_hand: Quantity,
}

/// Goods that nobody will sell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteOff {
    /// Which product.
    pub product: RecordId,
    /// Which batch of it.
    pub batch: Option<RecordId>,
    /// How much goes, as a positive number.
    pub quantity: Quantity,
    /// Whether it expired or broke.
    pub reason: Reason,
    /// Why, in words.
    pub note: Option<String>,
}

impl Batch {
    /// Whether it may not be sold any more on a day, `YYYY-MM-DD`.
    pub fn expired(&self, today: &str) -> bool {
        self.expiry.as_deref().is_some_and(|expiry| expiry < today)
    }
}

impl BatchLevel {
    /// First expired first; what has no date after what has one, and of those the oldest first.
    fn order(&self) -> impl Ord + use<> {
        let batch = &self.batch;
        (
            Reverse(batch.expiry.clone().map(Reverse)),
            batch.received_at,
            batch.lot.clone(),
        )
    }
}

/// The id of a product's batch, which follows from its lot: two tills that take in the same lot
/// while they are apart mean one batch.
pub fn batch_id(product: RecordId, lot: &str) -> RecordId {
    RecordId::derived(&[b"batch of lot", product.bytes(), lot.trim().as_bytes()])
}

/// The batches of a product with what is left of each, in the order in which they should be sold.
///
/// # Errors
/// When the records cannot be read.
pub fn batches_of(records: &dyn Records, product: RecordId) -> Result<Vec<BatchLevel>, ReadError> {
    let key = Value::Text(product.to_string());
    let known = records.find(collection::BATCHES, "product", &key)?;
    if known.is_empty() {
        return Ok(Vec::new());
    }
    let levels = records.find(collection::STOCK_LEVELS, "product", &key)?;
    let levels: BTreeMap<RecordId, i64> = levels
        .iter()
        .map(|level| (level.id, level.doc.int("on_hand").unwrap_or(0)))
        .collect();
    let mut batches: Vec<BatchLevel> = known
        .into_iter()
        .filter_map(|record| {
            let level = level_id(product, Some(record.id));
            Some(BatchLevel {
                id: record.id,
                batch: record.doc.to_typed().ok()?,
                on_hand: Quantity(levels.get(&level).copied().unwrap_or(0)),
            })
        })
        .collect();
    batches.sort_by_cached_key(BatchLevel::order);
    Ok(batches)
}

/// What is there of a product without anybody having said of which batch.
///
/// # Errors
/// When the records cannot be read.
pub fn without_batch(records: &dyn Records, product: RecordId) -> Result<Quantity, ReadError> {
    let level = records.get(collection::STOCK_LEVELS, level_id(product, None))?;
    let on_hand = level.and_then(|level| level.doc.int("on_hand"));
    Ok(Quantity(on_hand.unwrap_or(0)))
}

/// Whether all that is there of a product has expired on a day, `YYYY-MM-DD`.
///
/// # Errors
/// When the records cannot be read.
pub fn only_expired(
    records: &dyn Records,
    product: RecordId,
    today: &str,
) -> Result<bool, ReadError> {
    let batches = batches_of(records, product)?;
    let mut left = batches.iter().filter(|it| it.on_hand > Quantity(0));
    let expired = |it: &BatchLevel| it.batch.expired(today);
    let any = left.next().is_some_and(expired) && left.all(expired);
    Ok(any && without_batch(records, product)? <= Quantity(0))
}

/// Takes in goods of one lot. `known` is the batch where this device knows it already: the goods
/// are added to it. The movement's cost becomes the batch's where that has none.
///
/// # Errors
/// When nothing came, the lot is blank, or it is known with another date.
pub fn receive_batch(
    occasion: &Occasion,
    id: RecordId,
    movement: &Movement,
    lot: &Lot,
    known: Option<&Document>,
) -> Result<Body, BuildError> {
    something_came(movement)?;
    let identity = Document::new()
        .with("product", movement.product.to_string())
        .with("lot", lot.lot.trim());
    check(&identity).map_err(refused)?;
    let batch = batch_id(movement.product, &lot.lot);
    let nothing = Document::new();
    let seen = known.unwrap_or(&nothing);
    if let (Some(is), Some(said)) = (seen.text("expiry"), lot.expiry.as_deref())
        && is != said
    {
        let message = format!(
            "this lot is here already with the date {is}: correct the batch, or give these another lot"
        );
        return Err(refused(
            Refusal::new("other_expiry", message).of_field("expiry"),
        ));
    }
    // What makes it this batch and no other is inserted, the rest is patched: of two tills that
    // take in the first of it at once, only what they say otherwise is a conflict.
    let mut ops = Vec::new();
    if known.is_none() {
        ops.push(insert_op(collection::BATCHES, batch, identity));
    }
    let at = Value::Int(occasion.at.0 as i64);
    let said = [
        ("expiry", lot.expiry.clone().map(Value::Text)),
        ("cost", movement.cost.map(|cost| Value::Int(cost.0))),
        ("received_at", Some(at)),
    ];
    let mut fields = Map::new();
    for (name, value) in said {
        if value.is_some() && seen.get(name).is_none() {
            let patch = FieldPatch {
                was: None,
                base: None,
                now: value,
            };
            fields.insert(name.to_owned(), patch);
        }
    }
    if seen.get("archived").and_then(Value::as_bool) == Some(true) {
        let patch = FieldPatch {
            was: Some(Value::Bool(true)),
            base: None,
            now: Some(Value::Bool(false)),
        };
        fields.insert("archived".to_owned(), patch);
    }
    date(fields.get("expiry").and_then(|patch| patch.now.as_ref())).map_err(refused)?;
    if !fields.is_empty() {
        ops.push(Op::Patch {
            collection: CollectionName::from(collection::BATCHES),
            id: batch,
            fields,
        });
    }
    let movement = Movement {
        batch: Some(batch),
        ..movement.clone()
    };
    ops.push(movement_op(occasion, id, &movement)?);
    Ok(body(occasion, "receive_stock", ops))
}

/// Corrects a batch from what the form showed.
///
/// # Errors
/// When a field is not valid, or nothing changes.
pub fn edit_batch(
    occasion: &Occasion,
    id: RecordId,
    seen: &Fields,
    changes: &Fields,
    confirmed: Option<&Document>,
) -> Result<Body, BuildError> {
    let op = ruled_patch_op(collection::BATCHES, id, seen, changes, confirmed, check)?;
    Ok(body(occasion, "edit_batch", vec![op]))
}

/// Takes goods off the stock that nobody will sell.
///
/// # Errors
/// When nothing goes, or the goods neither expired nor broke.
pub fn write_off(
    occasion: &Occasion,
    id: RecordId,
    written: &WriteOff,
) -> Result<Body, BuildError> {
    if written.quantity <= Quantity(0) {
        let message = "say how much goes, more than nothing";
        return Err(refused(
            Refusal::new("invalid", message).of_field("quantity"),
        ));
    }
    if !matches!(written.reason, Reason::Expire | Reason::Damage) {
        let message = "goods are written off because they expired or broke";
        return Err(refused(Refusal::new("invalid", message).of_field("reason")));
    }
    let movement = Movement {
        product: written.product,
        batch: written.batch,
        delta: Quantity(-written.quantity.0),
        reason: written.reason,
        note: written.note.clone(),
        reference: None,
        cost: None,
    };
    let op = movement_op(occasion, id, &movement)?;
    Ok(body(occasion, "write_off", vec![op]))
}

/// What the schema does not say of a batch.
pub(crate) fn check(doc: &Document) -> Result<(), Refusal> {
    not_blank(doc, "lot", "say which lot it is")?;
    if doc.int("cost").is_some_and(|cost| cost < 0) {
        let message = "the cost cannot be below zero";
        return Err(Refusal::new("invalid", message).of_field("cost"));
    }
    date(doc.get("expiry"))
}

fn date(value: Option<&Value>) -> Result<(), Refusal> {
    match value.and_then(Value::as_str) {
        Some(text) if !is_day(text) => {
            let message = "give the day as year, month and day, such as 2027-01-31";
            Err(Refusal::new("invalid", message).of_field("expiry"))
        }
        _ => Ok(()),
    }
}
