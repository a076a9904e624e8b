//! Goods that come and go without a sale, and where stock on hand is kept.

use serde::{Deserialize, Serialize};
use sync_core::{
    Body, DeviceId, Document, Millis, Op, Position, Quantity, ReadError, RecordId, Records,
    Refusal, Value,
};

use crate::build::{body, insert_op, refused};
use crate::receipt::Counted;
use crate::task::closing_op;
use crate::{BuildError, Money, Occasion, Permission, TaskAction, collection, typed};

/// Why goods came or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// What was there when the shop began.
    Opening,
    /// A delivery.
    Receive,
    /// A correction.
    Adjust,
    /// A stock count.
    Count,
    /// To another place.
    TransferOut,
    /// From another place.
    TransferIn,
    /// Broken.
    Damage,
    /// Past its date.
    Expire,
    /// A document that was voided.
    Void,
}

/// Goods that come or go. A record of `stock_movements` says in addition when, where and by whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movement {
    /// Which product.
    pub product: RecordId,
    /// Which batch of it.
    pub batch: Option<RecordId>,
    /// How much comes; negative where it goes.
    pub delta: Quantity,
    /// Why.
    pub reason: Reason,
    /// Why, in words.
    pub note: Option<String>,
    /// The number on somebody else's document, such as a delivery note.
    pub reference: Option<String>,
    /// What one unit cost.
    pub cost: Option<Money>,
}

/// A record of `stock_adjustments`: a correction of several products under one number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockAdjustment {
    /// Its own number.
    pub number: String,
    /// The number on somebody else's document.
    pub reference: Option<String>,
    /// Where.
    pub device: DeviceId,
    /// The till's name.
    pub till: String,
    /// By whom.
    pub employee: Option<RecordId>,
    /// Their name then.
    pub employee_name: Option<String>,
    /// Business time.
    pub adjusted_at: Millis,
    /// Why, in words.
    pub reason: String,
    /// What changed.
    pub lines: Vec<AdjustmentLine>,
    /// The sum of the quantities.
    pub units: Quantity,
    /// The sum of the lines' values.
    pub total: Money,
}

/// One product of a correction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdjustmentLine {
    /// Its id in the document.
    pub id: RecordId,
    /// Which product.
    pub product: Option<RecordId>,
    /// Which batch of it.
    pub batch: Option<RecordId>,
    /// Its code then.
    pub code: String,
    /// Its name then.
    pub name: String,
    /// How much comes; negative where it goes.
    pub quantity: Quantity,
    /// Whether stock is kept of it.
    pub stocked: bool,
    /// What one unit is worth on the document.
    pub unit_price: Money,
    /// What the line is worth on the document, where that is not its price times its quantity: a
    /// price finer than a minor unit cannot be written as one.
    #[serde(default)]
    pub amount: Option<Money>,
}

/// A correction to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjustment {
    /// Its id; asking twice makes one.
    pub id: RecordId,
    /// The number on somebody else's document.
    pub reference: Option<String>,
    /// Why, in words.
    pub reason: String,
    /// What changes.
    pub lines: Vec<AdjustmentLine>,
}

/// What somebody counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockCount {
    /// Which product.
    pub product: RecordId,
    /// Which batch of it.
    pub batch: Option<RecordId>,
    /// How much is there.
    pub counted: Quantity,
    /// How much should be there by what this device knew then.
    pub expected: Quantity,
    /// How far in the log it knew.
    pub at: Position,
    /// Why, in words.
    pub note: Option<String>,
}

impl AdjustmentLine {
    /// What the line is worth on the document.
    pub fn worth(&self) -> Money {
        let product = || self.unit_price.times(self.quantity);
        self.amount.unwrap_or_else(product)
    }
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Opening,
        Self::Receive,
        Self::Adjust,
        Self::Count,
        Self::TransferOut,
        Self::TransferIn,
        Self::Damage,
        Self::Expire,
        Self::Void,
    ];

    /// The word in records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Receive => "receive",
            Self::Adjust => "adjust",
            Self::Count => "count",
            Self::TransferOut => "transfer_out",
            Self::TransferIn => "transfer_in",
            Self::Damage => "damage",
            Self::Expire => "expire",
            Self::Void => "void",
        }
    }
}

/// The id of the record that keeps the stock on hand of a product, or of one batch of it.
pub fn level_id(product: RecordId, batch: Option<RecordId>) -> RecordId {
    let batch = batch.map_or_else(Vec::new, |batch| batch.bytes().to_vec());
    RecordId::derived(&[b"stock level", product.bytes(), &batch])
}

/// The stock on hand of a product, all its batches together.
///
/// # Errors
/// When the records cannot be read.
pub fn on_hand(records: &dyn Records, product: RecordId) -> Result<Quantity, ReadError> {
    let key = Value::Text(product.to_string());
    let levels = records.find(collection::STOCK_LEVELS, "product", &key)?;
    let sum = levels
        .iter()
        .filter_map(|level| level.doc.int("on_hand"))
        .fold(0, i64::saturating_add);
    Ok(Quantity(sum))
}

/// The stock on hand of a product that is counted; `None` for services and for what was never
/// counted in.
///
/// # Errors
/// When the records cannot be read.
pub fn in_stock(records: &dyn Records, product: RecordId) -> Result<Option<Quantity>, ReadError> {
    let record = records.get(collection::PRODUCTS, product)?;
    let counted = record.is_some_and(|record| {
        record.is_live() && record.doc.get("stocked").and_then(Value::as_bool) != Some(false)
    });
    let key = Value::Text(product.to_string());
    if !counted
        || records
            .find(collection::STOCK_LEVELS, "product", &key)?
            .is_empty()
    {
        return Ok(None);
    }
    on_hand(records, product).map(Some)
}

/// Corrects the stock of one or several products. `count` is the next of
/// [`Counted::Adjustments`].
///
/// # Errors
/// When there are no lines.
pub fn adjust_stock(
    occasion: &Occasion,
    adjustment: &Adjustment,
    count: u64,
) -> Result<Body, BuildError> {
    if adjustment.lines.is_empty() {
        return Err(BuildError::Nothing);
    }
    let record = StockAdjustment {
        number: occasion.series.number(Counted::Adjustments, count),
        reference: adjustment.reference.clone(),
        device: occasion.device,
        till: occasion.series.till_name(),
        employee: occasion.person.employee(),
        employee_name: occasion.person.employee_name(),
        adjusted_at: occasion.at,
        reason: adjustment.reason.clone(),
        units: adjustment.lines.iter().map(|line| line.quantity).sum(),
        total: adjustment.lines.iter().map(AdjustmentLine::worth).sum(),
        lines: adjustment.lines.clone(),
    };
    let doc = typed::to_document(&record)?;
    let op = insert_op(collection::STOCK_ADJUSTMENTS, adjustment.id, doc);
    Ok(body(occasion, "adjust_stock", vec![op]))
}

/// Takes in a delivery of one product that has no lot; see [`crate::receive_batch`].
///
/// # Errors
/// When nothing or less came.
pub fn receive_stock(
    occasion: &Occasion,
    id: RecordId,
    movement: &Movement,
) -> Result<Body, BuildError> {
    something_came(movement)?;
    let op = movement_op(occasion, id, movement)?;
    Ok(body(occasion, "receive_stock", vec![op]))
}

/// Refuses a delivery of nothing or less.
pub(crate) fn something_came(movement: &Movement) -> Result<(), BuildError> {
    if movement.delta <= Quantity(0) {
        let message = "say how much came, more than nothing";
        return Err(refused(Refusal::new("invalid", message).of_field("delta")));
    }
    Ok(())
}

/// Records a count: what is there against what this device knew of, so that a sale that was made
/// meanwhile, here or elsewhere, still counts. Closes the task that asked for it, where the person
/// counting may.
///
/// # Errors
/// When less than nothing was counted, or the task is closed already.
pub fn count_stock(
    occasion: &Occasion,
    id: RecordId,
    count: &StockCount,
    task: Option<(RecordId, &Document)>,
) -> Result<Body, BuildError> {
    if count.counted < Quantity(0) {
        let message = "nothing is the least that can be there";
        return Err(refused(
            Refusal::new("invalid", message).of_field("counted"),
        ));
    }
    let movement = Movement {
        product: count.product,
        batch: count.batch,
        delta: Quantity(count.counted.0.saturating_sub(count.expected.0)),
        reason: Reason::Count,
        note: count.note.clone(),
        reference: None,
        cost: None,
    };
    let mut ops = vec![movement_op(occasion, id, &movement)?];
    if let Op::Insert { doc, .. } = &mut ops[0] {
        doc.set("counted", Some(Value::Int(count.counted.0)));
        doc.set("counted_at", Some(Value::Int(count.at.0 as i64)));
    }
    let may_close = occasion.person.role.has(Permission::CloseTasks);
    if let Some((task, seen)) = task.filter(|_| may_close) {
        let note = count.note.as_deref();
        ops.push(closing_op(
            occasion,
            task,
            seen,
            TaskAction::Recounted,
            note,
        )?);
    }
    Ok(body(occasion, "count_stock", ops))
}

pub(crate) fn movement_op(
    occasion: &Occasion,
    id: RecordId,
    movement: &Movement,
) -> Result<Op, BuildError> {
    let person = &occasion.person;
    let mut doc = typed::to_document(movement)?;
    doc.set("moved_at", Some(Value::Int(occasion.at.0 as i64)));
    doc.set("device", Some(occasion.device.to_string().into()));
    let employee = person.employee().map(|id| id.to_string().into());
    doc.set("employee", employee);
    doc.set("employee_name", person.employee_name().map(Value::Text));
    Ok(insert_op(collection::STOCK_MOVEMENTS, id, doc))
}
